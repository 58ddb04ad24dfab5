import { itemAt } from './random.ts'

/** Days since 1970-01-01. */
export type Day = number

export const DAY_SECONDS = 86_400
const DAY_MS = DAY_SECONDS * 1000

/** The day of an ISO date such as `2025-06-30`. Throws RangeError when there is no such day. */
export function dayOf(iso: string): Day {
  const day = Date.parse(`${iso}T00:00:00Z`) / DAY_MS
  if (!Number.isInteger(day) || isoOf(day) !== iso) throw new RangeError(`not a date: ${iso}`)
  return day
}

export const isoOf = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** 0 = Sunday. */
export const weekdayOf = (day: Day): number => (((day + 4) % 7) + 7) % 7

/** The first day of a period of whole months that ends with `last`. */
export function monthsBefore(last: Day, months: number): Day {
  const end = new Date((last + 1) * DAY_MS)
  const index = end.getUTCFullYear() * 12 + end.getUTCMonth() - months
  const [year, month] = [Math.floor(index / 12), index % 12]
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(end.getUTCDate(), length)) / DAY_MS
}

/** The n-th (from 1) given weekday of a month (from 0). */
export function nthWeekday(year: number, month: number, weekday: number, n: number): Day {
  const first = Date.UTC(year, month, 1) / DAY_MS
  return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1)
}

/** One day of wall clock in America/New_York. */
export interface Today {
  readonly day: Day
  readonly iso: string
  /** Clocks go forward: the hour from 02:00 does not exist. */
  readonly springs: boolean
}

export function today(day: Day): Today {
  const iso = isoOf(day)
  return { day, iso, springs: nthWeekday(Number(iso.slice(0, 4)), 2, 0, 2) === day }
}

/** A second of the day that exists on that day. */
export const existing = ({ springs }: Today, second: number): number =>
  springs && second >= 7200 && second < 10_800 ? second + 3600 : second

/** Seconds since 1970 of that wall clock time in New York; of an hour that comes twice, the later one. */
export function instant(day: Day, second: number): number {
  const year = Number(isoOf(day).slice(0, 4))
  const from = nthWeekday(year, 2, 0, 2) * DAY_SECONDS + 7200
  const until = nthWeekday(year, 10, 0, 1) * DAY_SECONDS + 3600
  const wall = day * DAY_SECONDS + second
  return wall + (wall >= from && wall < until ? 4 : 5) * 3600
}

const pad = (n: number): string => String(n).padStart(2, '0')
const minutes = Array.from({ length: 1440 }, (_, i) => ` ${pad(Math.floor(i / 60))}:${pad(i % 60)}:`)
const seconds = Array.from({ length: 60 }, (_, i) => pad(i))

/** `YYYY-MM-DD HH:MM:SS` */
export const stamp = ({ iso }: Today, second: number): string =>
  iso + itemAt(minutes, Math.floor(second / 60)) + itemAt(seconds, second % 60)

/** The same stamp some seconds earlier, on the same day. */
export function earlier(text: string, by: number): string {
  const now = today(dayOf(text.slice(0, 10)))
  const [h = 0, m = 0, s = 0] = text.slice(11).split(':').map(Number)
  const second = h * 3600 + m * 60 + s - by
  return stamp(now, existing(now, second) === second ? second : second - 3600)
}
