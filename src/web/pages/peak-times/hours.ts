import { addDays, daysBetween, isoWeekday } from '../../dates.ts'
import type { Extent, Period } from '../../period.ts'

export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
export const hours: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour)

/** Counts by weekday, hour and channel. */
export interface Hours {
  readonly channels: readonly string[]
  readonly at: (weekday: number, hour: number, channel?: string) => number
  readonly total: (channel?: string) => number
}

/** An answer's rows as `rowsOf` reads them. */
interface Readable {
  readonly length: number
  readonly text: (row: number, column: string) => string | null
  readonly number: (row: number, column: string) => number | null
}

/** `unknown` is what a sale without a channel is called. */
export const hoursOf = (rows: Readable, measure: string, unknown = '~'): Hours => {
  const counts = new Map<string, number>()
  const add = (key: string, count: number) => counts.set(key, (counts.get(key) ?? 0) + count)
  const channels = new Set<string>()
  for (let row = 0; row < rows.length; row++) {
    const [weekday, hour] = [rows.text(row, 'weekday'), rows.text(row, 'hour')]
    if (weekday === null || hour === null) continue
    const channel = rows.text(row, 'channel') ?? unknown
    const count = rows.number(row, measure) ?? 0
    channels.add(channel)
    for (const key of [`${weekday} ${hour}`, `${weekday} ${hour} ${channel}`, channel, '']) add(key, count)
  }
  return {
    channels: [...channels],
    at: (weekday, hour, channel) =>
      counts.get(channel === undefined ? `${weekday} ${hour}` : `${weekday} ${hour} ${channel}`) ?? 0,
    total: (channel = '') => counts.get(channel) ?? 0,
  }
}

/** The part of a range that data can be in; null where nothing says when the data begins or ends. */
export const coveredBy = (period: Period | null, { from, asOf }: Extent): Period | null => {
  if (from === null || asOf === null) return null
  const end = addDays(asOf, 1)
  const covered = {
    from: period && period.from > from ? period.from : from,
    to: period && period.to < end ? period.to : end,
  }
  return covered.from < covered.to ? covered : null
}

/** How often a weekday is there in a period: what totals are divided by to compare weekdays fairly. */
export const timesIn = ({ from, to }: Period, weekday: number): number => {
  const days = daysBetween(from, to)
  const first = (weekday - isoWeekday(from) + 7) % 7
  return first >= days ? 0 : Math.floor((days - 1 - first) / 7) + 1
}

/** Share of `a` in that hour less the share of `b`, in points; null when one of them has nothing at all. */
export const differenceOf = (all: Hours, a: string, b: string) => {
  const [left, right] = [all.total(a), all.total(b)]
  return (weekday: number, hour: number): number | null =>
    left === 0 || right === 0
      ? null
      : (100 * all.at(weekday, hour, a)) / left - (100 * all.at(weekday, hour, b)) / right
}

/** The busiest hours of a weekday, the earlier first of equals. */
export const busiestHours = (
  all: Hours,
  weekday: number,
  most: number,
): readonly { hour: number; count: number }[] =>
  hours
    .map((hour) => ({ hour, count: all.at(weekday, hour) }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count || a.hour - b.hour)
    .slice(0, most)
