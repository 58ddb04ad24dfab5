import { addDays, type Day, daysBetween } from '../../dates.ts'
import type { Period } from '../../period.ts'

/** Whole days a contact has been open on the as-of day, both ends included; the last has no end. */
export interface Age {
  readonly from: number
  readonly to: number | null
}

export const ages: readonly Age[] = [
  { from: 0, to: 0 },
  { from: 1, to: 2 },
  { from: 3, to: 6 },
  { from: 7, to: 13 },
  { from: 14, to: 29 },
  { from: 30, to: 89 },
  { from: 90, to: null },
]

export const ageOf = (day: Day, asOf: Day): Age | undefined => {
  const days = daysBetween(day, asOf)
  return ages.find(({ from, to }) => days >= from && (to === null || days <= to))
}

/** The days of opening that make an age, within `range` where there is one; null when that leaves none. */
export const daysOf = ({ from, to }: Age, asOf: Day, range: Period | null | undefined): Period | null => {
  const first = to === null ? '0001-01-01' : addDays(asOf, -to)
  const end = addDays(asOf, 1 - from)
  const period = {
    from: range && range.from > first ? range.from : first,
    to: range && range.to < end ? range.to : end,
  }
  return period.from < period.to ? period : null
}
