import { dimensionNamed } from '../model/semantic/catalogue.ts'
import type { Dimension } from '../model/semantic/dimensions.ts'
import { things } from '../model/semantic/facts.ts'
import { NUMBERED } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { gold } from './rows.ts'

export const named = (names: readonly string[]): readonly Dimension[] =>
  names.flatMap((name) => dimensionNamed(name) ?? [])

/**
 * Combinations of words of customers as numbers: rows are grouped by a number, and its words are written beside it when
 * few rows are left. `rollup_words_<set>` has (n, word ..) for each combination, `rollup_keyed` has (k, n_<set> ..) for
 * each customer. Tables of their own and not expressions, so that an engine knows how small they are.
 */
export const numberStatements = (d: Dialect): { readonly make: string[]; readonly drop: string[] } => {
  const { table, key } = things[NUMBERED.thing]
  const sets = NUMBERED.sets.map((_, set) => set)
  const from = gold(d, table)
  const words = sets.map((set) => {
    const columns = columnsOf(d, set).join(', ')
    return `create or replace temp table rollup_words_${set} as select cast(row_number() over (order by ${columns}) as integer) as n, v.* from (select distinct ${columns} from ${from}) v`
  })
  const joins = sets.map((set) => {
    const same = columnsOf(d, set).map(
      (column) => `t.${column} is not distinct from rollup_words_${set}.${column}`,
    )
    return `join rollup_words_${set} on ${same.join(' and ')}`
  })
  const numbers = sets.map((set) => `rollup_words_${set}.n as n_${set}`)
  const keyed = `create or replace temp table rollup_keyed as select ${[`t.${d.ident(key)} as k`, ...numbers].join(', ')} from ${from} t ${joins.join(' ')}`
  const names = ['rollup_keyed', ...sets.map((set) => `rollup_words_${set}`)]
  return { make: [...words, keyed], drop: names.map((name) => `drop table temp.${name}`) }
}

/** The set that has all these dimensions. */
export function setOf(dimensions: readonly Dimension[]): number {
  const set = NUMBERED.sets.findIndex((names) => dimensions.every(({ name }) => names.includes(name)))
  if (set < 0 || dimensions.some(({ of }) => of?.thing !== NUMBERED.thing))
    throw new RangeError(`nothing numbers ${dimensions.map(({ name }) => name).join(', ')}`)
  return set
}

/** The number of a set, where `joinKeyed` is joined. */
export const numberOf = (set: number): string => `rollup_keyed.n_${set}`
export const joinKeyed = (key: string): string => `left join rollup_keyed on rollup_keyed.k = ${key}`
export const wordsTable = (set: number): string => `rollup_words_${set}`
/** The word of a dimension, where `joinWords` of its set is joined. */
export const wordOf = (d: Dialect, set: number, { of }: Dimension): string =>
  `rollup_words_${set}.${d.ident(of?.column ?? '')}`
export const joinWords = (set: number, number: string): string =>
  `left join rollup_words_${set} on rollup_words_${set}.n = ${number}`

const columnsOf = (d: Dialect, set: number): readonly string[] =>
  (NUMBERED.sets[set] ?? []).map((name) => d.ident(dimensionNamed(name)?.of?.column ?? ''))
