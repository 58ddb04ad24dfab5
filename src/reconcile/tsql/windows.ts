import { asNode, listOf, recordOf, type SqlNode, textOf } from '../../sql/walk.ts'
import { AGGREGATES, aggregate } from './aggregates.ts'
import type { Scope } from './scope.ts'
import { type Expression, Refused } from './types.ts'
import { compared, converted, made } from './values.ts'

type Bind = (value: unknown, scope: Scope) => Expression

const NUMBERING: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank'])

/** `x desc` with SQL Server's place for NULL: below every value. */
export function orderTerm(term: unknown, scope: Scope, bind: Bind): { sql: string; parts: Expression[] } {
  const { this: inner, desc, nulls_first } = recordOf(term)
  if (nulls_first !== undefined && nulls_first !== null)
    throw new Refused('legacy_sql', 'NULLS FIRST or LAST')
  const value = bind(inner, scope)
  const direction = desc === true ? 'desc nulls last' : 'asc nulls first'
  return { sql: `${compared(value)} ${direction}`, parts: [value] }
}

function overClause(over: unknown, scope: Scope, bind: Bind): { sql: string; parts: Expression[] } {
  const { partition_by, order_by, frame, window_name } = recordOf(over)
  if (frame || window_name)
    throw new Refused(
      'legacy_sql',
      'a window with a frame or a name',
      'write OVER (PARTITION BY .. ORDER BY ..)',
    )
  const parts = listOf(partition_by).map((part) => bind(part, scope))
  const orders = listOf(order_by).map((term) => orderTerm(term, scope, bind))
  const partition = parts.map(compared).join(', ')
  const clauses = [
    ...(parts.length > 0 ? [`partition by ${partition}`] : []),
    ...(orders.length > 0 ? [`order by ${orders.map(({ sql }) => sql).join(', ')}`] : []),
  ]
  return { sql: ` over (${clauses.join(' ')})`, parts: [...parts, ...orders.flatMap((order) => order.parts)] }
}

function windowFunction(node: SqlNode, scope: Scope, bind: Bind): Expression {
  const call = asNode(node.fields.this)
  const over = overClause(node.fields.over, scope, bind)
  if (!call) throw new Refused('legacy_function', 'this window function')
  if (NUMBERING.has(call.kind)) return made(node, `${call.kind}()${over.sql}`, 'int', over.parts)
  if (call.kind === 'within_group') return percentile(node, call, over, scope, bind)
  if (!(call.kind in AGGREGATES) || call.fields.distinct === true)
    throw new Refused(
      'legacy_function',
      `\`${(textOf(call.fields.name) ?? call.kind).toUpperCase()}\` over a window is not understood`,
      'ROW_NUMBER, RANK, DENSE_RANK, PERCENTILE_CONT, SUM, COUNT, MIN, MAX and AVG are',
    )
  const value = aggregate(call, bind, scope, over.sql)
  return { ...made(node, value.sql, value.type, [value, ...over.parts]), hidden: value.hidden }
}

/** PERCENTILE_CONT interpolates linearly between rows and gives a float. */
function percentile(
  node: SqlNode,
  call: SqlNode,
  over: { sql: string; parts: Expression[] },
  scope: Scope,
  bind: Bind,
): Expression {
  const inner = asNode(call.fields.this)
  const [term, ...more] = listOf(call.fields.order_by)
  const { this: ordered, desc } = recordOf(term)
  const name = (textOf(inner?.fields.name) ?? inner?.kind ?? '').toLowerCase()
  const args =
    inner?.kind === 'percentile_cont'
      ? [inner.fields.percentile ?? inner.fields.this]
      : listOf(inner?.fields.args)
  if (name !== 'percentile_cont' || more.length > 0 || desc === true)
    throw new Refused(
      'legacy_function',
      `\`${name.toUpperCase()}\` WITHIN GROUP`,
      'PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x) OVER (..)',
    )
  const [share, value] = [bind(args[0], scope), bind(ordered, scope)]
  const sql = `quantile_cont(${converted(value, 'float')}, ${share.sql})${over.sql}`
  return made(node, sql, 'float', [value, ...over.parts])
}

export const windows = (bind: Bind) => ({
  window_function: {
    parts: ['this', 'over'],
    bind: (node: SqlNode, scope: Scope) => windowFunction(node, scope, bind),
  },
})
