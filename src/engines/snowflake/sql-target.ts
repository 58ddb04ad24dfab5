import { fromUnits, wholeRatio } from '../../sql/decimals.ts'
import { common, infix, operand, refuse, sqlOf, type Target, type Typed } from '../../sql/target.ts'
import { asDecimal, type SqlType } from '../../sql/types.ts'
import { ident, literal as text } from './literals.ts'

const NAME = 'Snowflake'

/** What a session must have set, so that instants are UTC and texts are compared byte by byte; statements to execute. */
export const snowflakeSessionSettings: readonly string[] = [
  "TIMEZONE = 'UTC'",
  "TIMESTAMP_TYPE_MAPPING = 'TIMESTAMP_NTZ'",
  // An account may have others, by which casts of texts would go.
  "DATE_INPUT_FORMAT = 'AUTO'",
  "TIMESTAMP_INPUT_FORMAT = 'AUTO'",
  'QUOTED_IDENTIFIERS_IGNORE_CASE = false',
  // A statement whose runner is gone ends as well.
  'ABORT_DETACHED_QUERY = true',
  "QUERY_TAG = 'customer360'",
].map((setting) => `alter session set ${setting}`)

/** Snowflake's SQL, over columns without a collation. */
export const snowflakeTarget: Target = {
  ...common,
  name: NAME,
  nestedWith: true,
  ident,
  text,
  temporal: (value, type) => (type.kind === 'date' ? `to_date('${value}')` : `to_timestamp_ntz('${value}')`),
  number: (value, type) => (type.kind === 'double' ? `cast(${value} as double)` : value),
  bool: (value) => (value ? 'true' : 'false'),
  type: typeName,
  order: (x, descending, nullsFirst) =>
    `${x} ${descending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`,
  anyOrder: '1',
  arithmetic: (op, a, b, result) => {
    const places = (asDecimal(a.type)?.scale ?? 0) + (asDecimal(b.type)?.scale ?? 0)
    if (op === 'mul' && result.kind === 'decimal' && places > 12)
      return refuse(NAME, `a product with ${places} decimals`, 'cast to fewer decimals first: 12 are kept')
    return infix(op, a, b)
  },
  shift: (x, unit, amount, sign) =>
    `dateadd('${unit}', ${sign === '-' ? `- (${amount})` : amount}, ${instant(x)})`,
  cast,
  concat: (a, b) => `${operand(a)} || ${operand(b)}`,
  like: (x, pattern) => `${operand(x)} like ${operand(pattern)}`,
  extract: (part, x) => `${PARTS[part] ?? part}(${instant(x)})`,
  dateTrunc: (part, x) => `date_trunc('${part}', ${instant(x)})`,
  dateDiff: (part, from, to) => `datediff('${part}', ${instant(from)}, ${instant(to)})`,
  ratio: (num, den, scale) => wholeRatio({ cast }, num, den, scale),
  round: (x, places, result) => {
    if (result.kind !== 'double') return `round(${x.sql}, ${places})`
    const power = `1${'0'.repeat(Math.abs(places))}`
    return places < 0
      ? `(round(${operand(x)} / ${power}, 0) * ${power})`
      : `(round(${operand(x)} * ${power}, 0) / ${power})`
  },
  floor: (x) => integral('floor', x),
  ceil: (x) => integral('ceil', x),
  sqrt: (x) => `sqrt(${x.sql})`,
  greatest: (list) => `greatest_ignore_nulls(${sqlOf(list)})`,
  least: (list) => `least_ignore_nulls(${sqlOf(list)})`,
  trim: (x) => `trim(${x.sql}, ' ')`,
  length: (x) => `length(${x.sql})`,
  substring: (x, start, length) =>
    `substring(${[x.sql, start, ...(length === undefined ? [] : [length])].join(', ')})`,
  min: (x) => `${x.type.kind === 'boolean' ? 'booland_agg' : 'min'}(${x.sql})`,
  max: (x) => `${x.type.kind === 'boolean' ? 'boolor_agg' : 'max'}(${x.sql})`,
}

function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'text':
    case 'null':
      return 'varchar'
    case 'integer':
      return 'number(38,0)'
    case 'decimal':
      return `number(${type.precision},${type.scale})`
    case 'timestamp':
      return 'timestamp_ntz(6)'
    case 'interval':
      return refuse(NAME, 'a length of time as a value', 'add it to a date at once: d + to_days(n)')
    default:
      return type.kind
  }
}

function cast(x: Typed, to: SqlType): string {
  if (to.kind === 'text') return asText(x)
  if (to.kind === 'decimal' && x.type.kind === 'double')
    return fromUnits(`round(${operand(x)} * 1${'0'.repeat(to.scale)}, 0)`, to)
  if (to.kind === 'integer' && x.type.kind === 'double')
    return `cast(${halfToEven(operand(x))} as ${typeName(to)})`
  // A cast reads a text of digits as seconds since 1970.
  if (to.kind === 'date' && x.type.kind === 'text') return `to_date(${x.sql}, 'YYYY-MM-DD')`
  return `cast(${x.sql} as ${typeName(to)})`
}

function asText(x: Typed): string {
  switch (x.type.kind) {
    case 'text':
      return x.sql
    case 'double':
      return refuse(NAME, 'a double as text', 'cast it to a decimal first')
    case 'date':
      return `to_varchar(${x.sql}, 'YYYY-MM-DD')`
    case 'timestamp':
      return `rtrim(rtrim(to_varchar(${x.sql}, 'YYYY-MM-DD HH24:MI:SS.FF6'), '0'), '.')`
    default:
      return `cast(${x.sql} as varchar)`
  }
}

/** Halves go to the even number, as DuckDB casts a double to a whole number. */
const halfToEven = (x: string): string =>
  `case when abs(${x} - floor(${x})) = 0.5 then 2 * round(${x} / 2, 0) else round(${x}, 0) end`

const instant = (x: Typed): string =>
  x.type.kind === 'timestamp' ? x.sql : `cast(${x.sql} as ${typeName({ kind: 'timestamp' })})`

const PARTS: Readonly<Record<string, string>> = { week: 'weekiso', isodow: 'dayofweekiso' }

const integral = (name: 'floor' | 'ceil', x: Typed): string =>
  x.type.kind === 'integer' ? `cast(${x.sql} as double)` : `${name}(${x.sql})`
