import { asNode, isRecord, listOf, nameOf, recordOf } from '../sql/walk.ts'
import type { Catalog } from './catalog.ts'
import type { Printer } from './print.ts'
import { conjuncts, isAggregate, refsOf, whereOf } from './refs.ts'
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

/** Whose rows are to be found, and the columns that tell them apart. */
export interface Target {
  readonly path: string
  readonly key: readonly string[]
}

export interface TagOptions {
  readonly catalog: Catalog
  readonly printer: Printer
  readonly target: Target
  /** Conditions of a WHERE (printed, without aliases) that are left out, to see also the rows they turn away. */
  readonly without: ReadonlySet<string>
}

interface Tagged {
  readonly sql: string
  /** Names of the wanted columns that are lost: they are made of several rows. */
  readonly lost: ReadonlySet<string>
}

/** The name of a target's key column inside a tagged query. */
export const tagName = (index: number): string => `_c360_${index}`

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * A query that pairs rows of a model with the rows of the target they are made from: the columns `keep` of the model,
 * then the target's key as `_c360_0 ..`. It is the model with every grouping undone on the way from the target to the
 * columns `from`; pairs may come more than once. Undefined when those columns are not made from the target, or when one of
 * `keep` is made of several rows.
 */
export function pairsSql(
  options: TagOptions,
  path: string,
  from: readonly string[],
  keep: readonly string[],
): string | undefined {
  if (path === options.target.path) return ownPairs(options, path, keep)
  const entry = options.catalog.models.get(path)
  if (!entry) return undefined
  const tagged = tagQuery(options, { query: entry.query, ctes: new Map() }, from, keep)
  return tagged && tagged.lost.size === 0 ? tagged.sql : undefined
}

const tagList = (key: readonly string[], alias?: string): string[] =>
  key.map(
    (name, index) => `${alias === undefined ? '' : `${quoted(alias)}.`}${quoted(name)} as ${tagName(index)}`,
  )

function ownPairs({ target }: TagOptions, path: string, keep: readonly string[]): string {
  const [schema, name] = path.includes('.') ? path.split('.') : ['gold', path]
  return `select ${[...keep.map(quoted), ...tagList(target.key)].join(', ')} from ${schema}.${quoted(name ?? '')}`
}

function tagQuery(
  options: TagOptions,
  { query, ctes }: Derived,
  from: readonly string[],
  keep: readonly string[],
): Tagged | undefined {
  if (!isSetOperation(query)) return tagSelect(options, openSelect(query, ctes), from, keep)
  if (query.kind !== 'union') return undefined
  const names = namesOf(options.catalog, { query, ctes })
  const sides = sidesOf(query, ctes).flatMap((side) => {
    const own = namesOf(options.catalog, side)
    const there = (list: readonly string[]) =>
      list.map((name) => own[names.findIndex((x) => same(x, name))] ?? '')
    const tagged = tagQuery(options, side, there(from), there(keep))
    return tagged ? [{ ...tagged, own: there(keep) }] : []
  })
  const [first] = sides
  if (!first) return undefined
  const with_ = withClause(options, query.fields.with)
  const columns = [...keep.map(quoted), ...options.target.key.map((_, i) => tagName(i))].join(', ')
  const sql = sides.map(
    (side, i) =>
      `select ${side.own.map((name, k) => `${quoted(name)} as ${quoted(keep[k] ?? name)}`).join(', ')}${side.own.length > 0 ? ', ' : ''}${options.target.key.map((_, k) => tagName(k)).join(', ')} from (${side.sql}) s${i}`,
  )
  const lost = new Set(sides.flatMap((side) => keep.filter((_, k) => side.lost.has(side.own[k] ?? ''))))
  return { sql: `${with_}select ${columns} from (${sql.join(' union all ')}) u`, lost }
}

/** The CTEs as they are written: what is not on the way to the target still reads them. */
function withClause({ printer }: TagOptions, clause: unknown): string {
  const ctes = listOf(recordOf(clause).ctes).flatMap((cte) => {
    const { alias, this: body } = recordOf(cte)
    const name = nameOf(alias)
    return name === undefined ? [] : [`${quoted(name)} as (${printer.query(body)})`]
  })
  return ctes.length === 0 ? '' : `with ${ctes.join(', ')} `
}

/** The way may go over several items of one SELECT: then it is the union of the ways over each. */
function tagSelect(
  options: TagOptions,
  select: Select,
  from: readonly string[],
  keep: readonly string[],
): Tagged | undefined {
  const needed = neededOf(options, select, from)
  const ways = [...needed].flatMap(([item, columns]) => {
    const way = tagOver(options, select, item, [...columns], keep)
    return way ? [way] : []
  })
  if (ways.length === 0) return undefined
  return {
    sql: ways.map(({ sql }) => sql).join(' union all '),
    lost: new Set(ways.flatMap((w) => [...w.lost])),
  }
}

