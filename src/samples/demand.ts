import { type Day, isoOf, nthWeekday, weekdayOf } from './calendar.ts'
import { itemAt, type Random } from './random.ts'

export type Channel = 'online' | 'inStore'

interface Rhythm {
  /** From January. */
  readonly months: readonly number[]
  /** From Sunday. */
  readonly weekdays: readonly number[]
}

const rhythms: Record<Channel, Rhythm> = {
  online: {
    months: [0.92, 0.86, 0.9, 0.92, 0.96, 0.94, 0.92, 0.96, 0.98, 1.04, 1.34, 1.48],
    weekdays: [1.15, 1.12, 1.02, 0.98, 0.97, 0.9, 0.92],
  },
  inStore: {
    months: [0.84, 0.84, 0.92, 0.97, 1.02, 1.02, 0.98, 1.03, 0.98, 1.0, 1.18, 1.5],
    weekdays: [1.12, 0.78, 0.8, 0.85, 0.95, 1.2, 1.5],
  },
}

/** How much is sold on that day, relative to an average one. */
function level(channel: Channel, day: Day): number {
  const iso = isoOf(day)
  const month = Number(iso.slice(5, 7)) - 1
  const lean = (Number(iso.slice(8)) - 15) / 30
  const { months, weekdays } = rhythms[channel]
  const neighbour = itemAt(months, (month + (lean < 0 ? 11 : 1)) % 12)
  const season = itemAt(months, month) * (1 - Math.abs(lean)) + neighbour * Math.abs(lean)
  return season * itemAt(weekdays, weekdayOf(day)) * holiday(channel, day, iso)
}

function holiday(channel: Channel, day: Day, iso: string): number {
  const thanksgiving = nthWeekday(Number(iso.slice(0, 4)), 10, 4, 4)
  if (day === thanksgiving || iso.endsWith('-12-25')) return channel === 'online' ? 0.8 : 0
  if (isSaleDay(day)) return channel === 'online' ? 2.2 : 1.7
  return iso.endsWith('-01-01') ? 0.6 : 1
}

/** Black Friday to Cyber Monday: prices are cut. */
export function isSaleDay(day: Day): boolean {
  const since = day - nthWeekday(Number(isoOf(day).slice(0, 4)), 10, 4, 4)
  return since >= 1 && since <= 4
}

/** `total` sales spread over the days from `first` to `last`; the counts add up to it. */
export function dailyCounts(channel: Channel, total: number, first: Day, last: Day): number[] {
  const levels = Array.from(
    { length: last - first + 1 },
    (_, i) => level(channel, first + i) * (1 + i / 4000),
  )
  const sum = levels.reduce((a, b) => a + b, 0)
  let [reached, given] = [0, 0]
  return levels.map((share) => {
    reached += share
    const count = Math.round((reached / sum) * total) - given
    given += count
    return count
  })
}

/** From 00:00 on, one weight an hour. */
export const hours = {
  online: [6, 4, 2, 1, 1, 2, 5, 9, 14, 18, 21, 24, 28, 26, 22, 21, 22, 25, 29, 36, 44, 46, 34, 16],
  workday: [0, 0, 0, 0, 0, 0, 0, 0, 6, 10, 14, 20, 32, 28, 18, 17, 23, 38, 40, 28, 16, 8, 0, 0],
  weekend: [0, 0, 0, 0, 0, 0, 0, 0, 7, 14, 26, 36, 40, 41, 42, 38, 34, 28, 20, 14, 9, 5, 0, 0],
  service: [1, 1, 1, 1, 1, 1, 3, 8, 18, 28, 32, 30, 24, 24, 28, 28, 25, 22, 18, 16, 14, 9, 5, 2],
} as const

/** Sorted quantiles of a time of day, in seconds. */
export type TimesOfDay = Uint32Array
const STEPS = 1024

/** Times between two hours by the given hourly weights, a minute away from either end. */
export function timesOfDay(weights: readonly number[], open = 0, close = 24): TimesOfDay {
  const [from, to] = [open * 60 + 1, close * 60 - 1]
  const weightAt = (minute: number) => itemAt(weights, Math.floor(minute / 60))
  let total = 0
  for (let minute = from; minute < to; minute++) total += weightAt(minute)
  const times = new Uint32Array(STEPS + 1).fill(to * 60)
  let [minute, below] = [from, 0]
  for (let i = 0; i < STEPS; i++) {
    const target = (i / STEPS) * total
    while (below + weightAt(minute) <= target) below += weightAt(minute++)
    times[i] = Math.floor((minute + (target - below) / weightAt(minute)) * 60)
  }
  return times
}

export function drawTime(times: TimesOfDay, random: Random): number {
  const at = random.float() * STEPS
  const i = Math.floor(at)
  const low = times[i] ?? 0
  return low + Math.floor(((times[i + 1] ?? low) - low) * (at - i))
}
