import { entityNamed } from '../model/entities.ts'
import type { EntityName } from '../model/types.ts'
import { type Amount, amountOf, amountSql } from './amount.ts'
import { type Ask, boundTerms, rowsSql, type Term, total } from './measure.ts'
import { makeup, type Part } from './parts.ts'
import { keyColumn } from './sources.ts'
import { outName } from './tsql/result.ts'
import { quoted } from './tsql/scope.ts'
import type { Block, BoundQuery, Item, Relation } from './tsql/types.ts'
import type { StepKind } from './types.ts'

/** A change on the way from the view's total to the rows it was made from. */
export interface Change {
  readonly kind: StepKind
  readonly label: string
  readonly amount: Amount
}

/** Rows of one source that a figure comes down to, each counted once: a query with the source's keys and `v`. */
export interface Leaf {
  readonly source: string
  /** The canonical field a sum adds up; undefined for counts and expressions. */
  readonly field: string | undefined
  readonly keys: readonly string[]
  readonly sql: string
}

/** total + changes = the sum over the leaves, where `complete`. */
export interface Trace {
  readonly total: Amount
  readonly changes: readonly Change[]
  readonly leaves: readonly Leaf[]
  readonly complete: boolean
  readonly whole: boolean
}

/** A query with the table that holds its rows, or itself where none does. */
export interface Rows {
  readonly query: BoundQuery
  readonly sql: string
  /** The names its columns have in `sql`. */
  readonly names: readonly string[]
}

const rowsOf = (query: BoundQuery): Rows => ({
  query,
  sql: `(${query.sql})`,
  names: query.columns.map(({ name }, index) => outName(name, index)),
})

/** Follows a column of a query down to rows of sources. Undefined for a column that has no total. */
export async function traceColumn(
  ask: Ask,
  { query, sql, names }: Rows,
  index: number,
  preferred: ReadonlySet<string>,
): Promise<Trace | undefined> {
  if (query.kind === 'union') {
    if (!query.all) return undefined
    const sides = [
      await traceColumn(ask, rowsOf(query.left), index, preferred),
      await traceColumn(ask, rowsOf(query.right), index, preferred),
    ]
    return sides[0] && sides[1] ? merged([sides[0], sides[1]]) : undefined
  }
  const output = query.outputs[index]
  const { additive, parts } = output ? makeup(query, output.expression) : { additive: false, parts: [] }
  if (!additive || parts.length === 0) return undefined
  const column = query.columns[index]
  const [row] = await ask(`select ${amountSql(`sum(${names[index]})`)} as total from ${sql} q`)
  const shown = amountOf(row?.total)
  const traced = await traceParts(ask, query, parts, preferred)
  const gap = traced.total - shown
  const why = query.filters.length > 0 ? `rows that ${query.filters.join(' and ')} leaves out` : 'rounding'
  const changes: Change[] =
    gap === 0n ? [] : [{ kind: 'rounding', label: `${why} in ${query.name}`, amount: gap }]
  return { ...traced, total: shown, changes: [...changes, ...traced.changes], whole: column?.type === 'int' }
}

/** Follows the parts of a figure of one block. */
export async function traceParts(
  ask: Ask,
  block: Block,
  parts: readonly Part[],
  preferred: ReadonlySet<string>,
): Promise<Trace> {
  const traces: Trace[] = []
  for (const part of parts) traces.push(await tracePart(ask, block, part, preferred))
  return merged(traces)
}

function merged(traces: readonly Trace[]): Trace {
  const changes = new Map<string, Change>()
  for (const change of traces.flatMap((trace) => trace.changes)) {
    const before = changes.get(change.label)
    changes.set(change.label, { ...change, amount: change.amount + (before?.amount ?? 0n) })
  }
  return {
    total: traces.reduce((sum, trace) => sum + trace.total, 0n),
    changes: [...changes.values()],
    leaves: traces.flatMap(({ leaves }) => leaves),
    complete: traces.every(({ complete }) => complete),
    whole: traces.every(({ whole }) => whole),
  }
}

async function tracePart(ask: Ask, block: Block, part: Part, preferred: ReadonlySet<string>): Promise<Trace> {
  const everything = new Set(block.items.map(({ alias }) => alias))
  const bound = boundTerms(block, part).map((term) => anchored(block, term, preferred))
  const wholeTotal = await partTotal(ask, block, part)
  const traces: Trace[] = []
  for (const term of bound) traces.push(await traceTerm(ask, block, term, everything))
  const all = merged(traces)
  const gap = all.total - wholeTotal
  const changes: Change[] =
    gap === 0n
      ? []
      : [
          {
            kind: 'null_part',
            label: `${part.label}: a sum with a NULL in it counts for nothing`,
            amount: gap,
          },
        ]
  const whole = part.op !== 'sum' || bound.every(({ value }) => value.type === 'int')
  return { ...all, total: wholeTotal, changes: [...changes, ...all.changes], whole }
}

async function partTotal(ask: Ask, block: Block, part: Part): Promise<Amount> {
  const everything = new Set(block.items.map(({ alias }) => alias))
  const { argument } = part
  const value = argument === undefined ? boundTerms(block, part)[0]?.value : block.bindRow(argument)
  if (!value) return 0n
  return total(ask, block, { value, sign: part.sign, part, about: value.items }, everything, false)
}

