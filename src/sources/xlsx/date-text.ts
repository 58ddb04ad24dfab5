import { type Kind, kinds } from './number-format.ts'

const DAY = 86_400_000
/** Days from 1970-01-01 to day 0 of each calendar. Excel's 1900 has a 29 February, so day 0 differs before it. */
const EPOCH_1900 = -25_569
const EPOCH_1900_EARLY = -25_568
const EPOCH_1904 = -24_107
const LEAP_DAY_1900 = 60
/** The last day that has a date, 9999-12-31. */
const LAST_1900 = 2_958_465
const LAST_1904 = LAST_1900 - 1462

/**
 * The text of a number that is a date or a time: `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM:SS[.fff]`, `HH:MM:SS[.fff]`, or for a
 * duration hours, which may be more than 24. Days that only Excel has are written as it shows them (1900-01-00 and
 * 1900-02-29). `undefined`: no date has this number.
 */
export function dateText(serial: number, kind: Kind, date1904: boolean): string | undefined {
  if (kind === kinds.duration) return durationText(serial)
  if (serial < 0 || serial >= (date1904 ? LAST_1904 : LAST_1900) + 1) return undefined
  const total = Math.round(serial * DAY)
  const days = Math.floor(total / DAY)
  const time = total - days * DAY
  // A time that rounds up to midnight is midnight, as it is shown.
  if (serial < 1 && (kind === kinds.time || kind === kinds.either)) return clock(time)
  if (days > (date1904 ? LAST_1904 : LAST_1900)) return undefined
  const date = dayText(days, date1904)
  return time === 0 && (kind === kinds.date || kind === kinds.either) ? date : `${date}T${clock(time)}`
}

const texts = [new Map<number, string>(), new Map<number, string>()] as const
const KEPT = 20_000

/** Most sheets have few days, each many times. */
function dayText(day: number, date1904: boolean): string {
  const known = texts[date1904 ? 1 : 0]
  let text = known.get(day)
  if (text === undefined) {
    if (known.size >= KEPT) known.clear()
    text = calendarText(day, date1904)
    known.set(day, text)
  }
  return text
}

function calendarText(day: number, date1904: boolean): string {
  if (date1904) return isoDay(day + EPOCH_1904)
  if (day === 0) return '1900-01-00'
  if (day === LEAP_DAY_1900) return '1900-02-29'
  return isoDay(day + (day < LEAP_DAY_1900 ? EPOCH_1900_EARLY : EPOCH_1900))
}

const isoDay = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)

function durationText(serial: number): string | undefined {
  const total = Math.round(Math.abs(serial) * DAY)
  if (!Number.isSafeInteger(total)) return undefined
  return `${serial < 0 && total > 0 ? '-' : ''}${clock(total)}`
}

/** `HH:MM:SS[.fff]`; the hours may pass 24. */
function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const rest = milliseconds - seconds * 1000
  const minutes = Math.floor(seconds / 60)
  const text = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`
  return rest === 0 ? text : `${text}.${String(rest).padStart(3, '0')}`
}

const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`)
