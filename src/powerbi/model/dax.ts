import {
  type Aggregate,
  type Condition,
  type Expression,
  isAggregate,
  narrowed,
} from '../../model/semantic/expression.ts'
import type { FactName } from '../../model/semantic/facts.ts'

/** What the printer needs to know of the model: names, quoted as DAX wants them. */
export interface DaxNames {
  /** `'Sales'` */
  table(fact: FactName): string
  /** `'Sales'[amount]`; a column of a thing referred to is written `account.customer_id`. */
  column(fact: FactName, column: string): string
  /** Fixed decimal, which DAX divides to four places only. */
  isFixed(fact: FactName, column: string): boolean
  /** What has to be switched on for the days of this fact: `USERELATIONSHIP(..)`. */
  relationship(fact: FactName): string | undefined
  /** `'Date'[Date]` */
  readonly date: string
  /** A measure that already is this expression. */
  measure(expression: Expression): string | undefined
}

export const quotedTable = (table: string): string => `'${table.replaceAll("'", "''")}'`
export const quotedColumn = (table: string, column: string): string =>
  `${quotedTable(table)}[${column.replaceAll(']', ']]')}]`
export const quotedMeasure = (measure: string): string => `[${measure.replaceAll(']', ']]')}]`
export const daxText = (text: string): string => `"${text.replaceAll('"', '""')}"`

/**
 * An expression of the catalogue in DAX. Conditions only ever narrow what a report filters (KEEPFILTERS), BLANK is never
 * taken for 0 or FALSE, and a ratio is 0 where there is nothing above the line and something below it.
 */
export function daxOf(expression: Expression, names: DaxNames): string {
  const known = names.measure(expression)
  return known ?? written(expression, names)
}

/** The same, written out even where a measure of the model is just this. */
export function written(expression: Expression, names: DaxNames): string {
  switch (expression.op) {
    case 'add':
      return expression.terms.map((term) => daxOf(term, names)).join(' + ')
    case 'negate':
      return `-(${daxOf(expression.of, names)})`
    case 'divide':
      return division(expression, names)
    case 'filter':
      return filtered(expression.of, expression.where, names)
    case 'shift':
      if (expression.by === 'prev') throw new RangeError('a report tool has no period before of its own')
      return `CALCULATE(${daxOf(expression.of, names)}, DATEADD(${names.date}, -1, YEAR))`
    default:
      return aggregateDax(expression, names)
  }
}

/** The condition belongs to the aggregates, whatever stands between. */
function filtered(of: Expression, where: Condition, names: DaxNames): string {
  if (isAggregate(of)) return aggregateDax(narrowed(of, where), names)
  switch (of.op) {
    case 'add':
      return of.terms.map((term) => filtered(term, where, names)).join(' + ')
    case 'negate':
      return `-(${filtered(of.of, where, names)})`
    case 'filter':
      return filtered(of.of, { all: [of.where, where] }, names)
    case 'divide':
      return division(
        {
          ...of,
          numerator: { op: 'filter', of: of.numerator, where },
          denominator: { op: 'filter', of: of.denominator, where },
        },
        names,
      )
    case 'shift':
      return written({ ...of, of: { op: 'filter', of: of.of, where } }, names)
    default:
      throw new RangeError('an aggregate is narrowed above')
  }
}

function division(
  { numerator, denominator, times, per, scale }: Extract<Expression, { op: 'divide' }>,
  names: DaxNames,
): string {
  const above = `${product(times, daxOf(numerator, names))} + 0`
  const exact = isMoney(numerator, names) ? `CONVERT(${above}, DOUBLE)` : above
  return [
    `VAR Ratio = DIVIDE(${exact}, ${product(per, daxOf(denominator, names))})`,
    `RETURN IF(NOT ISBLANK(Ratio), ROUND(Ratio, ${scale}))`,
  ].join('\n')
}

const product = (factor: number | undefined, dax: string): string =>
  factor === undefined ? dax : `${factor} * ${/^\[[^\]]*\]$|^\w+\(.*\)$/.test(dax) ? dax : `(${dax})`}`

