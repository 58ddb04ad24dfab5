import { fromUnits, keepingScale, wholeRatio } from '../../sql/decimals.ts'
import { common, operand, refuse, type Target, type Typed } from '../../sql/target.ts'
import type { SqlType } from '../../sql/types.ts'
import { ident, literal } from './literals.ts'

/** Spark SQL as Spark 4 and Databricks read it, in a session in UTC and with ANSI rules: an overflow must be an error. */
export const sparkTarget: Target = {
  ...common,
  name: 'Spark',
  nestedWith: true,
  ident,
  text: literal,
  temporal: (value, type) => `${type.kind} '${value}'`,
  number: (value, type) => {
    if (type.kind === 'double') return `${value}D`
    return type.kind === 'integer' && type.bits === 128 ? `${value}BD` : value
  },
  bool: String,
  type: typeName,
  order: (x, descending, nullsFirst) =>
    `${x} ${descending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`,
  anyOrder: '1',
  // A UNION of ten rows has ten parts, and a cross join of three such a thousand.
  rows: (columns, rows) =>
    `select * from values ${rows.map((row) => `(${row.join(', ')})`).join(', ')} as written(${columns.join(', ')})`,
  arithmetic: (op, a, b, result) => keepingScale({ name: 'Spark', cast }, narrowing, op, a, b, result),
  shift: (x, unit, amount, sign) => {
    const length = unit === 'day' ? `make_dt_interval(${amount})` : `make_ym_interval(0, ${amount})`
    return `${instant(x)} ${sign} ${length}`
  },
  cast,
  concat: (a, b) => `${operand(a)} || ${operand(b)}`,
  like: (x, pattern) => `${operand(x)} like ${unescaped(pattern)}`,
  extract: (part, x) => (part === 'isodow' ? `(weekday(${day(x)}) + 1)` : `${PARTS[part] ?? part}(${x.sql})`),
  dateTrunc: (part, x) => `date_trunc('${part}', ${instant(x)})`,
  dateDiff,
  ratio: (num, den, scale) => wholeRatio({ cast }, num, den, scale),
  round: (x, places, result) => {
    if (result.kind !== 'double') return `round(${x.sql}, ${places})`
    const power = `1e${Math.abs(places)}D`
    return places < 0
      ? `(round(${operand(x)} / ${power}) * ${power})`
      : `(round(${operand(x)} * ${power}) / ${power})`
  },
  floor: (x) => integral('floor', x),
  ceil: (x) => integral('ceil', x),
  sqrt: (x) =>
    `sqrt(case when ${operand(x)} < 0 then raise_error('a negative number has no square root') else ${x.sql} end)`,
  length: (x) => `length(${x.sql})`,
  substring: (x, start, length) =>
    `substring(${[x.sql, start, ...(length === undefined ? [] : [length])].join(', ')})`,
}

const narrowing = {
  productScale: 6,
  sumLoses: (a: { scale: number }, b: { scale: number }): boolean => Math.max(a.scale, b.scale) > 6,
}

function typeName(type: SqlType): string {
  switch (type.kind) {
    case 'text':
      return 'string'
    case 'integer':
      return type.bits === 32 ? 'int' : 'bigint'
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'null':
      return 'void'
    case 'interval':
      return refuse('Spark', 'a length of time as a value', 'add it to a date at once: d + to_days(n)')
    default:
      return type.kind
  }
}

/** Spark cuts decimals off and writes doubles out before it rounds them; DuckDB rounds the product of a double and a power of ten. */
function cast(x: Typed, to: SqlType): string {
  const { kind } = x.type
  if (to.kind === 'text' && kind === 'text') return x.sql
  if (to.kind === 'text' && kind === 'double')
    return refuse('Spark', 'a double as text', 'cast it to a decimal first')
  if (to.kind === 'decimal' && kind === 'double')
    return fromUnits(`round(${operand(x)} * 1e${to.scale}D)`, to)
  if (to.kind === 'integer' && kind === 'double') return `cast(rint(${x.sql}) as ${typeName(to)})`
  if (to.kind === 'integer' && kind === 'decimal') return `cast(round(${x.sql}, 0) as ${typeName(to)})`
  return `cast(${x.sql} as ${typeName(to)})`
}

const instant = (x: Typed): string =>
  x.type.kind === 'timestamp' ? operand(x) : `cast(${x.sql} as timestamp)`
const day = (x: Typed): string => (x.type.kind === 'date' ? x.sql : `cast(${x.sql} as date)`)

/** A backslash escapes in Spark's patterns and stands for itself in DuckDB's. */
const unescaped = (pattern: Typed): string =>
  pattern.isLiteral && !pattern.sql.includes('\\')
    ? pattern.sql
    : `replace(${pattern.sql}, ${literal('\\')}, ${literal('\\\\')})`

const PARTS: Readonly<Record<string, string>> = { week: 'weekofyear' }
const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600 }

/** Boundaries crossed, also before 1970: both ends are cut to the part first. */
function dateDiff(part: string, from: Typed, to: Typed): string {
  if (part === 'day') return `datediff(${day(to)}, ${day(from)})`
  const seconds = (x: Typed): string => `unix_seconds(date_trunc('${part}', ${instant(x)}))`
  const apart = `${seconds(to)} - ${seconds(from)}`
  return part === 'second' ? `(${apart})` : `((${apart}) div ${SECONDS[part]})`
}

function integral(name: 'floor' | 'ceil', x: Typed): string {
  if (x.type.kind === 'decimal') return `${name}(${x.sql})`
  return x.type.kind === 'integer' ? `cast(${x.sql} as double)` : `cast(${name}(${x.sql}) as double)`
}
