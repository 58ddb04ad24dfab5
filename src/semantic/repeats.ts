import {
  type Aggregate,
  aggregatesOf,
  type Condition,
  type Expression,
} from '../model/semantic/expression.ts'
import { facts } from '../model/semantic/facts.ts'
import { conjuncts } from './aggregates.ts'
import type { Context } from './context.ts'

type Nested = Extract<Aggregate, { op: 'count_having' }>

/**
 * The conditions of the rows that a nested count counts, where in this version each of them is one (no order has several
 * lines: a distinct count of a column without any value is 0); undefined where it is not as simple.
 */
export function plainOf({ having, where, fact }: Nested, context: Context): readonly Condition[] | undefined {
  if (!isSum(having)) return undefined
  const empty = (column: string) =>
    facts[fact].columns.includes(column) && !context.facts[fact].filled.includes(column)
  const left = aggregatesOf(having).filter((one) => !(one.op === 'count_distinct' && empty(one.column)))
  const [only, ...more] = left
  if (only?.op !== 'count' || more.length > 0) return undefined
  return [...conjuncts(where), ...conjuncts(only.where)].filter(
    (condition) => !('column' in condition && condition.is === 'null' && empty(condition.column)),
  )
}

const isSum = (expression: Expression): boolean =>
  expression.op === 'add'
    ? expression.terms.every(isSum)
    : expression.op === 'count' || expression.op === 'count_distinct'
