import { aggregateSql, allOf, selectSql } from './aggregate-sql.ts'
import { ownConditions, sharedConditions, withValue } from './aggregates.ts'
import type { Part } from './parts.ts'
import type { FactRows } from './rows.ts'
import type { Filtered } from './wanted.ts'

/** What a scan of rows is grouped by, and which rows it leaves. */
export interface Scan {
  /** `expression as name`. */
  readonly groups: readonly string[]
  readonly values: readonly Filtered[]
  /** Beside those that the rows need for themselves. */
  readonly joins?: readonly string[]
  readonly filters?: readonly string[]
}

/** The aggregates of a part over rows, by the groups: a group is there when it has a row for any of them. */
export function scanSql(
  rows: FactRows,
  { cut, aggregates, columns }: Pick<Part, 'cut' | 'aggregates' | 'columns'>,
  { groups, values, joins = [], filters = [] }: Scan,
): string {
  const shared = sharedConditions(aggregates)
  const figures = aggregates.map((one, index) => `${aggregateSql(rows, one, shared)} as ${columns[index]}`)
  const own = aggregates.map((one) => allOf(rows, ownConditions(withValue(one), shared)))
  const any = [...new Set(own)].map((one) => `(${one})`).join(' or ')
  const left = [
    ...rows.filters(cut.compared?.period ?? cut.range, values),
    ...shared.map((condition) => rows.condition(condition)),
    ...(groups.length === 0 || own.includes('') || any === '' ? [] : [`(${any})`]),
    ...filters,
  ]
  return selectSql([...groups, ...figures], [rows.from(), ...joins].join('\n  '), left, groups.length)
}
