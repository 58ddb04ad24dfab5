import { literal } from './literals.ts'

/** Text -> TIMESTAMP in UTC. */
export const parseTimestamp = (x: string, formats: readonly string[], zone: string): string =>
  formats.length === 0 ? isoTimestamp(x, zone) : formatted(x, formats, zone)

/** Text -> DATE. */
export const parseDate = (x: string, formats: readonly string[]): string =>
  formats.length === 0 ? isoDate(x) : formattedDate(x, formats)

const isoDate = (x: string): string =>
  `case when length(${x}) = 10 then try_cast(${x} as date) when ${x} >= '0' and ${x} < ':' and try_cast(${x} as timestamp) is not null then try_cast(left(${x}, 10) as date) end`

/** The instant as UTC goes by its microseconds: a second `timezone` would ask the calendar again, and that is what costs. */
const fromZone = (x: string, zone: string): string =>
  zone === 'UTC' ? x : `make_timestamp(epoch_us(timezone(${literal(zone)}, ${x})))`

/** ISO 8601. The common 'YYYY-MM-DD HH:MM:SS' is told apart first, by one character, so that it costs no regular expression. */
function isoTimestamp(x: string, zone: string): string {
  const naive = fromZone(`try_cast(${x} as timestamp)`, zone)
  const hasOffset = `(ends_with(${x}, 'Z') or regexp_matches(${x}, '([+-]\\d\\d(:?\\d\\d)?|(?i: utc))$'))`
  const wall = `try_cast(${x} as timestamp)`
  return [
    `case when length(${x}) = 19 and ${x}[5] = '-' and ${x}[17] = ':' then ${naive}`,
    `when length(${x}) > 16 and ${hasOffset} then timezone('UTC', try_cast(${x} as timestamptz))`,
    `when length(${x}) >= 10 and ${wall} < timestamp '10000-01-01' then ${naive} end`,
  ].join(' ')
}

/** `%f` reads six decimals of a second at most; what is finer is cut off, as for ISO 8601. */
const toMicroseconds = (x: string, patterns: readonly string[]): string =>
  patterns.some((pattern) => pattern.includes('%f'))
    ? `regexp_replace(${x}, '([.,]\\d{6})\\d{1,3}', '\\1')`
    : x

/** Words that `try_strptime` takes for the first of January 1900. */
const written = (x: string): string =>
  `case when ascii(${x}) between 48 and 57 or lower(trim(${x})) not in ('epoch', 'infinity', '-infinity') then ${x} end`

const byFormats = (x: string, formats: readonly string[]): string =>
  `try_strptime(${toMicroseconds(written(x), formats)}, [${formats.map(literal).join(', ')}])`

const OFFSET_AT_END = literal('(Z|[-+]\\d\\d(?::\\d\\d(?::\\d\\d)?|\\d\\d)?)\\s*$')

const endsWithOffset = (format: string): boolean => /%z\s*$/.test(format)

/** The wall clock before an offset that ends the text: read with the offset, 30 February would be a day of March, and `Z` no offset. */
const beforeOffset = (x: string, formats: readonly string[]): string =>
  byFormats(
    `regexp_replace(${x}, ${OFFSET_AT_END}, '')`,
    formats.map((format) => format.replace(/%z\s*$/, '')),
  )

function formatted(x: string, formats: readonly string[], zone: string): string {
  const ending = formats.filter(endsWithOffset)
  const within = formats.filter((format) => format.includes('%z') && !endsWithOffset(format))
  const naive = formats.filter((format) => !format.includes('%z'))
  const offset = `nullif(regexp_extract(${x}, ${OFFSET_AT_END}, 1), '')`
  const instant = `cast(${beforeOffset(x, ending)} as varchar) || ${offset}`
  return firstOf([
    ...(ending.length > 0 ? [`timezone('UTC', try_cast(${instant} as timestamptz))`] : []),
    ...(within.length > 0 ? [`timezone('UTC', ${byFormats(x, within)})`] : []),
    ...(naive.length > 0 ? [fromZone(byFormats(x, naive), zone)] : []),
  ])
}

/** The day as it is written: an offset does not shift it, where it ends the text. */
function formattedDate(x: string, formats: readonly string[]): string {
  const ending = formats.filter(endsWithOffset)
  const others = formats.filter((format) => !endsWithOffset(format))
  return firstOf([
    ...(ending.length > 0
      ? [`case when regexp_matches(${x}, ${OFFSET_AT_END}) then cast(${beforeOffset(x, ending)} as date) end`]
      : []),
    ...(others.length > 0 ? [`cast(${byFormats(x, others)} as date)`] : []),
  ])
}

const firstOf = (parts: readonly string[]): string =>
  parts.length === 1 ? `${parts[0]}` : `coalesce(${parts.join(', ')})`
