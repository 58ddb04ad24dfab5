import { DATE } from '../model/semantic/dimensions.ts'
import { facts } from '../model/semantic/facts.ts'
import type { Dialect } from '../sql/dialect.ts'
import { selectSql } from './aggregate-sql.ts'
import { presence } from './aggregates.ts'
import { unknownDay, WORDS } from './firsts-sql.ts'
import { keptSum } from './kept.ts'
import type { Cut, Part } from './parts.ts'
import { markOf, type Summed, type SummedFirsts } from './rollups.ts'
import { amongSql, bucketSql, dateSql, movedSql, withinSql } from './rows.ts'

/** A part over a table that has its aggregates summed up already. */
export function fromSums(d: Dialect, part: Part, source: Summed): string {
  const { aggregates, columns, cut } = part
  const figures = aggregates.map((one, index) => `${keptSum(one)} as ${columns[index]}`)
  const found = [...new Set(aggregates.map((one) => `${keptSum(presence(one))} > 0`))]
  return [
    selectSql(
      [...rollupGroups(d, cut), ...figures],
      rollupFrom(d, source),
      rollupFilters(d, part, source),
      cut.by.length,
    ),
    ...(cut.by.length === 0 ? [] : [`having ${found.join(' or ')}`]),
  ].join('\n')
}

/** Distinct values as the rows that are the first of theirs in the period and the bucket. */
export function fromFirsts(d: Dialect, part: Part, source: SummedFirsts): string {
  const { aggregates, columns, cut } = part
  const figures = aggregates.map((one, index) => {
    const n = markOf(one) === 1 ? 'case when mark = 1 then n end' : 'case when mark = 2 then n else -n end'
    return `sum(${n}) as ${columns[index]}`
  })
  const filters = [
    ...rollupFilters(d, part, source),
    `mark <= ${Math.max(...aggregates.map(markOf))}`,
    isFirst(d, cut),
  ]
  return selectSql([...rollupGroups(d, cut), ...figures], withWords(d, cut, source), filters, cut.by.length)
}

/** Rows have the number of their words; the words lie in the table's own rows of part WORDS. */
function withWords(d: Dialect, { by, values }: Cut, source: SummedFirsts): string {
  const names = [...new Set([...by, ...values].map(({ dimension }) => dimension.name))]
  const words = names.filter((name) => source.words.includes(name)).map(d.ident)
  if (words.length === 0) return rollupFrom(d, source)
  const own = names.filter((name) => !source.words.includes(name) && name !== DATE.name).map(d.ident)
  const columns = ['part', 'mark', d.ident(DATE.name), 'before', ...own, 'who', 'n']
  return [
    `(select ${columns.join(', ')} from ${rollupFrom(d, source)}) r`,
    `left join (select who, ${words.join(', ')} from ${rollupFrom(d, source)} where part = ${WORDS}) w using (who)`,
  ].join('\n  ')
}

function isFirst(d: Dialect, { by, range, compared }: Cut): string {
  const period = compared?.period ?? range
  const grain = by.find((one) => one.grain !== undefined)?.grain
  const bucket = (day: string) => grain && bucketSql(compared ? movedSql(day, compared.move) : day, grain)
  return `(${[
    `before < ${period ? dateSql(d, period.from) : unknownDay(d)}`,
    ...(grain ? [`${bucket('before')} < ${bucket(d.ident('date'))}`] : []),
  ].join(' or ')})`
}

const rollupFrom = (d: Dialect, { table }: Summed): string => `rollup.${d.ident(table)}`

const rollupGroups = (d: Dialect, { by, compared }: Cut): readonly string[] =>
  by.map(({ dimension: { name }, grain }) => {
    const column = d.ident(name)
    const moved = compared && grain ? movedSql(column, compared.move) : column
    return `${grain ? bucketSql(moved, grain) : column} as ${column}`
  })

function rollupFilters(d: Dialect, { fact, cut }: Part, { part }: Summed): readonly string[] {
  const period = cut.compared?.period ?? cut.range
  return [
    `part = ${part}`,
    ...(period && facts[fact].date !== undefined ? [withinSql(d, d.ident('date'), period)] : []),
    ...cut.values.map((filtered) => amongSql(d, d.ident(filtered.dimension.name), filtered)),
  ]
}
