import type { Grain } from '../semantic/types.ts'
import { addDays, addMonths, type Day, daysBetween, isDay } from './dates.ts'

/** What stands in the address: a preset that moves with the data, or two days, both included. */
export type RangeText = 'last-7d' | 'last-30d' | 'last-90d' | 'last-12m' | 'all' | `${string}..${string}`

export const presets = ['last-30d', 'last-90d', 'last-12m', 'all'] as const

/** Half-open [from, to). */
export interface Period {
  readonly from: Day
  readonly to: Day
}

/** What the data covers, both days included. */
export interface Extent {
  readonly from: Day | null
  readonly asOf: Day | null
}

export const isRange = (text: string): boolean => {
  if (/^last-(7d|30d|90d|12m)$/.test(text) || text === 'all') return true
  const [from = '', to = '', ...more] = text.split('..')
  return more.length === 0 && isDay(from) && isDay(to) && from <= to
}

/** What an address without a range shows: the longest preset that still has as long a time before it to compare with. */
export const defaultRange = ({ from, asOf }: Extent): RangeText => {
  const days = from && asOf ? daysBetween(from, asOf) + 1 : 0
  return days >= 728 ? 'last-12m' : days >= 180 ? 'last-90d' : days >= 60 ? 'last-30d' : 'all'
}

/** The days of a range; null where it is all of the data (or no data says when that ends). */
export const periodOf = (range: string, { asOf }: Extent): Period | null => {
  const [from, to] = range.split('..')
  if (from && to) return { from, to: addDays(to, 1) }
  if (range === 'all' || asOf === null) return null
  const end = addDays(asOf, 1)
  const days = /^last-(\d+)d$/.exec(range)?.[1]
  return { from: days ? addDays(end, -Number(days)) : addMonths(end, -12), to: end }
}

/** The days that are shown: those of the range, or all there are. */
export const shownPeriod = (range: string, extent: Extent): Period | null =>
  periodOf(range, extent) ??
  (extent.from && extent.asOf ? { from: extent.from, to: addDays(extent.asOf, 1) } : null)

/** A grain that gives a line enough points to be one, and few enough to be read. */
export const grainFor = (period: Period | null): Grain => {
  const days = period ? daysBetween(period.from, period.to) : 730
  if (days <= 62) return 'day'
  return days <= 800 ? 'week' : 'month'
}

/** Last day of the bucket that begins at `day`. */
export const bucketEnd = (day: Day, grain: Grain): Day => {
  if (grain === 'day') return day
  if (grain === 'week') return addDays(day, 6)
  return addDays(addMonths(day, { month: 1, quarter: 3, year: 12 }[grain]), -1)
}

export const rangeText = (period: Period): string => `${period.from}..${addDays(period.to, -1)}`
