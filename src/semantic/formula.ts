import type { Condition, Expression } from '../model/semantic/expression.ts'

/** An expression in words: `sum of amount where is_sale`, over gold's own column names. */
export function formulaOf(expression: Expression): string {
  switch (expression.op) {
    case 'count':
      return `rows of ${expression.fact}${whereOf(expression.where)}`
    case 'sum':
      return `sum of ${expression.column}${whereOf(expression.where)}`
    case 'count_distinct':
      return `distinct ${expression.column}${whereOf(expression.where)}`
    case 'count_having':
      return `distinct ${expression.per} with at least ${expression.atLeast} of (${formulaOf(expression.having)})`
    case 'add':
      return expression.terms.map((term) => `(${formulaOf(term)})`).join(' + ')
    case 'negate':
      return `minus (${formulaOf(expression.of)})`
    case 'divide': {
      const { numerator, denominator, times, per } = expression
      const factor = (by: number | undefined) => (by === undefined ? '' : `${by} × `)
      return `${factor(times)}(${formulaOf(numerator)}) / (${factor(per)}(${formulaOf(denominator)}))`.replace(
        /\/ \(\((.*)\)\)$/,
        '/ ($1)',
      )
    }
    case 'filter':
      return `${formulaOf(expression.of)}${whereOf(expression.where)}`
    case 'shift':
      return `(${formulaOf(expression.of)}) of the compared period`
  }
}

const whereOf = (condition: Condition | undefined): string =>
  condition === undefined ? '' : ` where ${conditionOf(condition)}`

const WORDS = { below: '<', at_most: '<=', above: '>', at_least: '>=' } as const

function conditionOf(condition: Condition): string {
  if ('all' in condition) return condition.all.map(conditionOf).join(' and ')
  const { column, is } = condition
  switch (is) {
    case 'true':
      return column
    case 'false':
      return `not ${column}`
    case 'null':
      return `${column} is empty`
    case 'known':
      return `${column} is known`
    case 'equal':
    case 'word':
      return `${column} is ${condition.value}`
    default:
      return `${column} ${WORDS[is]} ${condition.value}`
  }
}
