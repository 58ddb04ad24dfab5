import { addDays, addMonths, daysBetween, isFirstOfMonth, monthsBetween, type Period } from './days.ts'
import type { Grain } from './types.ts'

/** An earlier period, and how far its days are moved to lie beside those of the range. */
export interface Compared {
  readonly period: Period
  readonly move: { readonly days: number } | { readonly months: number }
}

/**
 * The period a range is compared with. Whole calendar months go with calendar ones; any other length is moved by whole
 * weeks, or by 364 days for the year before, so that weekdays meet. What has not happened yet (`end` and later) is
 * compared with nothing; undefined when all of the range lies there.
 */
export function comparedWith(
  range: Period,
  by: 'prev' | 'year',
  end: string | undefined,
  grain?: Grain,
): Compared | undefined {
  const seen = end !== undefined && end < range.to ? { from: range.from, to: end } : range
  if (seen.from >= seen.to) return undefined
  return isFirstOfMonth(seen.from) && isFirstOfMonth(seen.to) ? calendar(seen, by, grain) : weeks(seen, by)
}

function weeks({ from, to }: Period, by: 'prev' | 'year'): Compared {
  const days = by === 'year' ? 364 : 7 * Math.ceil(daysBetween(from, to) / 7)
  return { period: { from: addDays(from, -days), to: addDays(to, -days) }, move: { days } }
}

function calendar({ from, to }: Period, by: 'prev' | 'year', grain: Grain | undefined): Compared {
  const months = by === 'year' ? 12 : monthsBetween(from, to)
  const period = { from: addMonths(from, -months), to: addMonths(to, -months) }
  const fine = grain === 'day' || grain === 'week'
  if (!fine || months % 12 === 0) return { period, move: { months } }
  // Day by day: the 31st of a longer month has no counterpart.
  const days = daysBetween(period.from, from)
  const length = Math.min(daysBetween(from, to), daysBetween(period.from, period.to))
  return { period: { from: period.from, to: addDays(period.from, length) }, move: { days } }
}

/** Whether data from `first` on covers a period: a tenth of it may be missing at its beginning. */
export function covers(first: string | null, { from, to }: Period): boolean {
  if (first === null) return false
  return first <= from || daysBetween(from, first) * 10 <= daysBetween(from, to)
}
