import { type Day, noon } from '../../dates.ts'
import type { Format } from '../../format.ts'

/** Where things lie, in pixels of the chart's box. */
export interface Places {
  readonly x: (index: number) => number
  readonly y: (value: number) => number
  /** Half the distance between two buckets. */
  readonly half: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly count: number
  /** Values of the grid lines. */
  readonly ticks: readonly number[]
}

const margin = { top: 10, right: 10, bottom: 24 }

/** Scales of a chart: from zero unless values are below it, with a round top, and room for the labels. */
export const placesOf = (
  count: number,
  extent: readonly [low: number, high: number],
  size: { readonly width: number; readonly height: number },
  write: (value: number) => string,
  isBanded: boolean,
): Places | null => {
  if (size.width === 0 || count === 0) return null
  const ticks = roundTicks(Math.min(0, extent[0]), Math.max(0, extent[1]))
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1]
  const left = Math.ceil(Math.max(...ticks.map((tick) => write(tick).length)) * 6.8) + 10
  const right = size.width - margin.right
  const bottom = size.height - margin.bottom
  const half = (right - left) / (isBanded || count === 1 ? count : count - 1) / 2
  const first = isBanded || count === 1 ? left + half : left
  return {
    x: (index) => first + index * half * 2,
    y: (value) => bottom - ((value - low) / (high - low)) * (bottom - margin.top),
    half,
    left,
    right,
    top: margin.top,
    bottom,
    count,
    ticks,
  }
}

/** About four steps of 1, 2, 2.5 or 5 times a power of ten that hold both ends. */
export const roundTicks = (low: number, high: number): readonly number[] => {
  const span = high - low || 1
  const rough = span / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  const [from, to] = [Math.floor(low / step), Math.ceil((low + span) / step)]
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index) * step)
}

export interface DateLabel {
  readonly index: number
  readonly text: string
}

/** Labels where a month (on longer lines a quarter or a year) begins; on short lines every few days. */
export const dateLabels = (dates: readonly Day[], format: Format, width: number): readonly DateLabel[] => {
  const room = Math.max(2, Math.floor(width / 76))
  const months = new Set(dates.map((day) => day.slice(0, 7))).size
  if (months <= 3) {
    const every = Math.ceil(dates.length / room)
    return dates.flatMap((day, index) => (index % every === 0 ? [{ index, text: format.shortDay(day) }] : []))
  }
  const short = new Intl.DateTimeFormat(format.locale, { month: 'short', timeZone: 'UTC' })
  const step = [1, 2, 3, 6, 12].find((one) => months / one <= room) ?? Math.ceil(months / room / 12) * 12
  return dates.flatMap((day, index) => {
    const number = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1
    const begins = index === 0 ? day.endsWith('-01') : day.slice(0, 7) !== dates[index - 1]?.slice(0, 7)
    if (!begins || number % step !== 0) return []
    return [{ index, text: number % 12 === 0 ? day.slice(0, 4) : short.format(noon(day)) }]
  })
}
