import { C360Error } from '../errors.ts'
import { parseJson } from './actions.ts'
import {
  isAnything,
  isBoolean,
  isRecord,
  isText,
  optional,
  recordOf,
  type Shape,
  wrongField,
} from './shape.ts'
import type { LakeColumn, LakeType } from './types.ts'

/** Where a column's name at its source is kept. */
const ORIGINAL = 'c360.name'
const types = [
  'string',
  'long',
  'integer',
  'boolean',
  'date',
  'timestamp',
  'double',
] as const satisfies LakeType[]
const decimal = /^decimal\(([1-9]\d?),(\d{1,2})\)$/

/** A field as the log has it; what else another writer noted in it is kept. */
export interface Field {
  readonly name: string
  readonly type: unknown
  readonly nullable: boolean
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined
}

const shape: Shape<Field> = {
  name: isText,
  type: isAnything,
  nullable: isBoolean,
  metadata: optional(recordOf(isAnything)),
}
const isField = (value: unknown): value is Field => wrongField(value, shape) === undefined

/** The fields of a table's schemaString; `table` names it in LAKE_DAMAGED. */
export function parseSchema(schemaString: string, table: string): readonly Field[] {
  const schema = parseJson(schemaString, `The schema of ${table}`)
  const fields = isRecord(schema) && schema.type === 'struct' ? schema.fields : undefined
  if (Array.isArray(fields) && fields.every(isField)) return fields
  throw new C360Error('LAKE_DAMAGED', `The schema of ${table} is not a Delta schema.`)
}

export function printSchema(fields: readonly Field[]): string {
  return JSON.stringify({ type: 'struct', fields })
}

/** Fails with LAKE_UNSUPPORTED where another writer brought in a type bronze does not have. */
export function columnOf(field: Field, table: string): LakeColumn {
  const type = typeOf(field.type)
  if (!type)
    throw new C360Error(
      'LAKE_UNSUPPORTED',
      `Column ${field.name} of ${table} has the type ${JSON.stringify(field.type)}.`,
    )
  const original = field.metadata?.[ORIGINAL]
  return { name: field.name, type, ...(typeof original === 'string' ? { original } : {}) }
}

function typeOf(written: unknown): LakeType | undefined {
  const [, digits, scale] = decimal.exec(typeof written === 'string' ? written : '') ?? []
  return digits === undefined
    ? types.find((known) => known === written)
    : `decimal(${Number(digits)},${Number(scale)})`
}

export const fieldsOf = (columns: readonly LakeColumn[]): readonly Field[] => columns.map(fieldOf)

function fieldOf({ name, type, original }: LakeColumn): Field {
  return { name, type, nullable: true, metadata: original === undefined ? {} : { [ORIGINAL]: original } }
}

/**
 * The table's fields, then the columns it lacks; undefined if it lacks none. Fails where a known column comes with
 * another type, or stands for another source column because two writers gave out the same physical name.
 */
export function widened(
  fields: readonly Field[],
  columns: readonly LakeColumn[],
  table: string,
): readonly Field[] | undefined {
  const known = new Map(fields.map((field) => [field.name.toLowerCase(), columnOf(field, table)]))
  const missing: LakeColumn[] = []
  for (const column of columns) {
    const old = known.get(column.name.toLowerCase())
    if (old) checkSame(old, column, table)
    else missing.push(column)
    known.set(column.name.toLowerCase(), old ?? column)
  }
  return missing.length === 0 ? undefined : [...fields, ...missing.map(fieldOf)]
}

function checkSame(old: LakeColumn, column: LakeColumn, table: string): void {
  if (old.type !== column.type)
    throw new C360Error(
      'LAKE_UNSUPPORTED',
      `Column ${column.name} of ${table} is ${old.type}, not ${column.type}.`,
      {
        hint: "A column's type is fixed when it is first written; another type needs a column of another name.",
      },
    )
  if (old.name !== column.name || (old.original ?? old.name) !== (column.original ?? column.name))
    throw new C360Error(
      'LAKE_CONFLICT',
      `Column ${column.name} of ${table} already stands for another source column.`,
    )
}
