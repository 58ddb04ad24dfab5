import { facts, things } from '../model/semantic/facts.ts'
import type { Numbered } from '../model/semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { selectSql } from './aggregate-sql.ts'
import { NumberedRows } from './numbered-rows.ts'
import type { Part } from './parts.ts'
import type { Source } from './rollups.ts'
import { amongSql } from './rows.ts'
import { scanSql } from './scan-sql.ts'
import type { Filtered, Grouped } from './wanted.ts'

/**
 * A part over a fact's rows in numbers. Rows are left and grouped by numbers; words meet the few groups at the end: a join
 * of millions of rows to their words takes ten times as long as all the rest.
 */
export function fromNumbers(d: Dialect, part: Part, source: Extract<Source, { kind: 'rows' }>): string {
  const rows = new NumberedRows(d, source.of, source.tables)
  const { by, values, compared } = part.cut
  const late = by.map((one) => lateSet(source.of, part, one))
  const groups = by.map((one, index) => {
    const set = late[index]
    const sql = set === undefined ? rows.grouping(one, compared) : rows.number(set)
    return `${sql} as ${d.ident(one.dimension.name)}`
  })
  const byNumber = values.flatMap((one) => {
    const set = one.values.includes(null) ? undefined : smallestSet(source.of, one.dimension.name)
    return set === undefined ? [] : [{ one, set }]
  })
  const scanned = scanSql(rows, part, {
    groups,
    values: values.filter((value) => !byNumber.some(({ one }) => one === value)),
    joins: byNumber.map(({ one, set }, index) => numbersOf(d, rows, one, set, `k_${index}`)),
  })
  if (late.every((set) => set === undefined)) return scanned
  const shown = by.map(({ dimension: { name } }, index) => {
    const alias = late[index] === undefined ? 'g' : `l_${index}`
    return `${alias}.${d.ident(name)} as ${d.ident(name)}`
  })
  const words = by.flatMap(({ dimension: { name } }, index) => {
    const set = late[index]
    return set === undefined
      ? []
      : [`left join ${rows.words(set)} l_${index} on l_${index}.n = g.${d.ident(name)}`]
  })
  return selectSql(
    [...shown, ...part.columns.map((column) => `sum(g.${column}) as ${column}`)],
    [`(\n${scanned}\n) g`, ...words].join('\n  '),
    [],
    by.length,
  )
}

/** A join that leaves the rows with one of the values: each number is there once. */
function numbersOf(d: Dialect, rows: NumberedRows, one: Filtered, set: number, alias: string): string {
  const among = amongSql(d, d.ident(one.dimension.name), one)
  return `join (select n from ${rows.words(set)} where ${among}) ${alias} on ${alias}.n = ${rows.number(set)}`
}

/** The combination by whose number rows may be grouped instead of the word: what is found for its numbers adds up. */
function lateSet(rollup: Numbered, { aggregates }: Part, { dimension }: Grouped): number | undefined {
  const set = smallestSet(rollup, dimension.name)
  if (set === undefined) return undefined
  const counted = aggregates.flatMap((one) => (one.op === 'count_distinct' ? one.column : []))
  const { of, names } = rollup.words[set] ?? { names: [] }
  const isWord = of === undefined ? names.length === 1 : dimension.of?.column === things[of].key
  const ofCounted =
    of === rollup.counted && counted.every((column) => column === facts[rollup.fact].refers[rollup.counted])
  return counted.length === 0 || isWord || ofCounted ? set : undefined
}

function smallestSet({ words }: Numbered, name: string): number | undefined {
  return words
    .map(({ names }, set) => ({ names, set }))
    .filter(({ names }) => names.includes(name))
    .sort((a, b) => a.names.length - b.names.length)[0]?.set
}
