import type { Grain } from './types.ts'

/** A half-open period of ISO dates. */
export interface Period {
  readonly from: string
  readonly to: string
}

const MILLISECONDS = 86_400_000

const stamp = (day: string): number => Date.parse(`${day}T00:00:00Z`)
const isoDay = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)

/** Whether a text is a day of the calendar, `2025-02-28`, of the years 1 to 9998. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001-01-01' || text > '9998-12-31') return false
  const at = stamp(text)
  return !Number.isNaN(at) && isoDay(at) === text
}

export const addDays = (day: string, days: number): string => isoDay(stamp(day) + days * MILLISECONDS)

/** Days from one day to another. */
export const daysBetween = (from: string, to: string): number => (stamp(to) - stamp(from)) / MILLISECONDS

/** The same day of another month, or that month's last day. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const index = year * 12 + month - 1 + months
  const first = `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((((index % 12) + 12) % 12) + 1).padStart(2, '0')}-01`
  const length = daysBetween(first, nextMonth(first))
  return addDays(first, Math.min(date, length) - 1)
}

const nextMonth = (first: string): string => `${addDays(first, 31).slice(0, 7)}-01`

export const isFirstOfMonth = (day: string): boolean => day.endsWith('-01')

/** Months between two firsts of a month. */
export const monthsBetween = (from: string, to: string): number =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5, 7)) - Number(from.slice(5, 7))

const MONTHS: Readonly<Record<Exclude<Grain, 'day' | 'week'>, number>> = { month: 1, quarter: 3, year: 12 }

/** First day of the bucket a day lies in; weeks begin on Monday. */
export function bucketOf(day: string, grain: Grain): string {
  if (grain === 'day') return day
  if (grain === 'week') return addDays(day, -((new Date(stamp(day)).getUTCDay() + 6) % 7))
  const month = Number(day.slice(5, 7)) - 1
  const first = month - (month % MONTHS[grain])
  return `${day.slice(0, 4)}-${String(first + 1).padStart(2, '0')}-01`
}

/** First day of the bucket after the one that begins on `bucket`. */
export function nextBucket(bucket: string, grain: Grain): string {
  if (grain === 'day') return addDays(bucket, 1)
  return grain === 'week' ? addDays(bucket, 7) : addMonths(bucket, MONTHS[grain])
}

/** How many buckets a period touches. */
export function bucketsIn({ from, to }: Period, grain: Grain): number {
  const [first, last] = [bucketOf(from, grain), bucketOf(addDays(to, -1), grain)]
  if (grain === 'day' || grain === 'week')
    return Math.round(daysBetween(first, last) / (grain === 'day' ? 1 : 7)) + 1
  return Math.round(monthsBetween(first, last) / MONTHS[grain]) + 1
}
