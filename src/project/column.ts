import { entityNamed } from '../model/entities.ts'
import type { Entity, Field } from '../model/types.ts'
import type { WrittenColumn } from './contract-shape.ts'
import { lookupFrom } from './lookup.ts'
import { type Named, reject } from './shape.ts'
import type { Column } from './types.ts'
import { NAME } from './values.ts'
import { nearest, snakeCase } from './words.ts'
import type { YamlFile } from './yaml.ts'

/** Where a column stands: what its defaults and checks depend on. */
export interface ColumnContext {
  readonly file: YamlFile
  readonly entity: Entity
  /** Fields of the contract's key. */
  readonly key: readonly string[]
  /** Fields the other columns name. */
  readonly taken: ReadonlySet<string>
}

/** Field a column fills by what is written: its `field`, or its header in snake case. */
export const fieldOf = ({ name, value }: Named<WrittenColumn>): string =>
  value?.values.field ?? snakeCase(name)

/** The column with the model's defaults; undefined when it cannot be said which field it fills. */
export function columnFrom(written: Named<WrittenColumn>, context: ColumnContext): Column | undefined {
  const field = resolvedField(written, context)
  if (field === undefined || !written.value) return undefined
  const model = context.entity.fields.find(({ name }) => name === field)
  const at = { name: written.name, line: written.line }
  return written.value.values.by === undefined
    ? columnOf(at, field, written.value, model, context)
    : columnBy(at, field, written.value, model, context)
}

type Header = Pick<Named<unknown>, 'name' | 'line'>

function columnOf(
  header: Header,
  field: string,
  written: WrittenColumn,
  model: Field | undefined,
  context: ColumnContext,
): Column {
  const { values } = written
  const isKey = context.key.includes(field)
  const column: Column = {
    name: header.name,
    field,
    type: model?.type ?? values.type ?? 'text',
    required: values.required ?? isKey,
    optional: values.optional ?? false,
    clean: values.clean?.map(({ value }) => value) ?? [],
    ...given('split', values.split),
    formats: values.formats?.map(({ value }) => value) ?? [],
    ...given('unit', values.unit ?? model?.unit),
    ...given(
      'oneOf',
      values.one_of?.map(({ value }) => value),
    ),
    ...given('min', values.min ?? model?.min),
    ...given('max', values.max ?? model?.max),
    ...given('references', referenceOf(written, model)),
    pii: values.pii ?? model?.pii ?? 'direct',
    line: header.line,
  }
  checkModel(column, written, model, context)
  checkPresence(column, written, isKey, context.file)
  checkRange(column, written, context.file)
  return column
}

/** A reference by a value is a column of its own beside the field it fills. */
function columnBy(
  header: Header,
  reference: string,
  written: WrittenColumn,
  model: Field | undefined,
  context: ColumnContext,
): Column | undefined {
  const found = lookupFrom(reference, written, model, context.file)
  if (!found) return undefined
  const { field, lookup, clean, target } = found
  const { type: _type, references: _references, orphan: _orphan, ...values } = written.values
  const column = columnOf(header, field, { ...written, values }, undefined, context)
  return { ...column, clean, lookup, pii: values.pii ?? target.pii }
}

type Given<K extends string, V> = { readonly [N in K]?: V }

const given = <K extends string, V>(key: K, value: V | undefined): Given<K, V> =>
  value === undefined ? {} : ({ [key]: value } as Given<K, V>)

function resolvedField(
  written: Named<WrittenColumn>,
  { file, entity, taken }: ColumnContext,
): string | undefined {
  const { name, line, value } = written
  if (!value || (value.lines.field !== undefined && value.values.field === undefined)) return undefined
  const field = fieldOf(written)
  const at = { file, label: `column \`${name}\``, line: value.lines.field ?? line }
  if (!NAME.test(field))
    return reject(
      at,
      'no_field_name',
      `${at.label} makes no name for a field`,
      'say one: `{ field: a_name }`',
    )
  if (value.lines.type !== undefined || entity.fields.some((known) => known.name === field)) return field
  const free = entity.fields.map((known) => known.name).filter((known) => !taken.has(known))
  const meant = nearest(field, free)
  if (meant === undefined) return field
  const hint = `did you mean \`${meant}\`? A column of your own that is called so says its \`type\``
  return reject(at, 'unknown_field', `\`${field}\` is not a field of ${entity.name}`, hint)
}

function referenceOf({ values }: WrittenColumn, model: Field | undefined): Column['references'] {
  const entity = values.references ?? model?.references
  return entity === undefined ? undefined : { entity, orphan: values.orphan ?? 'infer' }
}

