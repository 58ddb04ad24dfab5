import {
  anyCase,
  BLANK,
  type Clock,
  dayOf,
  group,
  matches,
  minusSeconds,
  momentOf,
  offsetSeconds,
  padded,
  SPACE,
} from './pieces.ts'
import { fromZone } from './zones.ts'

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

const anyOf = (names: readonly string[], length?: number): string =>
  `(${names.map((name) => anyCase(name.slice(0, length))).join('|')})`

const SIXTY = '([0-5]?[0-9])'
const TWELVE = '(0?[1-9]|1[0-2])'

const directives: Readonly<Record<string, string>> = {
  // Years 1 to 9999.
  Y: '([0-9]{4}|[0-9]{1,3})',
  y: '([0-9]{1,2})',
  m: TWELVE,
  b: anyOf(MONTHS, 3),
  B: anyOf(MONTHS),
  d: '(0?[1-9]|[12][0-9]|3[01])',
  j: '([0-2]?[0-9]?[0-9]|3[0-5][0-9]|36[0-6])',
  a: anyOf(DAYS, 3),
  A: anyOf(DAYS),
  H: '([01]?[0-9]|2[0-3])',
  I: TWELVE,
  p: `(${anyCase('am')}|${anyCase('pm')})`,
  M: SIXTY,
  S: SIXTY,
  f: '([0-9]{1,6})',
  g: '([0-9]{1,3})',
  // Groups: the whole, sign, hours, minutes with their colon, minutes.
  z: '(Z|([-+])([0-9]{2})(:?([0-9]{2}))?)',
}

/** The same without groups, for a text that is known to match: a replacement knows nine groups. */
const loose: Readonly<Record<string, string>> = {
  Y: '[0-9]{1,4}',
  j: '[0-9]{1,3}',
  b: '[A-Za-z]{3}',
  B: '[A-Za-z]+',
  a: '[A-Za-z]{3}',
  A: '[A-Za-z]+',
  p: '[A-Za-z]{2}',
  f: '[0-9]{1,6}',
  g: '[0-9]{1,3}',
  z: '[-+Z][0-9:]*',
}

/** A format's directive, or what stands between two as a pattern. */
type Token = { readonly letter: string; readonly isCut: boolean } | string

interface Reading {
  readonly x: string
  readonly tokens: readonly Token[]
}

/** Text -> TIMESTAMP in UTC as `try_strptime` reads it; without an offset it is wall clock in the zone. */
export function readByFormats(x: string, formats: readonly string[], zone: string): string {
  const naive = formats.filter((format) => !format.includes('%z'))
  const withOffset = formats.filter((format) => format.includes('%z'))
  const parts = [
    ...(withOffset.length > 0 ? [firstOf(x, withOffset, instantOf)] : []),
    ...(naive.length > 0 ? [firstOf(x, naive, (reading) => fromZone(wallOf(reading), zone))] : []),
  ]
  return parts.length === 1 ? `${parts[0]}` : `coalesce(${parts.join(', ')})`
}

/** Text -> DATE; an offset does not shift the day that is written. */
export function dateByFormats(x: string, formats: readonly string[]): string {
  const withOffset = formats.filter((format) => format.includes('%z'))
  const others = formats.filter((format) => !format.includes('%z'))
  return firstOf(x, [...withOffset, ...others], (reading) =>
    isDayOfYear(reading) ? `cast(${wallOf(reading)} as date)` : dayOf(clockOf(reading)),
  )
}

/** The first format that the text has decides, even if there is no such day. */
function firstOf(x: string, formats: readonly string[], read: (reading: Reading) => string): string {
  const branches = formats.map((format) => {
    const reading = { x, tokens: tokensOf(format) }
    return `when ${matches(x, patternOf(reading.tokens))} then ${read(reading)}`
  })
  return `case ${branches.join(' ')} end`
}

function tokensOf(format: string): Token[] {
  return [...format.matchAll(/%-?([A-Za-z%])|\s+|[\s\S]/g)].map(([part, letter], index, all) => {
    if (letter === undefined) return /\s/.test(part) ? SPACE : escaped(part)
    if (letter === '%') return '%'
    // Finer decimals than six are cut off.
    return { letter, isCut: letter === 'f' && /^[.,]$/.test(all[index - 1]?.[0] ?? '') }
  })
}