/** COUNT(*) is about rows of the source that the model counts, where the view reads it. */
function anchored(block: Block, term: Term, preferred: ReadonlySet<string>): Term {
  if (term.part.op !== 'count_rows') return term
  const item = block.items.find(
    ({ relation }) => relation.kind === 'source' && preferred.has(relation.contract.source),
  )
  return item ? { ...term, about: new Set([item.alias]) } : term
}

/** Takes one join's repetition away after the other, the last join first, then looks into what is left. */
async function traceTerm(
  ask: Ask,
  block: Block,
  term: Term,
  everything: ReadonlySet<string>,
): Promise<Trace> {
  const start = await total(ask, block, term, everything, false)
  const kept = new Set(everything)
  let current = await total(ask, block, term, kept)
  const names = block.items.filter(({ alias }) => term.about.has(alias)).map(tableName)
  const unmatched = `rows of ${block.name} without a row of ${names.join(' and ')} count too`
  const changes: Change[] =
    current === start ? [] : [{ kind: 'left_out', label: unmatched, amount: current - start }]
  for (const item of [...block.items].reverse()) {
    if (term.about.has(item.alias)) continue
    kept.delete(item.alias)
    const next = await total(ask, block, term, kept)
    if (next !== current)
      changes.push({ kind: 'fan_out', label: fanOutLabel(block, item), amount: next - current })
    current = next
  }
  const below = await traceBelow(ask, block, term, kept, current)
  return { ...below, total: start, changes: [...changes, ...below.changes] }
}

const fanOutLabel = (block: Block, item: Item): string =>
  item.join === 'first'
    ? `rows repeated once per row of ${tableName(item)} in ${block.name}`
    : `rows repeated by ${item.join === 'inner' ? '' : `${item.join} `}join ${tableName(item)} in ${block.name}`

export const tableName = ({ alias, relation }: Item): string => {
  const name = relation.kind === 'source' ? relation.contract.source : relation.name
  return name.toLowerCase() === alias.toLowerCase() ? name : `${name} ${alias}`
}

async function traceBelow(
  ask: Ask,
  block: Block,
  term: Term,
  kept: ReadonlySet<string>,
  current: Amount,
): Promise<Trace> {
  const whole = term.part.op !== 'sum' || term.value.type === 'int'
  const end: Trace = { total: current, changes: [], leaves: [], complete: false, whole }
  const items = block.items.filter(({ alias }) => term.about.has(alias))
  const inner = items.length === 1 ? innerColumn(items[0], term) : undefined
  if (inner) {
    const below = await traceColumn(ask, inner, inner.index, new Set())
    if (!below) return end
    const gap = (term.sign === 1 ? below.total : -below.total) - current
    const label = `rows of ${inner.query.kind === 'select' ? inner.query.name : 'a union'} that ${block.name} leaves out`
    const changes: Change[] = gap === 0n ? [] : [{ kind: 'left_out', label, amount: gap }]
    return term.sign === 1 ? { ...below, total: current, changes: [...changes, ...below.changes] } : end
  }
  const leaf = leafOf(block, term, kept, items)
  return leaf ? { ...end, leaves: [leaf], complete: true } : end
}

function innerColumn(item: Item | undefined, term: Term) {
  if (item?.relation.kind !== 'query' || term.part.op !== 'sum' || !term.value.column) return undefined
  const { columns, query, sql } = item.relation
  const index = columns.findIndex(({ name }) => name === term.value.column?.column.name)
  return { query, sql, names: columns.map(({ name }) => quoted(name)), index }
}

/** The source whose rows a term counts: of several it reads, the one that happens (an event) before one that is. */
function leafOf(
  block: Block,
  term: Term,
  kept: ReadonlySet<string>,
  items: readonly Item[],
): Leaf | undefined {
  const sources = items.filter(
    (item): item is Item & { relation: Extract<Relation, { kind: 'source' }> } =>
      item.relation.kind === 'source',
  )
  if (sources.length !== items.length) return undefined
  const anchor = sources.find(({ relation }) => isEvent(relation.contract.entity)) ?? sources[0]
  if (!anchor) return undefined
  const { contract } = anchor.relation
  const origin = term.value.column?.column.origin
  const countsKeys =
    origin?.contract === contract && contract.key.length === 1 && contract.key[0] === origin.field
  if (term.part.op === 'count_distinct' && !countsKeys) return undefined
  const keys = contract.key
  const list = keys.map((field, index) => `${quoted(anchor.alias)}.${quoted(keyColumn(field))} as k${index}`)
  const sign = term.sign === 1 ? '' : '-'
  const names = keys.map((_, index) => `k${index}`)
  const sql = `select ${names.map((name, index) => `${name} as ${quoted(keys[index] ?? '')}`).join(', ')}, ${sign}sum(v) as v from (${rowsSql(block, term, kept, list)}) d group by ${names.join(', ')} having sum(v) is not null`
  const field = term.part.op === 'sum' ? origin?.field : undefined
  return { source: contract.source, field, keys, sql }
}

const isEvent = (entity: EntityName): boolean => entityNamed(entity).kind === 'event'
