import { type Aggregate, type Condition, type Expression, narrowed } from '../model/semantic/expression.ts'

/** What is shown of a group, over the columns of its aggregates. */
export type Figure =
  | { readonly op: 'column'; readonly name: string }
  /** Nothing can be said, whatever the rows are. */
  | { readonly op: 'unknown' }
  | { readonly op: 'add'; readonly terms: readonly Figure[] }
  | { readonly op: 'negate'; readonly of: Figure }
  | {
      readonly op: 'divide'
      readonly numerator: Figure
      readonly denominator: Figure
      readonly times?: number
      readonly per?: number
      readonly scale: number
    }

export const UNKNOWN: Figure = { op: 'unknown' }

/**
 * An expression over the columns of its aggregates, which `column` names; undefined = nobody knows it. `within` are the
 * conditions of the filters around; `shifted` makes what a time shift is about.
 */
export function figureOf(
  expression: Expression,
  within: readonly Condition[],
  column: (aggregate: Aggregate) => string | undefined,
  shifted?: (expression: Expression) => Figure,
): Figure {
  const inner = (one: Expression) => figureOf(one, within, column, shifted)
  switch (expression.op) {
    case 'add': {
      const terms = expression.terms.map(inner)
      return terms.some(isUnknown) ? UNKNOWN : { op: 'add', terms }
    }
    case 'negate': {
      const of = inner(expression.of)
      return isUnknown(of) ? UNKNOWN : { op: 'negate', of }
    }
    case 'divide': {
      const [numerator, denominator] = [inner(expression.numerator), inner(expression.denominator)]
      return isUnknown(numerator) || isUnknown(denominator)
        ? UNKNOWN
        : { ...expression, numerator, denominator }
    }
    case 'filter':
      return figureOf(expression.of, [...within, expression.where], column, shifted)
    case 'shift':
      if (!shifted) throw new RangeError('a shift inside a shift or a nested count has no meaning')
      return shifted(within.reduce<Expression>((of, where) => ({ op: 'filter', of, where }), expression.of))
    default: {
      const name = column(within.reduce(narrowed, expression))
      return name === undefined ? UNKNOWN : { op: 'column', name }
    }
  }
}

const isUnknown = ({ op }: Figure): boolean => op === 'unknown'

/** A figure as SQL, each column written by `column`. */
export function figureSql(figure: Figure, column: (name: string) => string = (name) => name): string {
  const inner = (one: Figure) => figureSql(one, column)
  switch (figure.op) {
    case 'column':
      return column(figure.name)
    case 'unknown':
      return 'null'
    case 'add':
      return `(${figure.terms.map(inner).join(' + ')})`
    case 'negate':
      return `(-${inner(figure.of)})`
    case 'divide': {
      const { numerator, denominator, times, per, scale } = figure
      return `ratio(${product(times, inner(numerator))}, ${product(per, inner(denominator))}, ${scale})`
    }
  }
}

const product = (factor: number | undefined, sql: string): string =>
  factor === undefined ? sql : `${factor} * ${sql}`
