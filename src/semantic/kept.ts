import { measures } from '../model/semantic/catalogue.ts'
import { type Aggregate, aggregatesOf } from '../model/semantic/expression.ts'
import type { FactName } from '../model/semantic/facts.ts'
import { aggregateKey, asCount, presence } from './aggregates.ts'

/** Sums and counts that a rollup of the fact keeps: those of all measures, and how many rows each looks at. */
export function keptAggregates(fact: FactName): readonly Aggregate[] {
  const all = measures
    .flatMap(({ expression }) => aggregatesOf(expression))
    .filter((one) => one.fact === fact && one.op !== 'count_having')
    .flatMap((one) => [one.op === 'count_distinct' ? asCount(one) : one, presence(one)])
  const byKey = new Map(all.map((one) => [aggregateKey(one), one]))
  return [...byKey.values()]
}

const cache = new Map<FactName, ReadonlyMap<string, string>>()

/** The column of an aggregate in a rollup of its fact; undefined where it does not add up. */
export function keptColumn(aggregate: Aggregate): string | undefined {
  let kept = cache.get(aggregate.fact)
  if (!kept) {
    kept = new Map(keptAggregates(aggregate.fact).map((one, index) => [aggregateKey(one), `c${index + 1}`]))
    cache.set(aggregate.fact, kept)
  }
  return kept.get(aggregateKey(aggregate))
}

/**
 * A sum is kept twice: in 18 digits, which an engine reads ten times as fast as 38, and where it does not fit exactly
 * as 0 there and whole in a column beside, which is empty in any shop there is.
 */
export const wideColumn = (column: string): string => `${column}_wide`

/** The figure of an aggregate over a rollup's rows. */
export function keptSum(aggregate: Aggregate): string {
  const column = keptColumn(aggregate)
  if (aggregate.op !== 'sum') return `sum(${column})`
  return `(sum(${column}) + coalesce(sum(${wideColumn(column ?? '')}), 0))`
}
