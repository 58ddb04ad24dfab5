import { facts } from '../model/semantic/facts.ts'
import type { Firsts } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { joinKeyed, named, numberOf, setOf, wordOf, wordsTable } from './numbered.ts'
import { NumberedRows, rowsToGroup } from './numbered-rows.ts'
import { dateSql } from './rows.ts'

/** Value of `part` in the rows that say what the numbers in `who` mean. */
export const WORDS = -1

/** The SELECT of a rollup of firsts: part (index of the kind), mark, date, before, held dimensions, who, n; free ones in rows of part WORDS. Where there is no row before, `before` is earlier than any day. */
export function firstsSql(d: Dialect, rollup: Firsts): string {
  const free = named(rollup.free)
  const words = wordsFor(d, rollup)
  const held = [...new Set(rollup.kinds.flatMap((kind) => kind.held))].map((name) => d.ident(name))
  const counts = rollup.kinds.flatMap((kind, part) =>
    kind.marks.map((mark) => countSql(d, kind.held, held, part, mark)),
  )
  const ctes = [
    `lists as (\n${listsSql(d, rollup)}\n)`,
    ...rollup.kinds.map((kind, part) => `part_${part} as (\n${partSql(d, kind.held, held, words)}\n)`),
    `counted as (\n${counts.join('\nunion all\n')}\n)`,
  ]
  const day = `nullif(r.day, ${unknownDay(d)}) as "date"`
  const before = `coalesce(r.before, ${never(d)}) as before`
  const unknown = free.map(({ name }) => `cast(null as varchar) as ${d.ident(name)}`)
  const columns = ['r.part', 'r.mark', day, before, ...held.map((name) => `r.${name}`), 'r.who', 'r.n']
  return [
    `with ${ctes.join(',\n')}`,
    `select ${[...columns, ...unknown].join(', ')}`,
    'from counted r',
    ...(words === undefined ? [] : ['union all', wordsSql(words, held)]),
  ].join('\n')
}

/** Where the number of a value's words comes from, and what it means. */
interface Words {
  /** Of a row, when the rows are in numbers already. */
  readonly ofRow?: string
  /** Of a value `l.k`, over a join. */
  readonly ofValue?: string
  readonly table: string
  readonly columns: readonly string[]
}

function wordsFor(d: Dialect, { fact, free }: Firsts): Words | undefined {
  if (free.length === 0) return undefined
  const rows = rowsToGroup(d, fact)
  const found = rows instanceof NumberedRows ? rows.setWithin(free) : undefined
  if (rows instanceof NumberedRows && found)
    return { ofRow: rows.number(found.set), table: rows.words(found.set), columns: free.map(d.ident) }
  const set = setOf(named(free))
  const columns = named(free).map((dimension) => wordOf(d, set, dimension))
  return { ofValue: numberOf(set), table: wordsTable(set), columns }
}

function wordsSql({ table, columns }: Words, held: readonly string[]): string {
  const none = ['mark', 'date', 'before', ...held].map(() => 'null')
  return `select ${[WORDS, ...none, 'n', 'null', ...columns].join(', ')} from ${table}`
}

/** Before the unknown day: of a value's first row. */
const never = (d: Dialect): string => `cast(${dateSql(d, '0001-01-01')} - to_days(2) as date)`

/** Before every day there is, so that rows of an unknown day come first and lie outside of every period. */
export const unknownDay = (d: Dialect): string => `cast(${dateSql(d, '0001-01-01')} - to_days(1) as date)`

/** The days of each value, by all the dimensions that some kind holds. */
function listsSql(d: Dialect, rollup: Firsts): string {
  const { fact: name, of, where, kinds } = rollup
  const fact = facts[name]
  const rows = rowsToGroup(d, name)
  const who = wordsFor(d, rollup)?.ofRow
  const value = rows.column(of)
  const held = named([...new Set(kinds.flatMap((kind) => kind.held))])
  const day = `coalesce(${rows.column(fact.date ?? '')}, ${unknownDay(d)})`
  const groups = [value, ...held.map((dimension) => rows.dimension(dimension))]
  const shown = ['k', ...held.map((dimension) => d.ident(dimension.name))]
  const filters = [`${value} is not null`, ...(where ? [rows.condition(where)] : [])]
  return [
    `select ${[...groups.map((group, index) => `${group} as ${shown[index]}`), `${d.list(day)} as days`, ...(who ? [`min(${who}) as who`] : [])].join(', ')}`,
    `from ${rows.from()}`,
    `where ${filters.join(' and ')}`,
    `group by ${groups.map((_, index) => index + 1).join(', ')}`,
  ].join('\n')
}

/** The days of each value in their order, by the dimensions a kind holds. */
function partSql(
  d: Dialect,
  own: readonly string[],
  all: readonly string[],
  words: Words | undefined,
): string {
  const held = own.map((name) => d.ident(name))
  const lists =
    held.length === all.length
      ? 'lists'
      : `(select ${['k', ...held, `${d.joinedLists('days')} as days`, ...(words?.ofRow ? ['min(who) as who'] : [])].join(', ')} from lists group by ${['k', ...held].join(', ')})`
  const who = words?.ofRow ? 'l.who' : (words?.ofValue ?? '0')
  return [
    `select ${[...held.map((name) => `l.${name}`), `${who} as who`, `${d.sortedList('l.days')} as days`].join(', ')}`,
    `from ${lists} l`,
    ...(words?.ofValue ? [joinKeyed('l.k')] : []),
  ].join('\n')
}

/** How many rows of a kind share both days; those of one day never begin anything. */
function countSql(
  d: Dialect,
  own: readonly string[],
  all: readonly string[],
  part: number,
  mark: number,
): string {
  const held = own.map((name) => d.ident(name))
  const groups = ['day', 'before', ...held, 'who']
  const columns = all.map((name) => (held.includes(name) ? name : `cast(null as varchar) as ${name}`))
  return [
    `select ${[`${part} as part`, `${mark} as mark`, 'day', 'before', ...columns, 'who', 'cast(count(*) as integer) as n'].join(', ')}`,
    `from (select ${[...held, 'who', d.eachWithEarlier('days', mark, 'day', 'before')].join(', ')} from part_${part})`,
    'where before is null or before < day',
    `group by ${groups.join(', ')}`,
  ].join('\n')
}
