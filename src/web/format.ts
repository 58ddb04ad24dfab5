import type { Format as Kind } from '../model/semantic-types.ts'
import type { Cell, Grain } from '../semantic/types.ts'
import { addDays, type Day, noon } from './dates.ts'
import { bucketEnd, type Period } from './period.ts'
import { strings } from './strings.ts'

/** Writes figures and dates in the project's locale, currency and zone. */
export interface Format {
  readonly locale: string
  /** For KPIs and axes: 1.2M. */
  readonly compact: (value: number | null, kind: Kind) => string
  /** For axes: as short as it goes. */
  readonly axis: (value: number, kind: Kind) => string
  /** For tables, tooltips and exports: every digit that means something. */
  readonly exact: (value: number | null, kind: Kind) => string
  /** Percents change in points, everything else in percent of what was. Null where there is nothing to compare with. */
  readonly change: (now: number | null, before: number | null, kind: Kind) => Change | null
  readonly signed: (value: number, kind: Kind) => string
  readonly share: (part: number) => string
  readonly day: (day: Day) => string
  readonly shortDay: (day: Day) => string
  readonly period: (period: Period) => string
  readonly bucket: (day: Day, grain: Grain) => string
  /** Wall-clock time as the data has it, without a zone. */
  readonly localTime: (iso: string) => string
  /** An instant (with zone), shown in the project's zone. */
  readonly instant: (iso: string) => string
  readonly weekday: (iso: number, width?: 'short' | 'long') => string
  readonly hour: (hour: number) => string
  readonly count: (value: number) => string
  readonly text: (cell: Cell | undefined) => string
}

export interface Change {
  readonly text: string
  readonly direction: 'up' | 'down' | 'same'
}

const dash = '–'

export const createFormat = (locale: string, currency: string, timeZone: string): Format => {
  const number = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options)
    return (value: number) => format.format(value)
  }
  const date = (options: Intl.DateTimeFormatOptions, zone = 'UTC') =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })
  const money = number({ style: 'currency', currency })
  const shortMoney = number({ style: 'currency', currency, notation: 'compact', maximumSignificantDigits: 3 })
  const whole = number({ maximumFractionDigits: 0 })
  const short = number({ notation: 'compact', maximumSignificantDigits: 3 })
  const decimal = number({ maximumFractionDigits: 2, minimumFractionDigits: 2 })
  const tenth = number({ maximumFractionDigits: 1 })
  const oneDecimal = number({ maximumFractionDigits: 1, minimumFractionDigits: 1 })
  const percentOf = (digits: number) => {
    const write = number({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits })
    return (value: number) => write(value / 100)
  }
  const percent = percentOf(1)
  const percentExact = percentOf(2)
  const axisMoney = number({
    style: 'currency',
    currency,
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  })
  const axisNumber = number({ notation: 'compact', maximumFractionDigits: 2 })
  const day = date({ day: 'numeric', month: 'short', year: 'numeric' })
  const shortDay = date({ day: 'numeric', month: 'short' })
  const month = date({ month: 'short', year: 'numeric' })
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const wall = date({ day: 'numeric', month: 'short', year: 'numeric', ...clock })
  const instant = date({ day: 'numeric', month: 'short', year: 'numeric', ...clock }, timeZone)
  const weekdays = { short: date({ weekday: 'short' }), long: date({ weekday: 'long' }) }
  const sign = (value: number): string => (value > 0 ? '+' : value < 0 ? '−' : '±')

  const exactly: Readonly<Record<Kind, (value: number) => string>> = {
    money,
    count: whole,
    points: whole,
    decimal,
    percent: percentExact,
    seconds: (value) => duration(value),
    hours: (value) => (value >= 48 ? `${tenth(value / 24)} ${strings.units.days}` : duration(value * 3600)),
  }
  const shortly: Readonly<Record<Kind, (value: number) => string>> = {
    ...exactly,
    money: (value) => (Math.abs(value) < 1000 ? money(value) : shortMoney(value)),
    count: (value) => (Math.abs(value) < 10_000 ? whole(value) : short(value)),
    points: (value) => (Math.abs(value) < 10_000 ? whole(value) : short(value)),
    percent,
  }
  const exact = (value: number | null, kind: Kind) => (value === null ? dash : exactly[kind](value))

  return {
    locale,
    exact,
    compact: (value, kind) => (value === null ? dash : shortly[kind](value)),
    axis: (value, kind) => {
      if (kind === 'money') return axisMoney(value)
      if (kind === 'percent') return percentOf(0)(value)
      return kind === 'seconds' || kind === 'hours' ? exactly[kind](value) : axisNumber(value)
    },
    change: (now, before, kind) => {
      if (now === null || before === null || (before === 0 && kind !== 'percent')) return null
      const delta = kind === 'percent' ? now - before : ((now - before) / Math.abs(before)) * 100
      const text =
        kind === 'percent'
          ? `${oneDecimal(Math.abs(delta))} ${strings.units.points}`
          : percent(Math.abs(delta))
      return { text, direction: Math.abs(delta) < 0.05 ? 'same' : delta > 0 ? 'up' : 'down' }
    },
    signed: (value, kind) => `${sign(value)}${exact(Math.abs(value), kind)}`,
    share: (part) => percent(part * 100),
    day: (text) => day.format(noon(text)),
    shortDay: (text) => shortDay.format(noon(text)),
    period: ({ from, to }) => day.formatRange(noon(from), noon(addDays(to, -1))),
    bucket: (text, grain) => {
      if (grain === 'day') return day.format(noon(text))
      if (grain === 'month') return month.format(noon(text))
      if (grain === 'year') return text.slice(0, 4)
      return day.formatRange(noon(text), noon(bucketEnd(text, grain)))
    },
    localTime: (iso) =>
      iso.length === 10 ? day.format(noon(iso)) : wall.format(new Date(`${iso.replace(' ', 'T')}Z`)),
    instant: (iso) => instant.format(new Date(iso)),
    weekday: (iso, width = 'short') => weekdays[width].format(noon(addDays('2024-01-01', iso - 1))),
    hour: (hour) => `${String(hour).padStart(2, '0')}:00`,
    count: whole,
    text: (cell) => (cell === null || cell === undefined ? dash : String(cell)),
  }
}

/** `2m 51s`, `3h 20m`, `45s`. */
const duration = (seconds: number): string => {
  const total = Math.round(Math.abs(seconds))
  const [h, m, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60]
  const { hours, minutes, seconds: sec } = strings.units
  const text =
    h > 0
      ? `${h}${hours}${m > 0 ? ` ${m}${minutes}` : ''}`
      : m > 0
        ? `${m}${minutes}${s > 0 ? ` ${s}${sec}` : ''}`
        : `${s}${sec}`
  return seconds < 0 ? `−${text}` : text
}
