import type { Catalog } from './catalog.ts'
import { type Role, refsOf, whereOf } from './refs.ts'
import {
  type Derived,
  type Item,
  isSetOperation,
  namesOf,
  openSelect,
  outputsOf,
  type Select,
  same,
  sidesOf,
} from './scope.ts'

/** A column of another relation that a column is made from; `column` is `*` where rows are counted. */
export interface Source {
  readonly relation: string
  readonly column: string
  readonly role: Role
  /** Names of the CTEs it comes through, nearest to the result first. */
  readonly via: readonly string[]
}

/** Strongest first: a column that is both value and filter is shown as value. */
export const ROLES: readonly Role[] = ['value', 'condition', 'rows', 'filter', 'join']

const weaker = (a: Role, b: Role): Role => (ROLES.indexOf(a) > ROLES.indexOf(b) ? a : b)

/** The columns of other relations that one column of a model is made from, each once with its strongest role. */
export function sourcesOf(catalog: Catalog, path: string, column: string): readonly Source[] {
  const entry = catalog.models.get(path)
  if (!entry) return []
  const found: Source[] = []
  traceQuery(
    { catalog, report: (source) => found.push(source), seen: new Map() },
    { query: entry.query, ctes: new Map() },
    column,
    'value',
    [],
  )
  const strongest = new Map<string, Source>()
  for (const source of found) {
    const key = `${source.relation}.${source.column}`.toLowerCase()
    const other = strongest.get(key)
    if (!other || ROLES.indexOf(source.role) < ROLES.indexOf(other.role)) strongest.set(key, source)
  }
  return [...strongest.values()].sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role))
}

interface Tracing {
  readonly catalog: Catalog
  readonly report: (source: Source) => void
  /** What was looked at: a CTE that is read many times is followed once per column and role. */
  readonly seen: Map<object, Set<string>>
}

function traceQuery(
  tracing: Tracing,
  derived: Derived,
  column: string | undefined,
  role: Role,
  via: readonly string[],
): void {
  const { catalog } = tracing
  const { query, ctes } = derived
  if (isSetOperation(query)) {
    const place =
      column === undefined ? -1 : namesOf(catalog, derived).findIndex((name) => same(name, column))
    for (const side of sidesOf(query, ctes))
      traceQuery(tracing, side, column === undefined ? undefined : namesOf(catalog, side)[place], role, via)
    return
  }
  const select = openSelect(query, ctes)
  const outputs = outputsOf(catalog, select).filter(({ name }) => column !== undefined && same(name, column))
  const touched = new Set<Item>()
  for (const { expression } of outputs)
    for (const item of traceExpression(tracing, select, expression, role, via)) touched.add(item)
  if (column === undefined) for (const { item } of select.joins) countRows(tracing, item, role, via)
  traceFilters(tracing, select, touched, role, via)
}

function traceExpression(
  tracing: Tracing,
  select: Select,
  expression: unknown,
  role: Role,
  via: readonly string[],
): Item[] {
  const refs = refsOf(tracing.catalog, select, expression)
  for (const ref of refs.columns) traceColumn(tracing, ref.item, ref.column, weaker(role, ref.role), via)
  for (const query of refs.queries)
    for (const name of namesOf(tracing.catalog, query))
      traceQuery(tracing, query, name, weaker(role, query.role), via)
  if (refs.countsRows)
    for (const { item } of select.joins) countRows(tracing, item, weaker(role, 'rows'), via)
  const own = refs.columns.map(({ item }) => item)
  return refs.countsRows ? select.joins.map(({ item }) => item) : own
}

/** WHERE and HAVING decide about every row; a join's condition about those that come over it. */
function traceFilters(
  tracing: Tracing,
  select: Select,
  touched: ReadonlySet<Item>,
  role: Role,
  via: readonly string[],
): void {
  const having = (select.fields.having as { this?: unknown } | null | undefined)?.this
  for (const part of [whereOf(select), having])
    traceExpression(tracing, select, part, weaker(role, 'filter'), via)
  for (const { item, kind, on } of select.joins)
    if (on !== undefined && (touched.has(item) || kind === 'Inner'))
      traceExpression(tracing, select, on, weaker(role, 'join'), via)
}

function traceColumn(tracing: Tracing, item: Item, column: string, role: Role, via: readonly string[]): void {
  if (item.kind === 'relation') {
    tracing.report({ relation: item.path, column: column.toLowerCase(), role, via })
    return
  }
  if (isNew(tracing, item, column, role)) traceQuery(tracing, item, column, role, [...via, nameOf(item)])
}

function countRows(tracing: Tracing, item: Item, role: Role, via: readonly string[]): void {
  if (item.kind === 'relation') tracing.report({ relation: item.path, column: '*', role, via })
  else if (isNew(tracing, item, '*', role)) traceQuery(tracing, item, undefined, role, [...via, nameOf(item)])
}

const nameOf = (item: Item & { kind: 'query' }): string => item.cte ?? item.alias

function isNew({ seen }: Tracing, { query }: Derived, column: string, role: Role): boolean {
  const known = seen.get(query.fields) ?? new Set()
  seen.set(query.fields, known)
  const key = `${column.toLowerCase()} ${role}`
  if (known.has(key)) return false
  known.add(key)
  return true
}
