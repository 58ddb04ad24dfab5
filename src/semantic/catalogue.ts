import { dimensionsOf, measures } from '../model/semantic/catalogue.ts'
import { type Dimension, dimensions } from '../model/semantic/dimensions.ts'
import { aggregatesOf, type Condition, type Expression } from '../model/semantic/expression.ts'
import type { FactName } from '../model/semantic/facts.ts'
import { isAdditive, type Measure } from '../model/semantic/measure.ts'
import type { DimensionInfo, MeasureInfo } from '../model/semantic-types.ts'
import type { Context } from './context.ts'
import { formulaOf } from './formula.ts'

/** The catalogue as screens need it, with what a version has data for. */
export function describe(context: Context): {
  readonly measures: readonly MeasureInfo[]
  readonly dimensions: readonly DimensionInfo[]
} {
  return {
    measures: measures.map((measure) => measureInfo(measure, context)),
    dimensions: dimensions.map((dimension) => dimensionInfo(dimension, context)),
  }
}

function measureInfo(measure: Measure, context: Context): MeasureInfo {
  const { name, label, format, better, rules, expression } = measure
  return {
    name,
    label,
    description: [measure.description, measure.traps].filter((text) => text !== '').join('. '),
    formula: formulaOf(expression),
    format,
    better,
    rules,
    additive: isAdditive(expression),
    dimensions: dimensionsOf(measure).map((dimension) => dimension.name),
    hasData: hasData(expression, context),
  }
}

function dimensionInfo(dimension: Dimension, context: Context): DimensionInfo {
  const { name, label, description, type, parent, pii, asOfVersion, labelOf } = dimension
  return {
    name,
    label,
    description,
    type,
    pii,
    asOfVersion,
    labelled: labelOf !== undefined,
    hasData: isFilled(dimension, context),
    ...(parent === undefined ? {} : { parent }),
  }
}

/** Whether every column that a figure stands on has a value; a sum of parts stands on any of them. */
function hasData(expression: Expression, context: Context): boolean {
  switch (expression.op) {
    case 'add':
      return expression.terms.some((term) => hasData(term, context))
    case 'divide':
      return hasData(expression.numerator, context) && hasData(expression.denominator, context)
    case 'negate':
    case 'shift':
      return hasData(expression.of, context)
    case 'filter':
      return aggregatesOf(expression).some((one) => hasData(one, context))
    case 'count':
      return needs(expression.fact, columnsIn(expression.where), context)
    case 'count_having':
      return needs(expression.fact, [expression.per], context) && hasData(expression.having, context)
    default:
      return needs(expression.fact, [expression.column, ...columnsIn(expression.where)], context)
  }
}

/** A column that is empty where the condition wants it so needs no value. */
function columnsIn(condition: Condition | undefined): readonly string[] {
  if (!condition) return []
  if ('all' in condition) return condition.all.flatMap(columnsIn)
  return condition.is === 'null' ? [] : [condition.column]
}

const needs = (name: FactName, columns: readonly string[], context: Context): boolean =>
  context.facts[name].rows > 0 &&
  columns.every((column) =>
    (column.includes('.') ? context.filled : context.facts[name].filled).includes(column),
  )

function isFilled(dimension: Dimension, context: Context): boolean {
  if (dimension.name === 'date') return Object.values(context.facts).some(({ first }) => first !== null)
  const own = Object.entries(dimension.own ?? {}) as [FactName, { column: string }][]
  if (own.some(([fact, { column }]) => needs(fact, [column], context))) return true
  const { of } = dimension
  return of !== undefined && context.filled.includes(`${of.thing}.${of.column}`)
}
