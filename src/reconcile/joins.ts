import { amountText } from './amount.ts'
import { type Ask, boundTerms, total, withDependents } from './measure.ts'
import { makeup, type Part } from './parts.ts'
import { fromText } from './tsql/from.ts'
import { quoted } from './tsql/scope.ts'
import type { Block, BoundQuery, Item } from './tsql/types.ts'
import { compared } from './tsql/values.ts'
import type { JoinFinding, JoinKey } from './types.ts'

/** Every SELECT of a view that joins or groups: its CTEs and derived tables first, once each. */
export function blocksOf(query: BoundQuery, seen = new Set<BoundQuery>()): Block[] {
  if (seen.has(query)) return []
  seen.add(query)
  if (query.kind === 'union') return [...blocksOf(query.left, seen), ...blocksOf(query.right, seen)]
  const inner = query.items.flatMap(({ relation }) =>
    relation.kind === 'query' ? blocksOf(relation.query, seen) : [],
  )
  return [...inner, query]
}

/** What every join of a block does to its rows and figures. */
export async function joinFindings(ask: Ask, block: Block): Promise<JoinFinding[]> {
  const found: JoinFinding[] = []
  for (const [index, item] of block.items.entries()) {
    if (index === 0) continue
    const [rowsBefore, rowsAfter] = [
      await rowsOf(ask, block.items.slice(0, index)),
      await rowsOf(ask, block.items.slice(0, index + 1)),
    ]
    found.push({
      block: block.name,
      table: item.relation.kind === 'source' ? item.relation.contract.source : item.relation.name,
      alias: item.alias,
      join: item.join,
      line: item.line,
      rowsBefore,
      rowsAfter,
      key: await joinKey(ask, block.items.slice(0, index), item),
      adds: await added(ask, block, item),
    })
  }
  return found
}

async function rowsOf(ask: Ask, items: readonly Item[]): Promise<number> {
  const [row] = await ask(`select count(*) as n from ${fromText(items)}`)
  return Number(row?.n ?? 0)
}

const SHOWN_KEYS = 3

/** The key on the joined side: is it unique, and by how much does it multiply the rows before it? */
async function joinKey(ask: Ask, before: readonly Item[], item: Item): Promise<JoinKey | undefined> {
  if (item.keys.length === 0) return undefined
  const hidden = item.keys.some(({ own: key }) => key.hidden)
  const own = item.keys.map(({ own: key }, index) => `${compared(key)} as k${index}`)
  const shown = item.keys.map(({ own: key }) => `cast(${key.sql} as varchar)`).join(` || ', ' || `)
  const present = item.keys.map(({ own: key }) => `${key.sql} is not null`).join(' and ')
  const names = item.keys.map((_, index) => `k${index}`)
  const side = `(select ${own.join(', ')}, min(${shown}) as shown, count(*) as c from ${item.relation.sql} as ${quoted(item.alias)} where ${present} group by ${names.join(', ')})`
  const on = names.map((name, index) => `o${index} = ${name}`).join(' and ')
  const others = item.keys.map(({ other }, index) => `${compared(other)} as o${index}`)
  const lefts = `(select ${others.join(', ')}, count(*) as lefts from ${fromText(before)} group by all)`
  const [row, ...top] = await ask(`
    with side as materialized ${side},
    matched as materialized (select shown, c, sum(lefts) as lefts from ${lefts} l join side on ${on} group by ${names.join(', ')}, shown, c)
    select 0 as place, '' as shown, 0 as c, count(*) filter (where c > 1) as repeated, coalesce(max(c), 0) as most,
      coalesce(sum(c * lefts) / sum(lefts), 0) as mean, (select count(*) from side where c > 1) as not_unique from matched
    union all
    select row_number() over (order by c desc, length(shown), shown) as place, shown, c, 0, 0, 0, 0
      from matched where c > 1 qualify place <= ${hidden ? 0 : SHOWN_KEYS}
    order by place`)
  return {
    columns: item.keys.map(({ own: key }) => key.column?.column.name ?? key.sql),
    unique: Number(row?.not_unique ?? 0) === 0,
    repeatedKeys: Number(row?.repeated ?? 0),
    maxFactor: Number(row?.most ?? 0),
    meanFactor: Math.round(Number(row?.mean ?? 0) * 100) / 100,
    largest: top.map(({ shown: key, c }) => ({ key: String(key), rows: Number(c) })),
  }
}

/** Each figure with this join's repetition taken away alone, every other join left as it is. */
async function added(ask: Ask, block: Block, item: Item): Promise<JoinFinding['adds']> {
  const removed = withDependents(block, item.alias)
  const all = new Set(block.items.map(({ alias }) => alias))
  const found: { measure: string; amount: string }[] = []
  for (const { name, part } of figures(block)) {
    let amount = 0n
    for (const term of boundTerms(block, part)) {
      const kept = new Set([...all].filter((alias) => !removed.has(alias) || term.about.has(alias)))
      if (kept.size < all.size)
        amount += (await total(ask, block, term, all)) - (await total(ask, block, term, kept))
    }
    const whole = part.op !== 'sum'
    if (amount !== 0n) found.push({ measure: name, amount: amountText(amount, whole) })
  }
  return found
}

/** The parts of every figure of a block, by the column they stand in. */
function figures(block: Block): { name: string; part: Part }[] {
  const parts = block.outputs.flatMap(({ name, expression }) => {
    const { additive, parts: list } = makeup(block, expression)
    return list.map((part) => ({
      name: additive && list.length === 1 ? name : `${part.label} in ${name}`,
      part,
    }))
  })
  return parts
    .filter(({ name }, index) => parts.findIndex((other) => other.name === name) === index)
    .filter(({ part }) => block.grouped || isNumeric(block, part))
}

const isNumeric = (block: Block, { argument }: Part): boolean =>
  argument !== undefined && ['int', 'decimal', 'float'].includes(block.bindRow(argument).type)
