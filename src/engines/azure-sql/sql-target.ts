import { keepingScale, wholeRatio } from '../../sql/decimals.ts'
import { common, operand, type Target, type Typed } from '../../sql/target.ts'
import type { SqlType } from '../../sql/types.ts'
import { cast, collated, text, typeName } from './sql-casts.ts'

const NAME = 'Azure SQL'

/**
 * T-SQL as Azure SQL and SQL Server 2022 read it. Truth is a bit there, WITH stands only at the head of a statement, and
 * texts are compared by a collation: every text column has `TEXT_COLLATION`, and so has every text written in a query.
 */
export const azureSqlTarget: Target = {
  ...common,
  name: NAME,
  nestedWith: false,
  ident: (name) => `[${name.replaceAll(']', ']]')}]`,
  text,
  temporal: (value, type) => `cast('${value}' as ${typeName(type)})`,
  number: (value, type) => {
    if (type.kind === 'double') return `cast(${value} as float)`
    return type.kind === 'integer' && type.bits === 64 ? `cast(${value} as bigint)` : value
  },
  bool: (value) => `cast(${value ? 1 : 0} as bit)`,
  type: typeName,
  truth: {
    condition: (value) => `${value} = 1`,
    value: (test) => `cast(case when ${test} then 1 when not (${test}) then 0 end as bit)`,
  },
  order,
  anyOrder: '(select null)',
  page: (limit, offset) => `offset ${offset} rows fetch next ${limit} rows only`,
  arithmetic: (op, a, b, result) => keepingScale({ name: NAME, cast }, narrowing, op, a, b, result),
  shift: (x, unit, amount, sign) =>
    `dateadd(${unit}, ${sign === '-' ? `- (${amount})` : amount}, ${instant(x)})`,
  cast,
  // Without (max) what is longer than 8000 bytes would be cut off.
  concat: (a, b) => `cast(${a.sql} as varchar(max)) + ${operand(b)}`,
  like: (x, pattern) => `${operand(x)} like ${withoutSets(pattern)}`,
  extract: (part, x) =>
    part === 'isodow'
      ? `(datediff(day, cast('0001-01-01' as date), ${x.sql}) % 7 + 1)`
      : `datepart(${part === 'week' ? 'iso_week' : part}, ${instant(x)})`,
  dateTrunc: (part, x) => `datetrunc(${part}, ${instant(x)})`,
  dateDiff: (part, from, to) => `datediff_big(${part}, ${from.sql}, ${to.sql})`,
  ratio: (num, den, scale) => wholeRatio({ cast }, num, den, scale),
  round,
  floor: (x) => integral('floor', x),
  ceil: (x) => integral('ceiling', x),
  sqrt: (x) => `sqrt(${x.sql})`,
  // LEN leaves out trailing spaces.
  length: (x) => `(len(cast(${x.sql} as varchar(max)) + '.') - 1)`,
  substring: (x, start, length) => `substring(${x.sql}, ${start}, ${length ?? 2147483647})`,
  countAll: () => 'count_big(*)',
  count: (x, distinct) => `count_big(${distinct ? 'distinct ' : ''}${x.sql})`,
  sum: (x, distinct) => {
    const whole = x.type.kind === 'integer' || x.type.kind === 'null'
    return `sum(${distinct ? 'distinct ' : ''}${whole ? `cast(${x.sql} as bigint)` : x.sql})`
  },
  min: (x) => extreme('min', x),
  max: (x) => extreme('max', x),
}

const narrowing = {
  productScale: 6,
  sumLoses: (a: { scale: number }, b: { scale: number }): boolean => a.scale !== b.scale,
}

/** NULL is the least value to T-SQL. */
function order(x: string, descending: boolean, nullsFirst: boolean): string {
  const item = `${x} ${descending ? 'desc' : 'asc'}`
  if (descending !== nullsFirst) return item
  const [ofNull, ofOthers] = nullsFirst ? [0, 1] : [1, 0]
  return `case when ${x} is null then ${ofNull} else ${ofOthers} end, ${item}`
}

function round(x: Typed, places: number, result: SqlType): string {
  if (result.kind === 'decimal') return cast({ sql: `round(${x.sql}, ${places})`, type: result }, result)
  if (result.kind !== 'double') return `round(${x.sql}, ${places})`
  const power = `1e${Math.abs(places)}`
  return places < 0
    ? `(round(${operand(x)} / ${power}, 0) * ${power})`
    : `(round(${operand(x)} * ${power}, 0) / ${power})`
}

/** `[` begins a set of characters in T-SQL's patterns. */
const withoutSets = (pattern: Typed): string =>
  pattern.isLiteral && !pattern.sql.includes('[')
    ? pattern.sql
    : `replace(${pattern.sql}, ${collated("'['")}, '[[]')`

const instant = (x: Typed): string =>
  x.type.kind === 'timestamp' ? x.sql : `cast(${x.sql} as ${typeName({ kind: 'timestamp' })})`

const integral = (name: 'floor' | 'ceiling', x: Typed): string =>
  x.type.kind === 'integer' ? `cast(${x.sql} as float)` : `${name}(${x.sql})`

/** A bit has neither a least nor a greatest value. */
const extreme = (name: 'min' | 'max', x: Typed): string =>
  x.type.kind === 'boolean' ? `cast(${name}(cast(${x.sql} as tinyint)) as bit)` : `${name}(${x.sql})`
