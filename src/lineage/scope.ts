import { asNode, isRecord, listOf, nameOf, recordOf, type SqlNode, textOf } from '../sql/walk.ts'
import type { Catalog } from './catalog.ts'

/** CTEs in scope by name in lower case, each with what it sees itself. */
export type Ctes = ReadonlyMap<string, Derived>

export interface Derived {
  readonly query: SqlNode
  readonly ctes: Ctes
}

/** What stands in FROM or JOIN under an alias: a relation of the warehouse, or a query with its own scope. */
export type Item = { readonly alias: string; readonly ast: unknown } & (
  | { readonly kind: 'relation'; readonly path: string }
  | ({ readonly kind: 'query'; readonly cte?: string } & Derived)
)

export interface Join {
  readonly item: Item
  /** Inner, Left, Right, Full, Cross; undefined for the first item. */
  readonly kind?: string
  readonly on?: unknown
}

export interface Output {
  readonly name: string
  readonly expression: unknown
}

/** One SELECT with its names resolved. */
export interface Select {
  readonly fields: SqlNode['fields']
  readonly ctes: Ctes
  readonly joins: readonly Join[]
}

/** A column an expression names, and the item it belongs to. */
export interface ItemColumn {
  readonly item: Item
  readonly column: string
}

export const withCtes = (query: SqlNode, outer: Ctes): Ctes => {
  const seen = new Map(outer)
  for (const cte of listOf(recordOf(query.fields.with).ctes)) {
    const { alias, this: body } = recordOf(cte)
    const node = asNode(body)
    const name = nameOf(alias)
    if (node && name !== undefined) seen.set(name.toLowerCase(), { query: node, ctes: new Map(seen) })
  }
  return seen
}

export function openSelect(query: SqlNode, outer: Ctes): Select {
  const ctes = withCtes(query, outer)
  const first = listOf(recordOf(query.fields.from).expressions).map((ast) => ({ ast }))
  const joined = listOf(query.fields.joins).map((join) => {
    const { this: ast, kind, on } = recordOf(join)
    return { ast, kind: textOf(kind) ?? 'Inner', ...(isRecord(on) ? { on } : {}) }
  })
  const joins = [...first, ...joined].flatMap(({ ast, ...rest }): Join[] => {
    const item = openItem(ast, ctes)
    return item ? [{ item, ...rest }] : []
  })
  return { fields: query.fields, ctes, joins }
}

function openItem(ast: unknown, ctes: Ctes): Item | undefined {
  const node = asNode(ast)
  if (node?.kind === 'subquery') {
    const query = asNode(node.fields.this)
    const alias = nameOf(node.fields.alias) ?? ''
    return query ? { kind: 'query', alias, ast, query, ctes } : undefined
  }
  const name = node?.kind === 'table' ? nameOf(node.fields.name) : undefined
  if (!node || name === undefined) return undefined
  const schema = nameOf(node.fields.schema)?.toLowerCase()
  const alias = nameOf(node.fields.alias) ?? name
  const cte = schema === undefined ? ctes.get(name.toLowerCase()) : undefined
  if (cte) return { kind: 'query', cte: name, alias, ast, ...cte }
  const path = schema === undefined || schema === 'gold' ? name : `${schema}.${name}`
  return { kind: 'relation', alias, ast, path: path.toLowerCase() }
}

export const isSetOperation = ({ kind }: SqlNode): boolean => ['union', 'intersect', 'except'].includes(kind)

/** Both sides of a set operation with what they see. */
export function sidesOf(query: SqlNode, outer: Ctes): readonly Derived[] {
  const ctes = withCtes(query, outer)
  return [query.fields.left, query.fields.right].flatMap((side) => {
    const node = unwrapped(side)
    return node ? [{ query: node, ctes }] : []
  })
}

function unwrapped(value: unknown): SqlNode | undefined {
  const node = asNode(value)
  return node?.kind === 'subquery' || node?.kind === 'paren' ? unwrapped(node.fields.this) : node
}

/** Names of what a query returns, stars written out. */
export function namesOf(catalog: Catalog, { query, ctes }: Derived): string[] {
  if (isSetOperation(query)) {
    const [left] = sidesOf(query, ctes)
    return left ? namesOf(catalog, left) : []
  }
  return outputsOf(catalog, openSelect(query, ctes)).map(({ name }) => name)
}

export const columnsOf = (catalog: Catalog, item: Item): readonly string[] =>
  item.kind === 'relation' ? (catalog.columns(item.path) ?? []) : namesOf(catalog, item)

/** What a SELECT returns: name and expression, stars written out. */
export function outputsOf(catalog: Catalog, select: Select): Output[] {
  return listOf(select.fields.expressions).flatMap((expression): Output[] => {
    const node = asNode(expression)
    if (node?.kind === 'star') return starOf(catalog, select, nameOf(node.fields.table))
    if (node?.kind === 'alias')
      return [{ name: nameOf(node.fields.alias) ?? '', expression: node.fields.this }]
    return [{ name: node?.kind === 'column' ? (nameOf(node.fields.name) ?? '') : '', expression }]
  })
}

const starOf = (catalog: Catalog, { joins }: Select, alias: string | undefined): Output[] =>
  joins
    .filter(({ item }) => alias === undefined || same(item.alias, alias))
    .flatMap(({ item }) =>
      columnsOf(catalog, item).map((name) => ({ name, expression: columnNode(item.alias, name) })),
    )

const columnNode = (table: string, name: string): unknown => ({
  column: { name: { name, quoted: false }, table: { name: table, quoted: false } },
})

export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** The item and column a column node means; undefined for one of an outer query or an alias of the same SELECT. */
export function resolve(catalog: Catalog, select: Select, node: SqlNode): ItemColumn | undefined {
  const column = nameOf(node.fields.name)
  const table = nameOf(node.fields.table)
  if (column === undefined) return undefined
  const found = select.joins.find(({ item }) =>
    table === undefined
      ? columnsOf(catalog, item).some((name) => same(name, column))
      : same(item.alias, table),
  )
  return found && { item: found.item, column }
}
