import { entityNamed } from '../model/entities.ts'
import type { Entity } from '../model/types.ts'
import { columnFrom, fieldOf } from './column.ts'
import { setFrom } from './constants.ts'
import type { WrittenColumn, WrittenContract } from './contract-shape.ts'
import { checkFields } from './fields.ts'
import { formatFrom, hasHeader } from './format.ts'
import { type Named, reject } from './shape.ts'
import type { Column, Contract } from './types.ts'
import type { YamlFile } from './yaml.ts'

/** What a contract takes over when it does not say it itself. */
export interface ContractDefaults {
  /** Path of the contract file, relative to the project. */
  readonly path: string
  readonly source: string
  readonly timeZone: string
}

/** A checked contract, or undefined where not even its entity or columns could be read; problems go to `file`. */
export function contractFrom(
  written: WrittenContract,
  file: YamlFile,
  defaults: ContractDefaults,
): Contract | undefined {
  const { values } = written
  const format = formatFrom(written, file)
  checkLoad(written, file)
  if (values.entity === undefined || values.columns === undefined) return undefined
  const entity = entityNamed(values.entity)
  const columns = columnsFrom(written, entity, file)
  const set = setFrom(values.set ?? [], entity, file)
  checkFields(written, { entity, columns, set, refused: refusedFields(values.columns, columns) }, file)
  if (!hasHeader(format)) checkPositions(columns, file)
  return {
    source: values.source ?? defaults.source,
    file: defaults.path,
    files: values.files?.map(({ value }) => value) ?? [],
    format,
    entity: entity.name,
    idSpace: values.id_space ?? 'main',
    precedence: values.precedence ?? 100,
    key: keyOf(written),
    order: values.order?.map(({ value }) => value) ?? [],
    load: values.load ?? 'upsert',
    ...(values.dated === undefined ? {} : { dated: values.dated }),
    maxDelete: values.max_delete ?? 0.2,
    ...(values.freshness === undefined ? {} : { freshnessHours: values.freshness }),
    timeZone: values.time_zone ?? defaults.timeZone,
    set,
    columns,
  }
}

const keyOf = ({ values }: WrittenContract): string[] => values.key?.map(({ value }) => value) ?? []

function columnsFrom(written: WrittenContract, entity: Entity, file: YamlFile): Column[] {
  const named = written.values.columns ?? []
  if (named.length === 0)
    reject(
      { file, label: '', line: written.lines.columns ?? written.line },
      'missing_key',
      '`columns` names no column',
    )
  const headers = new Map<string, number>()
  for (const { name, line } of named) {
    const header = name.trim().toLowerCase()
    const first = headers.get(header)
    if (first === undefined) headers.set(header, line)
    else
      reject(
        { file, label: '', line },
        'duplicate_key',
        `column \`${name}\` is named twice (first on line ${first})`,
        'headers are compared without case and surrounding spaces',
      )
  }
  const taken = new Set(named.map(fieldOf))
  const context = { file, entity, key: keyOf(written), taken }
  return named.flatMap((column) => columnFrom(column, context) ?? [])
}

function refusedFields(named: readonly Named<WrittenColumn>[], read: readonly Column[]): string[] {
  const names = new Set(read.map(({ name }) => name))
  return named.filter(({ name }) => !names.has(name)).map(fieldOf)
}

function checkLoad({ values, lines, line }: WrittenContract, file: YamlFile): void {
  const load = values.load ?? 'upsert'
  const at = (key: 'dated' | 'max_delete' | 'load') => ({
    file,
    label: `\`${key}\``,
    line: lines[key] ?? line,
  })
  if (lines.key === undefined && load !== 'append') {
    const usual = values.entity
      ? `for ${values.entity} usually \`key: [${entityNamed(values.entity).key.join(', ')}]\``
      : 'name the fields that identify a row'
    reject(at('load'), 'missing_key', `\`load: ${load}\` needs a \`key\``, usual)
  }
  for (const key of ['dated', 'max_delete'] as const)
    if (
      lines[key] !== undefined &&
      load !== 'full' &&
      (lines.load === undefined || values.load !== undefined)
    )
      reject(
        at(key),
        'bad_value',
        `\`${key}\` is for full loads, and this one is \`load: ${load}\``,
        `remove \`${key}\`, or write \`load: full\``,
      )
}

function checkPositions(columns: readonly Column[], file: YamlFile): void {
  for (const { name, optional, line } of columns)
    if (optional)
      reject(
        { file, label: '', line },
        'bad_value',
        `column \`${name}\` cannot be optional in a file without a header`,
        'columns are found by their place',
      )
}
