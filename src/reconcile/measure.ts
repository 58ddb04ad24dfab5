import { type Amount, amountOf, amountSql } from './amount.ts'
import { type Part, terms } from './parts.ts'
import { reducedFrom } from './reduced.ts'
import { fromText } from './tsql/from.ts'
import { quoted } from './tsql/scope.ts'
import type { Block, Expression, Item } from './tsql/types.ts'
import { compared } from './tsql/values.ts'

/** Asks the database one question: its rows as objects. */
export type Ask = (sql: string) => Promise<Record<string, unknown>[]>

/** A term of a part, over the rows of its block before grouping. */
export interface Term {
  readonly value: Expression
  readonly sign: 1 | -1
  readonly part: Part
  /** The items whose rows it is about: those it reads, or the first one. */
  readonly about: ReadonlySet<string>
}

/** The terms of a part, bound. */
export function boundTerms(block: Block, part: Part): Term[] {
  const { argument, op, sign } = part
  const first = block.items[0]?.alias ?? ''
  const list = argument === undefined ? [] : op === 'sum' ? terms(argument, sign) : [{ node: argument, sign }]
  if (list.length === 0) {
    const node = { kind: 'literal', fields: { literal_type: 'number', value: '1' } }
    return [{ value: block.bindRow(node), sign, part, about: new Set([first]) }]
  }
  return list.map(({ node, sign: own }) => {
    const value = block.bindRow(node)
    return { value, sign: own, part, about: value.items.size > 0 ? value.items : new Set([first]) }
  })
}

const rowId = (item: Item): string => `${quoted(item.alias)}._row`

const whereText = (block: Block): string => (block.where ? ` where ${block.where.sql}` : '')

/** What one row of the block adds to the part. */
export function rowValue({ part, value }: Term): string {
  if (part.op === 'sum') return value.sql
  return part.op === 'count_rows' ? '1' : `case when ${value.sql} is not null then 1 end`
}

/**
 * The total of a term when only the items in `kept` may repeat a row: each combination of their rows counts once.
 * With all items kept this is the total of the view; with those the term is about, nothing is multiplied.
 * Where `matched`, rows of outer joins that have none of the items the term is about are left out.
 */
export async function total(
  ask: Ask,
  block: Block,
  term: Term,
  kept: ReadonlySet<string>,
  matched = true,
): Promise<Amount> {
  const sql =
    term.part.op === 'count_distinct' ? distinctSql(block, term, kept) : sumSql(block, term, kept, matched)
  const [row] = await ask(sql)
  const amount = amountOf(row?.total)
  return term.sign === 1 ? amount : -amount
}

function sumSql(block: Block, term: Term, kept: ReadonlySet<string>, matched: boolean): string {
  const value = rowValue(term)
  if (!matched)
    return `select ${amountSql(`sum(${value})`)} as total from ${block.items.length > 0 ? fromText(block.items) : '(select 1) as one'}${whereText(block)}`
  return `select ${amountSql('sum(v)')} as total from (${rowsSql(block, term, kept)}) d`
}

/** One row per combination of rows of the kept items, with the term's value `v` and what `more` selects. */
export function rowsSql(
  block: Block,
  term: Term,
  kept: ReadonlySet<string>,
  more: readonly string[] = [],
): string {
  const items = block.items.filter(({ alias }) => kept.has(alias))
  const own = items.filter(({ alias }) => term.about.has(alias)).map((item) => `${rowId(item)} is not null`)
  const where = [...(block.where ? [block.where.sql] : []), ...own]
  const condition = where.length > 0 ? ` where ${where.join(' and ')}` : ''
  const value = `${rowValue(term)} as v`
  const from = reducedFrom(block, kept, [value, ...more, ...where])
  if (from.exact) return `select ${[value, ...more].join(', ')} from ${from.sql}${condition}`
  const ids = items.map((item, index) => `${rowId(item)} as i${index}`)
  return `select distinct ${[...ids, value, ...more].join(', ')} from ${from.sql}${condition}`
}

/** A distinct count is repeated by the groups it is counted in: only groups made of kept items remain. */
function distinctSql(block: Block, term: Term, kept: ReadonlySet<string>): string {
  const groups = block.groupBy
    .filter(({ items }) => [...items].every((alias) => kept.has(alias)))
    .filter(({ items }) => block.items.some(({ alias }) => kept.has(alias) && items.has(alias)))
  const list = [...groups, term.value].map((value, index) => `${compared(value)} as g${index}`)
  const condition = [...(block.where ? [block.where.sql] : []), `${term.value.sql} is not null`].join(' and ')
  const from = reducedFrom(block, new Set(), [...list, condition]).sql
  return `select ${amountSql('count(*)')} as total from (select distinct ${list.join(', ')} from ${from} where ${condition}) d`
}

/** An item and those that hang on it by their ON. */
export function withDependents(block: Block, alias: string): Set<string> {
  const found = new Set([alias])
  for (const item of block.items)
    if (item.on && [...item.on.items].some((other) => other !== item.alias && found.has(other)))
      found.add(item.alias)
  return found
}
