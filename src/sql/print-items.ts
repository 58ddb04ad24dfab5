import { orderItem } from './print-calls.ts'
import { type Context, type Fields, value } from './print-context.ts'
import { nodeIn, pageOf, positionOf, usualPage } from './print-parts.ts'
import { columnIn } from './scope.ts'
import type { Target, Typed } from './target.ts'
import type { SqlType } from './types.ts'
import { asNode, listOf, nameOf, recordOf, type SqlNode } from './walk.ts'

/** One column that a SELECT gives. */
export interface Item {
  readonly name: string
  readonly typed: Typed
  /** `as <name>` must be written. */
  readonly isNamed: boolean
}

/** What stands between SELECT and FROM; at the top no names are made up. */
export const itemsOf = (expressions: unknown, context: Context, isTop: boolean): readonly Item[] =>
  listOf(expressions).flatMap((item, index) => itemsIn(item, index, context, isTop))

function itemsIn(item: unknown, index: number, context: Context, isTop: boolean): readonly Item[] {
  const node = nodeIn(item)
  if (node.kind === 'star') return star(node, context)
  if (node.kind === 'alias') {
    const name = nameOf(node.fields.alias) ?? ''
    return [{ name, typed: value(context, node.fields.this), isNamed: true }]
  }
  const typed = value(context, item)
  if (node.kind !== 'column') return [{ name: `c${index + 1}`, typed, isNamed: !isTop }]
  const name = nameOf(node.fields.name) ?? ''
  const found = columnIn(context.scope, name, nameOf(node.fields.table))
  return [{ name: found?.name ?? name, typed, isNamed: found === undefined }]
}

/** A star is written out: engines differ in the columns it leaves out and in their order. */
function star({ fields }: SqlNode, { scope, target }: Context): readonly Item[] {
  const table = nameOf(fields.table)?.toLowerCase()
  return scope.sources
    .filter(({ name }) => table === undefined || name.toLowerCase() === table)
    .flatMap((source) =>
      source.columns.map(([name, type]) => ({
        name,
        typed: { sql: `${source.printed}.${target.ident(name)}`, type, atomic: true },
        isNamed: false,
      })),
    )
}

export function itemSql(target: Target, { typed, name, isNamed }: Item, wanted: SqlType | undefined): string {
  const own = valueSql(target, typed, wanted)
  return isNamed ? `${own} as ${target.ident(name)}` : own
}

/** The value as the type that the whole of a set operation has there. */
export const valueSql = (target: Target, typed: Typed, wanted: SqlType | undefined): string =>
  wanted && !agrees(typed.type, wanted) ? target.cast(typed, wanted) : typed.sql

/** Whole numbers of any width meet without a cast. */
const agrees = (a: SqlType, b: SqlType): boolean =>
  a.kind === b.kind &&
  (a.kind !== 'decimal' || b.kind !== 'decimal' || (a.precision === b.precision && a.scale === b.scale))

/** A group by its position is the item at that place. */
export function groupSql(expression: unknown, { expressions }: Fields, context: Context): string {
  const position = positionOf(expression)
  if (position === undefined) return value(context, expression).sql
  const item = nodeIn(listOf(expressions)[position - 1])
  return value(context, item.kind === 'alias' ? item.fields.this : { [item.kind]: item.fields }).sql
}

/** ORDER BY, where a name is first that of a column of the result, and how many rows. */
export function endingSql(fields: Fields, items: readonly Item[], context: Context): string[] {
  const { target } = context
  const order = listOf(recordOf(fields.order_by).expressions).map((item) => {
    const { desc, nulls_first } = recordOf(item)
    const own = itemMeant(recordOf(item).this, items)
    return own
      ? target.order(target.ident(own.name), desc === true, nulls_first === true)
      : orderItem(context, item)
  })
  const page = pageOf(fields)
  // Where rows are paged as a part of the order, there is always one.
  if (page && order.length === 0 && target.page) order.push(target.anyOrder ?? '1')
  return [
    ...(order.length > 0 ? [`order by ${order.join(', ')}`] : []),
    ...(page ? [target.page?.(page.limit, page.offset) ?? usualPage(page)] : []),
  ]
}

/** The item that is ordered by, by its place or its name. */
function itemMeant(by: unknown, items: readonly Item[]): Item | undefined {
  const position = positionOf(by)
  if (position !== undefined) return items[position - 1]
  const node = asNode(by)
  const bare = node?.kind === 'column' && !node.fields.table ? nameOf(node.fields.name) : undefined
  return items.find(({ name }) => name.toLowerCase() === bare?.toLowerCase())
}
