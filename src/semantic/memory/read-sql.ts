import { type ThingName, things } from '../../model/semantic/facts.ts'
import type { Dialect } from '../../sql/dialect.ts'
import { wideColumn } from '../kept.ts'
import { gold } from '../rows.ts'
import type { Needed } from './columns.ts'

const partOf = (d: Dialect, { of: { table, part } }: Needed): string =>
  `rollup.${d.ident(table)} where part = ${part}`

/** What a rollup's columns are: column_name, data_type. */
export const typesSql = (d: Dialect, table: string): string =>
  `select column_name, data_type from duckdb_columns() where schema_name = 'rollup' and table_name = ${d.literal(table)}`

/** Decimal places of a column by its type. */
export const scaleOf = (type: string): number => Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0)

/**
 * One row: how many rows there are, then of each sum the largest it could ever add up to, in units of its last place;
 * NULL where one has more digits than its column holds.
 */
export function sizeSql(d: Dialect, needed: Needed, types: ReadonlyMap<string, string>): string {
  const largest = needed.sums.map((column) => {
    const all = `cast(coalesce(sum(abs(${column})), 0) as double) * ${10 ** scaleOf(types.get(column) ?? '')}`
    const wide = wideColumn(column)
    return types.has(wide) ? `case when count(${wide}) = 0 then ${all} end` : all
  })
  return `select ${['count(*)', ...largest].map((sql, index) => `${sql} as c${index}`).join(', ')} from ${partOf(d, needed)}`
}

/** A dimension's words in the order of their codes. */
export const wordsSql = (d: Dialect, needed: Needed, name: string): string =>
  `select cast(w.word as varchar) as shown from (select distinct ${d.ident(name)} as word from ${partOf(d, needed)}) w order by w.word nulls last`

/** The rows in one order that does not change: the code of each word, then the units of each sum. */
export function rowsSql(d: Dialect, needed: Needed, types: ReadonlyMap<string, string>): string {
  const codes = needed.words.map(
    (name, at) =>
      `w_${at} as (select word, row_number() over (order by word nulls last) - 1 as code from (select distinct ${d.ident(name)} as word from ${partOf(d, needed)}))`,
  )
  const joins = needed.words.map(
    (name, at) => `join w_${at} on w_${at}.word is not distinct from r.${d.ident(name)}`,
  )
  const columns = [
    ...needed.words.map((_, at) => `cast(w_${at}.code as integer) as k${at}`),
    ...needed.sums.map(
      (column, at) => `cast(r.${column} * ${10 ** scaleOf(types.get(column) ?? '')} as double) as s${at}`,
    ),
  ]
  return [
    ...(codes.length > 0 ? [`with ${codes.join(',\n')}`] : []),
    `select ${columns.join(', ')}`,
    [`from (select *, rowid as place from ${partOf(d, needed)}) r`, ...joins].join('\n  '),
    'order by r.place',
  ].join('\n')
}

/** Key and label of each of a thing. */
export const labelsSql = (d: Dialect, thing: ThingName): string => {
  const { table, key, label } = things[thing]
  return `select ${d.ident(key)} as key, ${d.ident(label)} as label from ${gold(d, table)} where ${d.ident(key)} is not null`
}
