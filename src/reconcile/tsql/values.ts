import type { SqlNode } from '../../sql/walk.ts'
import { type Expression, Refused, type SqlType } from './types.ts'

/** What an expression takes over from the ones it is made of. */
export function made(
  node: SqlNode,
  sql: string,
  type: SqlType,
  parts: readonly Expression[] = [],
): Expression {
  return {
    node,
    sql,
    type,
    hidden: parts.some(({ hidden }) => hidden),
    items: new Set(parts.flatMap(({ items }) => [...items])),
  }
}

/** T-SQL's precedence: the lower type is converted to the higher one. */
const PRECEDENCE: readonly SqlType[] = ['null', 'text', 'bit', 'int', 'decimal', 'float', 'date', 'datetime']

export const higher = (types: readonly SqlType[]): SqlType =>
  types.reduce<SqlType>((a, b) => (PRECEDENCE.indexOf(b) > PRECEDENCE.indexOf(a) ? b : a), 'null')

export const isNumber = (type: SqlType): boolean => ['int', 'bit', 'decimal', 'float'].includes(type)
const isTime = (type: SqlType): boolean => type === 'date' || type === 'datetime'

/** The implicit conversion T-SQL makes; what it would refuse is refused. */
export function converted(expression: Expression, to: SqlType): string {
  const { sql, type } = expression
  if (type === to || type === 'null' || to === 'null') return sql
  if (type === 'text') return fromText(sql, to)
  if (isNumber(type) && isNumber(to))
    return to === 'float' ? `cast(${sql} as double)` : type === 'bit' ? `cast(${sql} as integer)` : sql
  if (type === 'date' && to === 'datetime') return `cast(${sql} as timestamp)`
  throw new Refused(
    'legacy_type',
    `a ${WORDS[type]} where a ${WORDS[to]} is needed`,
    'convert it with CAST or CONVERT',
  )
}

function fromText(sql: string, to: SqlType): string {
  switch (to) {
    case 'int':
    case 'bit':
      return `tsql_int(${sql})`
    case 'decimal':
      return `cast(${sql} as decimal(38,6))`
    case 'float':
      return `cast(${sql} as double)`
    case 'date':
      return `cast(${sql} as date)`
    default:
      return `cast(${sql} as timestamp)`
  }
}

const WORDS: Readonly<Record<SqlType, string>> = {
  text: 'text',
  int: 'whole number',
  bit: 'bit',
  decimal: 'decimal',
  float: 'float',
  date: 'date',
  datetime: 'time',
  null: 'NULL',
  predicate: 'condition',
}

/** Texts compare without case and trailing spaces, as under SQL Server's default collation. */
export const comparable = (sql: string, type: SqlType): string =>
  type === 'text' ? `tsql_text(${sql})` : sql

/** An expression as it is compared with one of a type; without case and trailing spaces where that is text. */
export function comparedAs(expression: Expression, type: SqlType): string {
  if (type === 'text' && expression.type === 'text' && expression.folded !== undefined)
    return expression.folded
  return comparable(converted(expression, type), type)
}

/** An expression as it is told apart from others: grouped, counted and ordered. */
export const compared = (expression: Expression): string => comparedAs(expression, expression.type)

/** Both sides of a comparison in one type. */
export function comparedPair(a: Expression, b: Expression): [string, string] {
  const type = higher([a.type, b.type])
  return [comparedAs(a, type), comparedAs(b, type)]
}

/** Arithmetic needs numbers; a text next to a number becomes one. */
export function numbers(parts: readonly Expression[], what: string): SqlType {
  const type = higher(parts.map((part) => part.type))
  if (isTime(type)) throw new Refused('legacy_type', `${what} with a date or time`, 'use DATEADD or DATEDIFF')
  return type === 'null' || type === 'bit' || type === 'text' ? 'int' : type
}
