import { bucketsIn, type Period } from './days.ts'
import type { Figure } from './figure.ts'
import type { Part } from './parts.ts'
import type { Grain, Order } from './types.ts'
import { MOST_ROWS, type Wanted } from './wanted.ts'

/** How a query is answered: its parts, and what is shown of the groups they make together. */
export interface Plan {
  readonly want: Wanted
  readonly parts: readonly Part[]
  readonly figures: readonly Shown[]
  /** The days whose buckets are all shown, rows or not. */
  readonly filled?: Filled
}

export interface Shown {
  readonly name: string
  readonly figure: Figure
}

export interface Filled {
  readonly grain: Grain
  readonly days: Period
}

/** Every bucket of the days is shown, unless that would be more than anybody can read. */
export const isReadable = ({ by }: Wanted, { grain, days }: Filled): boolean =>
  bucketsIn(days, grain) <= MOST_ROWS && !by.some(({ dimension }) => dimension.many)

/** As asked; then dates in their order, or the largest first; then by group, so that equal rows have one order. */
export function orderOf({ by, measures, order }: Wanted): readonly Order[] {
  const dated = by.find(({ grain }) => grain !== undefined)?.dimension.name
  const [first] = measures
  const usual: Order[] = dated ? [{ by: dated }] : first ? [{ by: first.name, descending: true }] : []
  const asked = order.length > 0 ? order : usual
  const rest: Order[] = by.map(({ dimension }) => ({ by: dimension.name }))
  const seen = new Set<string>()
  return [...asked, ...rest].filter(({ by: name }) => !seen.has(name) && seen.add(name))
}

/** The measure whose change a query is ordered by; undefined for anything else. */
export const changeOf = ({ measures, compare }: Wanted, name: string) =>
  compare === undefined ? undefined : measures.find((one) => `${one.name}.change` === name)
