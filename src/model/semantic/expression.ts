import type { FactName } from './facts.ts'

/** What must be true of one row of a fact; columns are those the fact declares. NULL is not true. */
export type Condition =
  | { readonly is: 'true' | 'false' | 'null' | 'known'; readonly column: string }
  | { readonly is: 'equal'; readonly column: string; readonly value: string | number }
  /** Equal whatever the case. */
  | { readonly is: 'word'; readonly column: string; readonly value: string }
  | {
      readonly is: 'below' | 'at_most' | 'above' | 'at_least'
      readonly column: string
      readonly value: number
    }
  | { readonly all: readonly Condition[] }

/**
 * A figure over the rows of facts. Every aggregate names its one fact; figures of different facts only meet in `add`
 * and `divide`, after each was aggregated for itself. Plain data: an engine or a report tool prints it in its own words.
 */
export type Expression =
  | { readonly op: 'count'; readonly fact: FactName; readonly where?: Condition }
  | {
      readonly op: 'sum' | 'count_distinct'
      readonly fact: FactName
      readonly column: string
      readonly where?: Condition
    }
  /** Distinct values of `per` whose own rows give `having` at least `atLeast`. */
  | {
      readonly op: 'count_having'
      readonly fact: FactName
      readonly per: string
      readonly having: Expression
      readonly atLeast: number
      readonly where?: Condition
    }
  | { readonly op: 'add'; readonly terms: readonly Expression[] }
  | { readonly op: 'negate'; readonly of: Expression }
  /** `times * numerator / (per * denominator)`, exact, rounded half away from zero to `scale` places; NULL over zero. */
  | {
      readonly op: 'divide'
      readonly numerator: Expression
      readonly denominator: Expression
      readonly times?: number
      readonly per?: number
      readonly scale: number
    }
  /** Only rows that meet the condition too. */
  | { readonly op: 'filter'; readonly of: Expression; readonly where: Condition }
  /** The same figure for the period the query's range is compared with. */
  | { readonly op: 'shift'; readonly of: Expression; readonly by: 'prev' | 'year' }

/** Sum and count of rows, and what is built of them by `add` and `negate`: parts of a partition add up. */
export type Aggregate = Extract<Expression, { op: 'count' | 'sum' | 'count_distinct' | 'count_having' }>

export const isAggregate = (expression: Expression): expression is Aggregate =>
  ['count', 'sum', 'count_distinct', 'count_having'].includes(expression.op)

/** The aggregates an expression is made of, with every `filter` around them put into them. */
export function aggregatesOf(expression: Expression): readonly Aggregate[] {
  switch (expression.op) {
    case 'add':
      return expression.terms.flatMap(aggregatesOf)
    case 'divide':
      return [...aggregatesOf(expression.numerator), ...aggregatesOf(expression.denominator)]
    case 'negate':
    case 'shift':
      return aggregatesOf(expression.of)
    case 'filter':
      return aggregatesOf(expression.of).map((one) => narrowed(one, expression.where))
    default:
      return [expression]
  }
}

/** An aggregate over fewer rows. */
export const narrowed = (aggregate: Aggregate, where: Condition): Aggregate => ({
  ...aggregate,
  where: aggregate.where ? { all: [aggregate.where, where] } : where,
})

/** The facts an expression reads, once each. */
export const factsOf = (expression: Expression): readonly FactName[] => [
  ...new Set(aggregatesOf(expression).map(({ fact }) => fact)),
]

export const count = (fact: FactName, where?: Condition): Expression => ({
  op: 'count',
  fact,
  ...(where ? { where } : {}),
})
export const sum = (fact: FactName, column: string, where?: Condition): Expression => ({
  op: 'sum',
  fact,
  column,
  ...(where ? { where } : {}),
})
export const countDistinct = (fact: FactName, column: string, where?: Condition): Expression => ({
  op: 'count_distinct',
  fact,
  column,
  ...(where ? { where } : {}),
})
/** A share of 100 with two places. */
export const percent = (numerator: Expression, denominator: Expression): Expression => ({
  op: 'divide',
  numerator,
  denominator,
  times: 100,
  scale: 2,
})
export const average = (numerator: Expression, denominator: Expression, per = 1): Expression => ({
  op: 'divide',
  numerator,
  denominator,
  ...(per === 1 ? {} : { per }),
  scale: 2,
})
export const isTrue = (column: string): Condition => ({ is: 'true', column })
export const known = (column: string): Condition => ({ is: 'known', column })
export const all = (...conditions: readonly Condition[]): Condition => ({ all: conditions })
