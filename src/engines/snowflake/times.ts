import {
  anyCase,
  dayOf,
  group,
  matches,
  minusSeconds,
  momentOf,
  offsetSeconds,
  replaced,
  SPACE,
} from './pieces.ts'
import { dateByFormats, readByFormats } from './strptime.ts'
import { fromZone } from './zones.ts'

// The usual ways of writing, which Snowflake's own cast reads just so.
const ISO_DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const ISO_TIME = `${ISO_DATE}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?`

// What else DuckDB casts, in three pieces: a replacement knows nine groups. Years 1 to 9999.
// A backslash by its number.
const SEPARATOR = '[-/ \\x5c]'
const DATE = `${SPACE}0*([1-9][0-9]{0,3})${SEPARATOR}(0?[1-9]|1[0-2])${SEPARATOR}(0?[1-9]|[12][0-9]|3[01])`
// Groups: hour, minute, second with its colon, second, fraction with its point, fraction.
const CLOCK = `[ T]${SPACE}([01]?[0-9]|2[0-3]):([0-5]?[0-9])(:([0-5]?[0-9])(\\.([0-9]{0,6})[0-9]*)?)?`
// Groups: the whole, sign, hours, what follows, minutes, seconds with their colon, seconds, minutes without one.
const OFFSET = `(Z|([-+])([0-9]{2})(:([0-9]{2})(:([0-9]{2})?)?|([0-9]{2})|:)?|${anyCase(' utc')})?`
const MOMENT = `${DATE}(${CLOCK}${OFFSET})?${SPACE}`

// As DuckDB's dialect tells an instant from a wall clock: what is written otherwise is read over.
const ENDS_IN_OFFSET = `(.|\n)*(Z|[-+][0-9]{2}(:?[0-9]{2})?|${anyCase(' utc')})`

const LOOSE_DATE = `^${SPACE}[0-9]+${SEPARATOR}[0-9]+${SEPARATOR}[0-9]{1,2}`
const LOOSE_CLOCK = `^[ T]${SPACE}[0-9]+:[0-9]+(:[0-9]+(\\.[0-9]*)?)?`

/** The two separators of a date are the same. */
const sameSeparators = (x: string): string =>
  matches(x, `${SPACE}[0-9]+(-[0-9]+-|/[0-9]+/| [0-9]+ |\\x5c[0-9]+\\x5c)[0-9]+([^0-9](.|\n)*)?`)

/** Text -> TIMESTAMP in UTC. */
export function parseTimestamp(x: string, formats: readonly string[], zone: string): string {
  if (formats.length > 0) return readByFormats(x, formats, zone)
  const behindDate = replaced(x, LOOSE_DATE, '')
  const behindClock = replaced(behindDate, LOOSE_CLOCK, '')
  const clock = (number: number) => group(behindDate, `(${CLOCK}${OFFSET})?${SPACE}`, number + 1)
  const offset = (number: number) => group(behindClock, `${OFFSET}${SPACE}`, number)
  const wall = momentOf({
    ...dateOf(x),
    hour: clock(1),
    minute: clock(2),
    second: clock(4),
    fraction: clock(6),
  })
  const isNaive = `length(${x}) = 19 and substr(${x}, 5, 1) = '-' and substr(${x}, 17, 1) = ':'`
  const seconds = offsetSeconds(offset(2), offset(3), `${offset(5)} || ${offset(8)}`, offset(7))
  return [
    `case when ${matches(x, ISO_TIME)} then ${fromZone(`try_cast(${x} as timestamp_ntz(6))`, zone)}`,
    `when length(${x}) < 10 or not ${matches(x, MOMENT)} or not ${sameSeparators(x)} then null`,
    `when length(${x}) > 16 and ${matches(x, ENDS_IN_OFFSET)} and not (${isNaive}) then ${minusSeconds(wall, seconds)}`,
    `else ${fromZone(wall, zone)} end`,
  ].join(' ')
}

/** Text -> DATE. */
export function parseDate(x: string, formats: readonly string[]): string {
  if (formats.length > 0) return dateByFormats(x, formats)
  return [
    `case when ${matches(x, ISO_DATE)} then try_cast(${x} as date)`,
    `when (length(${x}) = 10 or ${x} >= '0' and ${x} < ':') and ${matches(x, MOMENT)} and ${sameSeparators(x)} then ${dayOf(dateOf(x))} end`,
  ].join(' ')
}

function dateOf(x: string) {
  const part = (number: number) => group(x, `${DATE}([^0-9](.|\n)*)?`, number)
  return { year: part(1), month: part(2), day: part(3) }
}