/** Which columns of which items the wanted columns come from; counted rows come from every item but those cross joined, which give each row the same. */
function neededOf({ catalog }: TagOptions, select: Select, from: readonly string[]): Map<Item, Set<string>> {
  const needed = new Map<Item, Set<string>>()
  const add = (item: Item, column?: string) => {
    const columns = needed.get(item) ?? new Set()
    needed.set(item, column === undefined ? columns : columns.add(column))
  }
  for (const { name, expression } of outputsOf(catalog, select)) {
    if (!from.some((wanted) => same(wanted, name))) continue
    const refs = refsOf(catalog, select, expression)
    for (const { item, column } of refs.columns) add(item, column)
    if (refs.countsRows) for (const { item, kind } of select.joins) if (kind !== 'Cross') add(item)
  }
  return needed
}

function tagOver(
  options: TagOptions,
  select: Select,
  item: Item,
  columns: readonly string[],
  keep: readonly string[],
): Tagged | undefined {
  const { catalog, target, printer } = options
  const outputs = outputsOf(catalog, select).filter(({ name }) => keep.some((wanted) => same(wanted, name)))
  const kept = outputs.filter(({ expression }) => !isAggregate(expression))
  const ons = select.joins.flatMap(({ on }) => (on === undefined ? [] : [on]))
  const where = conjuncts(whereOf(select)).filter((part) => !options.without.has(bare(printer, part)))
  const used = [...kept.map(({ expression }) => expression), ...where, ...ons]
    .flatMap((part) => refsOf(catalog, select, part).columns)
    .filter((ref) => ref.item === item)
    .map(({ column }) => column)
  const tagged = tagItem(options, item, columns, [...new Set(used.map((name) => name.toLowerCase()))])
  if (!tagged) return undefined
  const isLost = (part: unknown) =>
    refsOf(catalog, select, part).columns.some(
      (ref) => ref.item === item && tagged.lost.has(ref.column.toLowerCase()),
    )
  const conditions = where.filter((part) => !isLost(part))
  const shown = kept.filter(({ expression }) => !isLost(expression))
  const list = keep.map((name) => {
    const output = shown.find((column) => same(column.name, name))
    return `${output ? printer.expression(output.expression) : 'null'} as ${quoted(name)}`
  })
  const alias = quoted(item.alias)
  const tags = target.key.map((_, i) => `${alias}.${tagName(i)} as ${tagName(i)}`)
  const parts = [
    `${withClause(options, select.fields.with)}select ${[...list, ...tags].join(', ')}`,
    `from ${fromClause(options, select, item, tagged.sql, [...shown.map(({ expression }) => expression), ...conditions])}`,
    ...(conditions.length > 0
      ? [`where ${conditions.map((part) => `(${printer.expression(part)})`).join(' and ')}`]
      : []),
  ]
  const lost = new Set(keep.filter((name) => !shown.some((column) => same(column.name, name))))
  return { sql: `select * from (${parts.join(' ')}) w`, lost: new Set([...lost].map((x) => x.toLowerCase())) }
}

/** A relation that is the target carries its key; a model or a query on the way is opened. */
function tagItem(
  options: TagOptions,
  item: Item,
  columns: readonly string[],
  used: readonly string[],
): Tagged | undefined {
  if (item.kind === 'query') {
    const from = columns.length > 0 ? columns : namesOf(options.catalog, item)
    return tagQuery(options, item, from, used)
  }
  if (item.path === options.target.path) return { sql: ownPairs(options, item.path, used), lost: new Set() }
  const entry = options.catalog.models.get(item.path)
  if (!entry) return undefined
  const from = columns.length > 0 ? columns : entry.model.grain
  return tagQuery(options, { query: entry.query, ctes: new Map() }, from, used)
}

/** The joins again, the tagged item in its place. A left join whose columns nobody uses is left out. */
function fromClause(
  { catalog, printer }: TagOptions,
  select: Select,
  tagged: Item,
  sql: string,
  used: readonly unknown[],
): string {
  const isUsed = (item: Item): boolean =>
    item === tagged ||
    [...used, ...select.joins.filter((join) => join.item !== item).map(({ on }) => on)].some((part) =>
      refsOf(catalog, select, part).columns.some((ref) => ref.item === item),
    )
  return select.joins
    .filter(({ kind, item }) => kind !== 'Left' || isUsed(item))
    .map(({ item, kind, on }) => {
      const source = item === tagged ? `(${sql}) as ${quoted(item.alias)}` : printer.item(item.ast)
      if (kind === undefined) return source
      return `${kind.toLowerCase()} join ${source}${on === undefined ? '' : ` on ${printer.expression(on)}`}`
    })
    .join(' ')
}

/** A condition as text without aliases, so that `t.is_sale` and `is_sale` are the same. */
export const bare = (printer: Printer, condition: unknown): string =>
  printer.expression(unaliased(unwrapped(condition))).toLowerCase()

function unwrapped(condition: unknown): unknown {
  const node = asNode(condition)
  return node?.kind === 'paren' ? unwrapped(node.fields.this) : condition
}

function unaliased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unaliased)
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(([key, part]) =>
    key === 'column' && isRecord(part) ? [key, { ...part, table: null }] : [key, unaliased(part)],
  )
  return Object.fromEntries(entries)
}
