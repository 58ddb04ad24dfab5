import type { Entity } from '../model/types.ts'
import { splitFields } from './column.ts'
import type { WrittenContract } from './contract-shape.ts'
import { type At, reject, repeatedItems } from './shape.ts'
import type { Column, Contract } from './types.ts'
import { didYouMean, nearest } from './words.ts'
import type { YamlFile } from './yaml.ts'

/** What fills the fields of a source. */
export interface Filled {
  readonly entity: Entity
  readonly columns: readonly Column[]
  readonly set: Contract['set']
  /** Fields of columns that were refused and reported: nothing more is said about them. */
  readonly refused: readonly string[]
}

/** Every field is filled once, and those of the key and the order are filled at all. */
export function checkFields(written: WrittenContract, filled: Filled, file: YamlFile): void {
  const { columns, set, refused } = filled
  const provided = [
    ...columns.flatMap((column) => [column.field, ...splitFields(column)]),
    ...Object.keys(set),
  ]
  const isFilled = (field: string) => provided.includes(field) || nearest(field, refused) !== undefined
  const { key = [], order = [] } = written.values
  checkFilledOnce(filled, written, file)
  checkNamed('key', key, { provided, isFilled }, file)
  checkNamed('order', order, { provided, isFilled }, file)
  const line = written.lines.columns ?? written.line
  for (const field of filled.entity.key)
    if (!isFilled(field) && !key.some(({ value }) => value === field) && !isMade(filled.entity, written))
      reject(
        { file, label: '', line },
        'missing_field',
        `no column fills \`${field}\`, the key of ${filled.entity.name}`,
        `map it: \`TheHeader: ${field}\``,
      )
}

/** An event without a column for its id is known by the contract's key, or, in `append` mode without one, by its row. */
const isMade = ({ kind, key }: Entity, { values }: WrittenContract): boolean =>
  kind === 'event' && key.length === 1 && ((values.key?.length ?? 0) > 0 || values.load === 'append')

interface Known {
  readonly provided: readonly string[]
  isFilled(field: string): boolean
}

function checkNamed(
  label: 'key' | 'order',
  items: readonly At<string>[],
  { provided, isFilled }: Known,
  file: YamlFile,
): void {
  for (const { value, line } of items)
    if (!isFilled(value))
      reject(
        { file, label, line },
        'unknown_field',
        `\`${label}\` names \`${value}\`, which no column and no \`set\` fills`,
        didYouMean(value, provided),
      )
  for (const { value, line } of repeatedItems(items))
    reject({ file, label, line }, 'bad_value', `\`${value}\` stands twice in \`${label}\``)
}

function checkFilledOnce({ columns, set }: Filled, { values }: WrittenContract, file: YamlFile): void {
  const first = new Map<string, At<string>>()
  const fill = (field: string, by: string, line: number) => {
    const earlier = first.get(field)
    if (!earlier) first.set(field, { value: by, line })
    else
      reject(
        { file, label: '', line },
        'filled_twice',
        `\`${field}\` is filled twice: by ${earlier.value} (line ${earlier.line}) and by ${by}`,
        'keep one of them',
      )
  }
  for (const column of columns) fill(column.field, `column \`${column.name}\``, column.line)
  for (const column of columns)
    for (const field of splitFields(column))
      fill(field, `\`split\` of column \`${column.name}\``, column.line)
  for (const { name, line } of values.set ?? []) if (Object.hasOwn(set, name)) fill(name, '`set`', line)
}