/** What the model fixes cannot be said otherwise. */
function checkModel(
  column: Column,
  { values, lines, line }: WrittenColumn,
  model: Field | undefined,
  { file, entity }: ColumnContext,
): void {
  const at = (key: keyof typeof lines) => ({ file, label: `\`${column.field}\``, line: lines[key] ?? line })
  if (model && values.type !== undefined && values.type !== model.type)
    reject(
      at('type'),
      'fixed_by_model',
      `\`${column.field}\` is of type ${model.type} in the model, not ${values.type}`,
      'leave `type` out',
    )
  if (model && values.unit !== undefined && values.unit !== model.unit)
    reject(
      at('unit'),
      'fixed_by_model',
      `\`${column.field}\` has ${model.unit ? `the unit ${model.unit}` : 'no unit'} in the model, not ${values.unit}`,
      'leave `unit` out; values in another unit cannot be converted by this version',
    )
  if (model && values.references !== undefined && values.references !== model.references)
    reject(
      at('references'),
      'fixed_by_model',
      `\`${column.field}\` refers to ${model.references ?? 'nothing'} in the model, not to ${values.references}`,
      'leave `references` out',
    )
  if (!model && values.references !== undefined && entityNamed(values.references).key.length > 1)
    reject(
      at('references'),
      'bad_value',
      `a column cannot refer to ${values.references}: its key has more than one field`,
    )
  if (values.orphan !== undefined && column.references === undefined && lines.references === undefined)
    reject(
      at('orphan'),
      'bad_value',
      `\`orphan\` needs a reference, and \`${column.field}\` refers to nothing`,
      'remove it, or add `references`',
    )
  checkSplit(column, { file, entity }, lines.split ?? line)
}

const SPLIT_FIELDS = { name: ['first_name', 'last_name'], city_state: ['city', 'state'] } as const

/** Further fields that a column's `split` fills. */
export const splitFields = ({ split }: Pick<Column, 'split'>): readonly string[] =>
  split === undefined ? [] : SPLIT_FIELDS[split]

function checkSplit(
  column: Column,
  { file, entity }: Pick<ColumnContext, 'file' | 'entity'>,
  line: number,
): void {
  const missing = splitFields(column).find((field) => !entity.fields.some(({ name }) => name === field))
  const at = { file, label: '`split`', line }
  if (missing !== undefined)
    reject(
      at,
      'bad_value',
      `\`split: ${column.split}\` fills \`${missing}\`, which ${entity.name} does not have`,
    )
  else if (column.split !== undefined && column.type !== 'text')
    reject(at, 'bad_value', `\`split\` needs a text, and \`${column.field}\` is of type ${column.type}`)
}

function checkPresence(
  column: Column,
  { values, lines, line }: WrittenColumn,
  isKey: boolean,
  file: YamlFile,
): void {
  const at = (where: number | undefined) => ({ file, label: `\`${column.field}\``, line: where ?? line })
  if (isKey && values.required === false)
    reject(
      at(lines.required),
      'bad_value',
      `\`${column.field}\` is part of the key and always required`,
      'remove `required: false`',
    )
  if (column.optional && (isKey || column.required))
    reject(
      at(lines.optional),
      'bad_value',
      `\`${column.field}\` is ${isKey ? 'part of the key' : 'required'}, so its column cannot be optional`,
      'remove `optional` or what requires it',
    )
}

function checkRange(column: Column, { values, lines, line }: WrittenColumn, file: YamlFile): void {
  const at = (key: 'min' | 'max' | 'formats') => ({ file, label: `\`${key}\``, line: lines[key] ?? line })
  const numeric = column.type === 'integer' || column.type === 'decimal'
  for (const key of ['min', 'max'] as const)
    if (values[key] !== undefined && !numeric)
      reject(
        at(key),
        'bad_value',
        `\`${key}\` needs a number, and \`${column.field}\` is of type ${column.type}`,
      )
  if (numeric && column.min !== undefined && column.max !== undefined && column.min > column.max)
    reject(
      at(lines.min === undefined ? 'max' : 'min'),
      'bad_value',
      `\`min\` ${column.min} is greater than \`max\` ${column.max}`,
    )
  if (values.formats !== undefined && column.type !== 'date' && column.type !== 'timestamp')
    reject(
      at('formats'),
      'bad_value',
      `\`formats\` are for dates and times, and \`${column.field}\` is of type ${column.type}`,
    )
}
