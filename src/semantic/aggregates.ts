import { dimensionNamed } from '../model/semantic/catalogue.ts'
import type { Aggregate, Condition } from '../model/semantic/expression.ts'
import { known, narrowed } from '../model/semantic/expression.ts'
import { facts } from '../model/semantic/facts.ts'
import type { Context } from './context.ts'
import type { Filtered, Wanted } from './wanted.ts'

/** The conditions that must all be true. */
export function conjuncts(condition: Condition | undefined): readonly Condition[] {
  if (!condition) return []
  return 'all' in condition ? condition.all.flatMap(conjuncts) : [condition]
}

const textOf = (condition: Condition): string => JSON.stringify(condition)

/** The same for conditions that mean the same, however they were put together. */
export const conditionKey = (conditions: readonly Condition[]): string =>
  [...new Set(conditions.map(textOf))].sort().join(' ')

/** The same for aggregates that mean the same. */
export const aggregateKey = (aggregate: Aggregate): string =>
  aggregate.op === 'count_having'
    ? JSON.stringify(aggregate)
    : [
        aggregate.op,
        aggregate.fact,
        'column' in aggregate ? aggregate.column : '',
        conditionKey(conjuncts(aggregate.where)),
      ].join(' ')

/** The count of the rows an aggregate looks at: where it is 0, the aggregate has nothing to say. */
export const presence = ({ fact, where }: Aggregate): Aggregate => ({
  op: 'count',
  fact,
  ...(where ? { where } : {}),
})

/** Conditions that every aggregate has. */
export function sharedConditions(aggregates: readonly Aggregate[]): readonly Condition[] {
  const [first, ...others] = aggregates.map(({ where }) => conjuncts(where))
  return unique(first ?? []).filter((one) =>
    others.every((list) => list.some((other) => textOf(other) === textOf(one))),
  )
}

/** An aggregate's conditions without those all have. */
export const ownConditions = ({ where }: Aggregate, shared: readonly Condition[]): readonly Condition[] =>
  unique(conjuncts(where)).filter((one) => !shared.some((other) => textOf(other) === textOf(one)))

const unique = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.filter((one, index) => conditions.findIndex((other) => textOf(other) === textOf(one)) === index)

/**
 * A distinct count is a plain count where the column has no value in the version, and where the fact has a value at most
 * once: it is part of the key, and all other parts are held fast by the query. A plain count is quick and adds up.
 */
export function counted(aggregate: Aggregate, want: Wanted, context: Context): Aggregate {
  if (aggregate.op !== 'count_distinct' || !isPlain(aggregate.fact, aggregate.column, want, context))
    return aggregate
  return asCount(aggregate)
}

/** Only rows with a value have something to say about distinct ones. */
export const withValue = (aggregate: Aggregate): Aggregate =>
  aggregate.op === 'count_distinct' ? narrowed(aggregate, known(aggregate.column)) : aggregate

/** The rows with a value in the column of a distinct count. */
export function asCount(aggregate: Extract<Aggregate, { op: 'count_distinct' | 'sum' }>): Aggregate {
  return narrowed(presence(aggregate), known(aggregate.column))
}

function isPlain(name: keyof typeof facts, column: string, want: Wanted, context: Context): boolean {
  const { key, columns } = facts[name]
  if (columns.includes(column) && !context.facts[name].filled.includes(column)) return true
  return key.includes(column) && key.every((part) => part === column || isHeld(part, want))
}

/** A distinct count by the rows of which each value has exactly one, and the filter that leaves them; see `Fact.once`. */
export function onceOnly(
  aggregate: Aggregate,
  { by, values }: Wanted,
): { readonly aggregate: Aggregate; readonly filter: Filtered } | undefined {
  const { once } = facts[aggregate.fact]
  const dimension = once && dimensionNamed(once.dimension)
  if (!once || !dimension || aggregate.op !== 'count_distinct' || aggregate.column !== once.column)
    return undefined
  if (by.some((one) => one.dimension === dimension) || values.some((one) => one.dimension === dimension))
    return undefined
  const holds = (one: Condition) => 'column' in one && one.is === 'true' && once.holds.includes(one.column)
  if (!conjuncts(aggregate.where).every(holds)) return undefined
  return { aggregate: asCount(aggregate), filter: { dimension, values: [once.value] } }
}

/** A dimension of the column's name that is grouped by, or of which the filters leave one value. */
const isHeld = (column: string, { by, values }: Wanted): boolean =>
  by.some(({ dimension }) => dimension.name === column) ||
  values.some(({ dimension, values: left }) => dimension.name === column && left.length === 1)
