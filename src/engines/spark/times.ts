import { literal } from './literals.ts'
import { clock, day, OFFSET, SPACE, withName } from './pieces.ts'
import { dateByFormats, readByFormats } from './strptime.ts'
import { fromZone } from './zones.ts'

// What DuckDB casts to a date or a timestamp, as regular expressions; Spark's own casts take less here and more there.
// Years 1 to 9999: what is beyond is no date to Spark, and to few others.
const DATE =
  '0*+([1-9][0-9]{0,3})([- /\\\\])(0?[1-9]|1[0-2])\\2(0?[1-9]|[12][0-9]|3[01])(?![0-9]|[ \\t\\n\\x0B\\f\\r]\\((?i:BC)\\))'
// 24 o'clock is the next day's midnight, as far as microseconds tell.
const HOUR = '0{0,7}([01]?[0-9]|2[0-3]|24(?=[:0]*(?:\\.0{0,5}(?![0-9])|\\.0{6}|[^0-9:.]|\\z)))'
const SECOND = `([0-5]?[0-9])(?:(\\.[0-9]{0,6})[0-9]*)?(?:(?:Z|${OFFSET})${SPACE}*| (?i:UTC)?${SPACE}*)?`
const CLOCK = `[ T]?${SPACE}*${HOUR}:(?:([0-5]?[0-9])(?::(?:${SECOND})?)?)?`
const MOMENT = literal(`\\A${SPACE}*${DATE}(?:${CLOCK})?\\z`)
const DAY = literal(`\\A${SPACE}*${DATE}[\\s\\S]*\\z`)
const AT_END = literal(':[0-9.]+(?:Z| (?i:UTC)|([-+])([0-9]{2})(?::?([0-9]{2}))?)\\z')

// The usual ways of writing, which Spark's cast reads just so.
const ISO_DATE = '(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}'
const ISO_TIME = `${ISO_DATE}[ T](?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,6})?`
const ISO_OFFSET = '(?:Z|[-+](?:0[0-9]|1[0-7]):[0-5][0-9])'
const only = (pattern: string): string => literal(`\\A${pattern}\\z`)

/** Text -> TIMESTAMP in UTC. */
export function parseTimestamp(x: string, formats: readonly string[], zone: string): string {
  if (formats.length > 0) return readByFormats(x, formats, zone)
  return [
    `case when ${x} rlike ${only(ISO_TIME)} then ${fromZone(`try_cast(${x} as timestamp)`, zone)}`,
    `when ${x} rlike ${only(ISO_TIME + ISO_OFFSET)} then try_cast(${x} as timestamp)`,
    `when length(${x}) >= 10 and ${x} rlike ${MOMENT} then ${unusual(x, zone)} end`,
  ].join(' ')
}

/** Text -> DATE. */
export function parseDate(x: string, formats: readonly string[]): string {
  if (formats.length > 0) return dateByFormats(x, formats)
  const left = `left(${x}, 10)`
  return [
    `case when ${x} rlike ${only(ISO_DATE)} then try_cast(${x} as date)`,
    `when length(${x}) = 10 and ${x} rlike ${DAY} then ${dayOf(x, DAY)}`,
    `when ${x} rlike '\\\\A[0-9]' and ${x} rlike ${MOMENT} and ${dayOf(x, MOMENT)} is not null and ${left} rlike ${DAY} then ${dayOf(left, DAY)} end`,
  ].join(' ')
}

const dayOf = (x: string, pattern: string): string => day(`regexp_replace(${x}, ${pattern}, '000$1-$3-$4')`)

function unusual(x: string, zone: string): string {
  const part = (place: number) => `regexp_extract(${x}, ${MOMENT}, ${place})`
  const wall = `cast(${dayOf(x, MOMENT)} as timestamp) + ${clock(part(5), part(6), `concat(${part(7)}, ${part(8)})`)}`
  const end = (place: number) => `regexp_extract(${x}, ${AT_END}, ${place})`
  const offset = clock(`concat(${end(1)}, ${end(2)})`, `concat(${end(1)}, ${end(3)})`)
  const naive = `length(${x}) = 19 and substring(${x}, 5, 1) = '-' and substring(${x}, 17, 1) = ':'`
  const hasOffset = `not (${naive}) and length(${x}) > 16 and ${x} rlike ${AT_END}`
  return withName(
    wall,
    't',
    (t) => `case when ${hasOffset} then ${t} - ${offset} else ${fromZone(t, zone)} end`,
  )
}
