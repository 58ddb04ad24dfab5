import { type Fields, type Got, Texts, ThriftFault } from './thrift.ts'

/** A column of a result: its name and Spark's word for its type, in small letters (`decimal(12,2)`). */
export interface Column {
  readonly name: string
  readonly type: string
}

/** Spark's words by the number of their type in the protocol. */
const WORDS = [
  'boolean',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'string',
  'timestamp',
  'binary',
  'array',
  'map',
  'struct',
  'union',
  'user_defined',
  'decimal',
  'void',
  'date',
  'varchar',
  'char',
  'interval year to month',
  'interval day to second',
] as const

/**
 * The columns of a result's schema in their order. Their `position` is not read: Spark counts it from 0, Databricks from 1.
 */
export function columnsOf(schema: Fields): Column[] {
  return listIn(schema, 1).map((entry) => {
    const column = entry as Fields
    const [type] = listIn(column.get(2) as Fields, 1)
    return { name: textIn(column, 1) ?? '', type: typeOf(type as Fields) }
  })
}

function typeOf(entry: Fields): string {
  const primitive = entry.get(1)
  if (!(primitive instanceof Map)) return 'struct'
  const word = WORDS[Number(primitive.get(1))] ?? 'unknown'
  const qualifiers = primitive.get(2)
  if (word !== 'decimal' || !(qualifiers instanceof Map)) return word
  const pairs = listIn(qualifiers as Fields, 1)
  const value = (name: string): number => {
    const at = pairs.findIndex((one) => Buffer.isBuffer(one) && one.toString() === name)
    return Number((pairs[at + 1] as Fields).get(1))
  }
  return `decimal(${value('precision')},${value('scale')})`
}

export const listIn = (fields: Fields, id: number): readonly Got[] => {
  const found = fields.get(id)
  return Array.isArray(found) ? (found as readonly Got[]) : []
}

export const textIn = (fields: Fields, id: number): string | undefined => {
  const found = fields.get(id)
  return Buffer.isBuffer(found) ? found.toString('utf8') : undefined
}

/**
 * The values of one column of a batch: 64-bit as bigint, binary as small hexadecimal digits, all else as it came: numbers,
 * booleans, and texts for decimals, times and nested values.
 */
export function valuesOf(column: Got): unknown[] {
  const [inside] = column instanceof Map ? (column as Fields) : []
  const [kind, body] = inside ?? []
  if (!(body instanceof Map)) throw new ThriftFault('a column of its answer has no values')
  const values = plainly(body.get(1), kind === BINARY)
  const nulls = body.get(2)
  if (Buffer.isBuffer(nulls)) putNulls(values, nulls)
  return values
}

const BINARY = 8

function plainly(values: Got | undefined, isBinary: boolean): unknown[] {
  if (!(values instanceof Texts)) return Array.isArray(values) ? values : []
  const encoding = isBinary ? 'hex' : 'utf8'
  return values.each((from, start, end) => from.toString(encoding, start, end))
}

/** A bit per row, the lowest first; bytes behind the last NULL are left out. */
function putNulls(values: unknown[], nulls: Buffer): void {
  for (let byte = 0; byte < nulls.length; byte++)
    for (let bits = nulls[byte] ?? 0, row = byte * 8; bits !== 0; bits >>= 1, row++)
      if ((bits & 1) === 1 && row < values.length) values[row] = null
}