/** With groups for all directives, or for the one at `wanted` alone. */
function patternOf(tokens: readonly Token[], wanted?: number): string {
  const parts = tokens.map((token, index) => {
    if (typeof token === 'string') return token
    const { letter, isCut } = token
    const isLoose = wanted !== undefined && wanted !== index
    return `${(isLoose ? (loose[letter] ?? '[0-9]{1,2}') : directives[letter]) ?? ''}${isCut ? '[0-9]{0,3}' : ''}`
  })
  const last = tokens.at(-1)
  // DuckDB has the offset at the end off by a regular expression, whose white space is less.
  const end = typeof last === 'object' && last.letter === 'z' ? `[${BLANK}]*` : SPACE
  return `${SPACE}${parts.join('')}${end}`
}

const escaped = (character: string): string =>
  /^[!-/:-@[-`{-~]$/.test(character) ? `\\${character}` : character

const placeOf = ({ tokens }: Reading, letter: string): number =>
  tokens.findLastIndex((token) => typeof token !== 'string' && token.letter === letter)

const has = (reading: Reading, letter: string): boolean => placeOf(reading, letter) >= 0

/** Of directives for the same thing, the one given last. */
const lastOf = (reading: Reading, ...letters: string[]): string | undefined =>
  letters
    .filter((letter) => has(reading, letter))
    .sort((a, b) => placeOf(reading, b) - placeOf(reading, a))[0]

/** The text of a directive, or of a group `further` on; `otherwise` where the format has it not. */
function textOf(reading: Reading, letter: string | undefined, otherwise: string, further = 0): string {
  const place = letter === undefined ? -1 : placeOf(reading, letter)
  return place < 0 ? otherwise : group(reading.x, patternOf(reading.tokens, place), 1 + further)
}

const isDayOfYear = (reading: Reading): boolean =>
  has(reading, 'j') && !has(reading, 'm') && !has(reading, 'd')

function instantOf(reading: Reading): string {
  const part = (further: number) => textOf(reading, 'z', "''", further)
  return minusSeconds(wallOf(reading), offsetSeconds(part(1), part(2), part(4)))
}

function wallOf(reading: Reading): string {
  const wall = momentOf({ ...clockOf(reading), ...timeOf(reading) })
  if (!isDayOfYear(reading)) return wall
  return `dateadd('day', cast(${textOf(reading, 'j', "'1'")} as integer) - 1, ${wall})`
}

function clockOf(reading: Reading): Clock {
  const month = lastOf(reading, 'm', 'b', 'B')
  const named = textOf(reading, month, "'1'")
  return {
    year:
      lastOf(reading, 'Y', 'y') === 'y'
        ? yearOfTwo(textOf(reading, 'y', "''"))
        : textOf(reading, 'Y', "'1900'"),
    month: month === 'b' || month === 'B' ? monthOfName(named) : named,
    day: textOf(reading, 'd', "'1'"),
  }
}

const yearOfTwo = (text: string): string =>
  `case when ${padded(text, 2)} < '69' then '20' else '19' end || ${padded(text, 2)}`

const monthOfName = (text: string): string =>
  `decode(lower(left(${text}, 3)), ${MONTHS.map((name, at) => `'${name.slice(0, 3).toLowerCase()}', '${at + 1}'`).join(', ')})`

function timeOf(reading: Reading): Pick<Clock, 'hour' | 'minute' | 'second' | 'fraction'> {
  const hours = textOf(reading, lastOf(reading, 'H', 'I'), "'0'")
  const half = textOf(reading, 'p', "''")
  const hour = has(reading, 'p')
    ? `cast(mod(cast(${hours} as integer), 12) + case when lower(${half}) = 'pm' then 12 else 0 end as varchar)`
    : hours
  const finest = lastOf(reading, 'f', 'g')
  return {
    hour,
    minute: textOf(reading, 'M', "'0'"),
    second: textOf(reading, 'S', "'0'"),
    fraction: textOf(reading, finest, "''"),
  }
}
