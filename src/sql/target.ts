import { C360Error } from '../errors.ts'
import type { Decimal, SqlType } from './types.ts'

/** An expression as printed. */
export interface Typed {
  readonly sql: string
  readonly type: SqlType
  /** Needs no brackets beside an operator. */
  readonly atomic?: boolean
  /** Something that is true or false, which not every engine takes for a value. */
  readonly isCondition?: boolean
  /** A text as written: beside a date it is read as a date. */
  readonly isLiteral?: boolean
  /** The engine itself gives it precisely this type. */
  readonly exact?: boolean
}

export type Operator = 'add' | 'sub' | 'mul' | 'div'
export type Comparison = 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte'
export type SetOperator = 'union' | 'intersect' | 'except'

/** What an engine has a spelling of its own for. Text in, text out; all results are what DuckDB would give, or an error. */
export interface Target {
  readonly name: string
  /** WITH may stand in any query, not only at the head of a statement. */
  readonly nestedWith: boolean
  ident(name: string): string
  text(value: string): string
  /** A day or an instant as written. */
  temporal(value: string, type: SqlType): string
  number(value: string, type: SqlType): string
  bool(value: boolean): string
  type(type: SqlType): string
  /** Only where truth is not a value: a stored flag as a condition, and a condition as a value. */
  readonly truth?: { condition(value: string): string; value(condition: string): string }
  /** Items of ORDER BY. */
  order(x: string, descending: boolean, nullsFirst: boolean): string
  /** An ORDER BY for a window that has none, where the engine wants one. */
  readonly anyOrder?: string

  /** The end of an ordered query that wants `limit` rows after the first `offset`; without it LIMIT and OFFSET. */
  page?(limit: number, offset: number): string

  /** A query of rows as written, where the engine would make a part of each side of a UNION ALL. */
  rows?(columns: readonly string[], rows: readonly (readonly string[])[]): string
  arithmetic(op: Operator, a: Typed, b: Typed, result: SqlType): string
  negative(x: Typed): string
  shift(x: Typed, unit: 'day' | 'month', amount: string, sign: '+' | '-'): string
  cast(x: Typed, to: SqlType): string
  concat(a: Typed, b: Typed): string
  like(x: Typed, pattern: Typed): string
  extract(part: string, x: Typed): string
  dateTrunc(part: string, x: Typed): string
  dateDiff(part: string, from: Typed, to: Typed): string
  ratio(num: Typed, den: Typed, scale: number): string
  round(x: Typed, places: number, result: SqlType): string
  floor(x: Typed): string
  ceil(x: Typed): string
  sqrt(x: Typed): string
  abs(x: Typed): string
  greatest(list: readonly Typed[]): string
  least(list: readonly Typed[]): string
  coalesce(list: readonly Typed[]): string
  nullif(a: Typed, b: Typed): string
  replace(x: Typed, from: Typed, to: Typed): string
  trim(x: Typed): string
  lower(x: Typed): string
  upper(x: Typed): string
  length(x: Typed): string
  substring(x: Typed, start: number, length: number | undefined): string
  countAll(): string
  count(x: Typed, distinct: boolean): string
  sum(x: Typed, distinct: boolean, result: SqlType): string
  min(x: Typed): string
  max(x: Typed): string
}

export const refuse = (target: string, what: string, hint: string): never => {
  throw new C360Error('PROJECT_INVALID', `${target} cannot do ${what} as DuckDB does`, { hint })
}

/** `x` in brackets unless it needs none. */
export const operand = (x: Typed): string => (x.atomic ? x.sql : `(${x.sql})`)

export const isExact = (x: Typed, to: Decimal): boolean =>
  x.exact === true &&
  x.type.kind === 'decimal' &&
  x.type.precision === to.precision &&
  x.type.scale === to.scale

/** What all engines spell alike. */
export const common = {
  negative: (x: Typed) => `- ${operand(x)}`,
  abs: (x: Typed) => `abs(${x.sql})`,
  coalesce: (list: readonly Typed[]) => `coalesce(${sqlOf(list)})`,
  nullif: (a: Typed, b: Typed) => `nullif(${a.sql}, ${b.sql})`,
  replace: (x: Typed, from: Typed, to: Typed) => `replace(${x.sql}, ${from.sql}, ${to.sql})`,
  trim: (x: Typed) => `trim(${x.sql})`,
  lower: (x: Typed) => `lower(${x.sql})`,
  upper: (x: Typed) => `upper(${x.sql})`,
  greatest: (list: readonly Typed[]) => `greatest(${sqlOf(list)})`,
  least: (list: readonly Typed[]) => `least(${sqlOf(list)})`,
  countAll: () => 'count(*)',
  count: (x: Typed, distinct: boolean) => `count(${distinct ? 'distinct ' : ''}${x.sql})`,
  sum: (x: Typed, distinct: boolean) => `sum(${distinct ? 'distinct ' : ''}${x.sql})`,
  min: (x: Typed) => `min(${x.sql})`,
  max: (x: Typed) => `max(${x.sql})`,
} satisfies Partial<Target>

export const sqlOf = (list: readonly Typed[]): string => list.map(({ sql }) => sql).join(', ')

export const SIGNS: Readonly<Record<Operator | Comparison, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  eq: '=',
  neq: '<>',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
}

export const infix = (op: Operator | Comparison, a: Typed, b: Typed): string =>
  `${operand(a)} ${SIGNS[op]} ${operand(b)}`
