/** Arithmetic on ISO days (`2026-10-31`), without a clock and without a zone. */
export type Day = string

const milliseconds = 86_400_000
const utc = (day: Day): number => Date.parse(`${day}T00:00:00Z`)
const iso = (time: number): Day => new Date(time).toISOString().slice(0, 10)

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(utc(text)) && iso(utc(text)) === text

export const addDays = (day: Day, days: number): Day => iso(utc(day) + days * milliseconds)

export const daysBetween = (from: Day, to: Day): number => Math.round((utc(to) - utc(from)) / milliseconds)

/** The same day of another month; the last one where that month is shorter. */
export const addMonths = (day: Day, months: number): Day => {
  const date = new Date(utc(day))
  const dayOfMonth = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  date.setUTCDate(Math.min(dayOfMonth, last))
  return iso(date.getTime())
}

/** 1 = Monday. */
export const isoWeekday = (day: Day): number => new Date(utc(day)).getUTCDay() || 7

export const noon = (day: Day): Date => new Date(utc(day) + milliseconds / 2)
