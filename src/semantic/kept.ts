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
