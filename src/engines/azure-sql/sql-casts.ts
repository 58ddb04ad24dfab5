import { fromUnits } from '../../sql/decimals.ts'
import { operand, refuse, type Typed } from '../../sql/target.ts'
import type { SqlType } from '../../sql/types.ts'

/** Texts byte by byte, as DuckDB compares them, but for trailing spaces: `=` leaves those out, and silver has none. */
export const TEXT_COLLATION = 'Latin1_General_100_BIN2_UTF8'

export const collated = (sql: string): string => `${sql} collate ${TEXT_COLLATION}`

/**
 * A literal without N is in the code page of the database until it is told otherwise: what is not ASCII goes by way of N. A
 * backslash at the end of a line takes the line end with it, and NUL ends a text for some readers: both are written apart.
 */
export function text(value: string): string {
  const parts = value.split(/(?<=\\)(?=\r?\n)|(\0)/).filter((part) => part !== undefined && part !== '')
  const [only = ''] = parts
  if (parts.length <= 1) return piece(only)
  return `(${parts.map((part, place) => (place === 0 ? `cast(${piece(part)} as varchar(max))` : piece(part))).join(' + ')})`
}

function piece(value: string): string {
  if (value === '\0') return collated('char(0)')
  const quoted = `'${value.replaceAll("'", "''")}'`
  if (/^[\u0020-\u007e\t\n\r]*$/.test(value)) return collated(quoted)
  const bytes = new TextEncoder().encode(value).length
  return `cast(${collated(`N${quoted}`)} as varchar(${bytes > MOST_BYTES ? 'max' : bytes}))`
}

/** What is longer is a `max` type. */
const MOST_BYTES = 8000

export function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'text':
      return 'varchar(8000)'
    case 'null':
      return 'varchar(1)'
    case 'integer':
      return { 32: 'int', 64: 'bigint', 128: 'decimal(38,0)' }[type.bits]
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'double':
      return 'float'
    case 'boolean':
      return 'bit'
    case 'timestamp':
      return 'datetime2(6)'
    case 'date':
      return 'date'
    case 'interval':
      return refuse('Azure SQL', 'a length of time as a value', 'add it to a date at once: d + to_days(n)')
  }
}

/** T-SQL cuts decimals off when it casts to a whole number, and reads an empty text as zero or as 1900-01-01. */
export function cast(x: Typed, to: SqlType): string {
  if (to.kind === 'text') return asText(x)
  const type = typeName(to)
  switch (x.type.kind) {
    case 'text':
      return `cast(${filled(x)} as ${type})`
    case 'double':
      if (to.kind === 'decimal') return fromUnits(`round(${operand(x)} * 1e${to.scale}, 0)`, to)
      return to.kind === 'integer'
        ? `cast(${halfToEven(operand(x))} as ${type})`
        : `cast(${x.sql} as ${type})`
    case 'decimal':
      return to.kind === 'integer' ? `cast(round(${x.sql}, 0) as ${type})` : `cast(${x.sql} as ${type})`
    default:
      return `cast(${x.sql} as ${type})`
  }
}

const filled = (x: Typed): string =>
  x.isLiteral && !x.sql.startsWith("'' ")
    ? x.sql
    : `case when ${operand(x)} = '' then 'an empty text' else ${x.sql} end`

function asText(x: Typed): string {
  switch (x.type.kind) {
    case 'text':
      return x.sql
    case 'null':
      return collated(`cast(${x.sql} as varchar(1))`)
    case 'double':
      return refuse('Azure SQL', 'a double as text', 'cast it to a decimal first')
    case 'boolean':
      return collated(`case ${x.sql} when 1 then 'true' when 0 then 'false' end`)
    case 'date':
      return collated(`convert(varchar(10), ${x.sql}, 23)`)
    case 'timestamp':
      return collated(`rtrim(rtrim(convert(varchar(26), cast(${x.sql} as datetime2(6)), 121), '0'), '.')`)
    default:
      return collated(`cast(${x.sql} as varchar(40))`)
  }
}

/** Halves go to the even number, as DuckDB casts a double to a whole number. */
const halfToEven = (x: string): string =>
  `case when abs(${x} - floor(${x})) = 0.5 then 2 * round(${x} / 2, 0) else round(${x}, 0) end`
