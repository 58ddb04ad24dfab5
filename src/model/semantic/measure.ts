import type { Format, MeasureInfo } from '../semantic-types.ts'
import type { Expression } from './expression.ts'

/** A measure of the catalogue: what it is called, what it means and how it is made. */
export interface Measure extends Omit<MeasureInfo, 'formula' | 'additive' | 'dimensions' | 'hasData'> {
  readonly expression: Expression
  /** What is easily got wrong about it; '' when nothing is. */
  readonly traps: string
}

export function measure(
  name: string,
  label: string,
  format: Format,
  expression: Expression,
  more: Pick<Measure, 'description' | 'better'> & Partial<Pick<Measure, 'traps' | 'rules'>>,
): Measure {
  return { name, label, format, expression, traps: '', rules: [], ...more }
}

/** Sums and counts of rows, their sums and negatives. */
export function isAdditive(expression: Expression): boolean {
  switch (expression.op) {
    case 'count':
    case 'sum':
      return true
    case 'add':
      return expression.terms.every(isAdditive)
    case 'negate':
    case 'filter':
    case 'shift':
      return isAdditive(expression.of)
    default:
      return false
  }
}
