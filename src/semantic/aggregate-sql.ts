import type { Aggregate, Condition } from '../model/semantic/expression.ts'
import { ownConditions } from './aggregates.ts'
import type { FactRows } from './rows.ts'

/** One aggregate over a fact's rows, of which the shared conditions hold already. */
export function aggregateSql(rows: FactRows, aggregate: Aggregate, shared: readonly Condition[]): string {
  const where = allOf(rows, ownConditions(aggregate, shared))
  const of = (value: string) => (where === '' ? value : `case when ${where} then ${value} end`)
  switch (aggregate.op) {
    case 'count':
      return where === '' ? 'count(*)' : `count(${of('1')})`
    case 'sum':
      return `sum(${of(rows.column(aggregate.column))})`
    case 'count_distinct':
      return `count(distinct ${of(rows.column(aggregate.column))})`
    case 'count_having':
      throw new RangeError('a nested count is a part of its own')
  }
}

export const allOf = (rows: FactRows, conditions: readonly Condition[]): string =>
  conditions.map((condition) => rows.condition(condition)).join(' and ')

/** A SELECT whose first `groups` columns are what it groups by. */
export function selectSql(
  columns: readonly string[],
  from: string,
  filters: readonly string[],
  groups: number,
): string {
  const by = Array.from({ length: groups }, (_, index) => index + 1).join(', ')
  return [
    `select ${columns.join(', ')}`,
    `from ${from}`,
    ...(filters.length > 0 ? [`where ${filters.join('\n  and ')}`] : []),
    ...(groups > 0 ? [`group by ${by}`] : []),
  ].join('\n')
}
