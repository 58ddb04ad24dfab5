import { type Aggregate, type Condition, type Expression, narrowed } from '../model/semantic/expression.ts'

/**
 * An expression as SQL over its aggregates, each of them written by `value`. `within` are the conditions of the filters
 * around; `shifted` writes what a time shift is about.
 */
export function figureSql(
  expression: Expression,
  within: readonly Condition[],
  value: (aggregate: Aggregate) => string,
  shifted?: (expression: Expression) => string,
): string {
  const inner = (one: Expression) => figureSql(one, within, value, shifted)
  switch (expression.op) {
    case 'add':
      return `(${expression.terms.map(inner).join(' + ')})`
    case 'negate':
      return `(-${inner(expression.of)})`
    case 'divide': {
      const { numerator, denominator, times, per, scale } = expression
      return `ratio(${product(times, inner(numerator))}, ${product(per, inner(denominator))}, ${scale})`
    }
    case 'filter':
      return figureSql(expression.of, [...within, expression.where], value, shifted)
    case 'shift':
      if (!shifted) throw new RangeError('a shift inside a shift or a nested count has no meaning')
      return shifted(within.reduce<Expression>((of, where) => ({ op: 'filter', of, where }), expression.of))
    default:
      return value(within.reduce(narrowed, expression))
  }
}

const product = (factor: number | undefined, sql: string): string =>
  factor === undefined ? sql : `${factor} * ${sql}`
