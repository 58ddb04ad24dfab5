import type { SqlNode } from '../../sql/walk.ts'
import type { Scope } from './scope.ts'
import type { Expression } from './types.ts'
import { compared, converted, made, numbers } from './values.ts'

type Bind = (value: unknown, scope: Scope) => Expression

/** What an aggregate is over: rows before grouping. Inside a window it is over the groups. */
const rowsOf = ({ grouped: _, ...scope }: Scope): Scope => scope

/** SUM, AVG, MIN, MAX and COUNT. `over` is the window's text, '' outside of one. */
export function aggregate(node: SqlNode, bind: Bind, scope: Scope, over = ''): Expression {
  const inner = over === '' ? rowsOf(scope) : scope
  if (node.kind === 'count' && node.fields.star === true) return made(node, `count(*)${over}`, 'int')
  const value = bind(node.fields.this, inner)
  const distinct = node.fields.distinct === true ? 'distinct ' : ''
  if (node.kind === 'count') {
    const sql = `count(${distinct}${compared(value)})${over}`
    return { ...made(node, sql, 'int', [value]), hidden: false }
  }
  if (node.kind === 'min' || node.kind === 'max') return extreme(node, value, over)
  const type = numbers([value], node.kind.toUpperCase())
  const sum = `sum(${distinct}${converted(value, type)})${over}`
  if (node.kind === 'sum') return made(node, type === 'int' ? `cast(${sum} as bigint)` : sum, type, [value])
  const size = `count(${distinct}${converted(value, type)})${over}`
  return made(node, average(type, sum, size), type, [value])
}

/** The average of whole numbers is a whole number, cut towards zero. */
function average(type: Expression['type'], sum: string, size: string): string {
  const divided =
    type === 'float'
      ? `${sum} / ${size}`
      : type === 'int'
        ? `tsql_int_div(${sum}, ${size})`
        : `tsql_div(${sum}, ${size})`
  return `case when ${size} > 0 then ${divided} end`
}

/** Texts are ordered without case; of several spellings the same one is always taken. */
function extreme(node: SqlNode, value: Expression, over: string): Expression {
  if (value.type !== 'text') return made(node, `${node.kind}(${value.sql})${over}`, value.type, [value])
  const order = `tsql_text(${value.sql}) || chr(1) || ${value.sql}`
  return made(node, `arg_${node.kind}(${value.sql}, ${order})${over}`, 'text', [value])
}

export const AGGREGATES: Readonly<Record<string, readonly string[]>> = {
  sum: ['this', 'distinct'],
  avg: ['this', 'distinct'],
  min: ['this', 'distinct'],
  max: ['this', 'distinct'],
  count: ['this', 'star', 'distinct'],
}

export const aggregates = (bind: Bind) =>
  Object.fromEntries(
    Object.entries(AGGREGATES).map(([kind, parts]) => [
      kind,
      { parts, bind: (node: SqlNode, scope: Scope) => aggregate(node, bind, scope) },
    ]),
  )