function isMoney(expression: Expression, names: DaxNames): boolean {
  switch (expression.op) {
    case 'sum':
      return names.isFixed(expression.fact, expression.column)
    case 'add':
      return expression.terms.some((term) => isMoney(term, names))
    case 'negate':
    case 'filter':
    case 'shift':
      return isMoney(expression.of, names)
    default:
      return false
  }
}

function aggregateDax(aggregate: Aggregate, names: DaxNames): string {
  const filters = [...filtersOf(aggregate.fact, aggregate.where, names), ...relationshipOf(aggregate, names)]
  return filters.length === 0
    ? figure(aggregate, names)
    : aggregate.op === 'count_having'
      ? figure(aggregate, names)
      : `CALCULATE(${[figure(aggregate, names), ...filters].join(', ')})`
}

const relationshipOf = ({ fact }: Aggregate, names: DaxNames): readonly string[] => {
  const relationship = names.relationship(fact)
  return relationship === undefined ? [] : [relationship]
}

function figure(aggregate: Aggregate, names: DaxNames): string {
  const { fact } = aggregate
  switch (aggregate.op) {
    case 'count':
      return `COUNTROWS(${names.table(fact)})`
    case 'sum':
      return `SUM(${names.column(fact, aggregate.column)})`
    case 'count_distinct':
      return distinct(fact, aggregate.column, names)
    case 'count_having':
      return having(aggregate, names)
  }
}

/** The table a column lies in is filtered by facts only where they are asked for its values. */
function distinct(fact: FactName, column: string, names: DaxNames): string {
  const name = names.column(fact, column)
  if (!column.includes('.')) return `DISTINCTCOUNTNOBLANK(${name})`
  return `COUNTROWS(FILTER(SUMMARIZE(${names.table(fact)}, ${name}), NOT ISBLANK(${name})))`
}

function having(
  { fact, per, having: inner, atLeast, where }: Extract<Aggregate, { op: 'count_having' }>,
  names: DaxNames,
): string {
  const filters = filtersOf(fact, where, names)
  const values = `VALUES(${names.column(fact, per)})`
  const of = daxOf(inner, names)
  const among = filters.length === 0 ? values : `CALCULATETABLE(${[values, ...filters].join(', ')})`
  const each = `CALCULATE(${[of, ...filters].join(', ')})`
  return [
    'COUNTROWS(',
    '\tFILTER(',
    `\t\t${among},`,
    `\t\tNOT ISBLANK(${names.column(fact, per)}) && ${each} >= ${atLeast}`,
    '\t)',
    ')',
  ].join('\n')
}

const filtersOf = (fact: FactName, where: Condition | undefined, names: DaxNames): readonly string[] =>
  conjuncts(where).map((one) => `KEEPFILTERS(${conditionDax(fact, one, names)})`)

const conjuncts = (condition: Condition | undefined): readonly Exclude<Condition, { all: unknown }>[] => {
  if (!condition) return []
  return 'all' in condition ? condition.all.flatMap(conjuncts) : [condition]
}

const COMPARE = { below: '<', at_most: '<=', above: '>', at_least: '>=' } as const

/** NULL is not true: `==` tells BLANK from 0, FALSE and the empty text, and so does the guard before a comparison that 0 would pass. */
function conditionDax(
  fact: FactName,
  condition: Exclude<Condition, { all: unknown }>,
  names: DaxNames,
): string {
  const column = names.column(fact, condition.column)
  switch (condition.is) {
    case 'true':
      return `${column} == TRUE()`
    case 'false':
      return `${column} == FALSE()`
    case 'null':
      return `ISBLANK(${column})`
    case 'known':
      return `NOT ISBLANK(${column})`
    case 'equal':
      return `${column} == ${typeof condition.value === 'number' ? condition.value : daxText(condition.value)}`
    case 'word':
      return `LOWER(${column}) == ${daxText(condition.value.toLowerCase())}`
    default:
      return passesZero(condition.is, condition.value)
        ? `NOT ISBLANK(${column}) && ${column} ${COMPARE[condition.is]} ${condition.value}`
        : `${column} ${COMPARE[condition.is]} ${condition.value}`
  }
}

function passesZero(is: keyof typeof COMPARE, value: number): boolean {
  if (is === 'below') return value > 0
  if (is === 'at_most') return value >= 0
  return is === 'above' ? value < 0 : value <= 0
}
