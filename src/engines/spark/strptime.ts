import { literal } from './literals.ts'
import { clock, day, SPACE, withName } from './pieces.ts'
import { fromZone } from './zones.ts'

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')

const anyOf = (names: readonly string[], length?: number): string =>
  `((?i:${names.map((name) => name.slice(0, length)).join('|')}))`

/** A number takes as many figures as it may, and does not give one back for what follows. */
const figures = (whole: string, less: string): string => `(${whole}|${less}(?![0-9]))`

const HOURS = figures('[01][0-9]|2[0-3]', '[0-9]')
const HALF_DAY = figures('0[0-9]|1[0-2]', '[0-9]')
const SIXTY = figures('[0-5][0-9]', '[0-9]')
const FRACTION = figures('[0-9]{6}', '[0-9]{1,5}')

const directives: Readonly<Record<string, string>> = {
  // Years 1 to 9999: what is beyond is no date to Spark, and to few others.
  Y: `(?!0000|0{1,3}(?![0-9]))${figures('[0-9]{4}', '[0-9]{1,3}')}`,
  y: figures('[0-9]{2}', '[0-9]'),
  m: figures('0[1-9]|1[0-2]', '[1-9]'),
  b: anyOf(MONTHS, 3),
  B: anyOf(MONTHS),
  d: figures('0[1-9]|[12][0-9]|3[01]', '[1-9]'),
  j: `(?!000|0{1,2}(?![0-9]))${figures('[0-2][0-9]{2}|3[0-5][0-9]|36[0-6]', '[0-9]{1,2}')}`,
  a: anyOf(DAYS, 3),
  A: anyOf(DAYS),
  H: HOURS,
  I: figures('0[1-9]|1[0-2]', '[1-9]'),
  p: '((?i:am|pm))',
  M: SIXTY,
  S: SIXTY,
  f: FRACTION,
  g: figures('[0-9]{3}', '[0-9]{1,2}'),
  // Groups: sign, hours, minutes, seconds, minutes written without a colon.
  z: '(?>Z|([-+])([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?|([0-9]{2}))?)',
}

/** Where a directive's value is found: the groups of a pattern over the text. */
interface Reading {
  readonly x: string
  /** The whole text, as an SQL literal. */
  readonly pattern: string
  /** Directive -> number of its (first) group; of one that is given twice the last counts. */
  readonly groups: ReadonlyMap<string, number>
}

/** Text -> TIMESTAMP in UTC as `try_strptime` reads it; without an offset it is wall clock in the zone. */
export function readByFormats(x: string, formats: readonly string[], zone: string): string {
  const naive = formats.filter((format) => !format.includes('%z'))
  const withOffset = formats.filter((format) => format.includes('%z'))
  const parts = [
    ...(withOffset.length > 0 ? [firstOf(x, withOffset, moment)] : []),
    ...(naive.length > 0 ? [inZone(firstOf(x, naive, moment), zone)] : []),
  ]
  return parts.length === 1 ? `${parts[0]}` : `coalesce(${parts.join(', ')})`
}

/** Text -> DATE; an offset does not shift the day that is written. */
export function dateByFormats(x: string, formats: readonly string[]): string {
  const withOffset = formats.filter((format) => format.includes('%z'))
  const others = formats.filter((format) => !format.includes('%z'))
  return firstOf(x, [...withOffset, ...others], dateOf)
}

const inZone = (value: string, zone: string): string =>
  zone === 'UTC' ? value : withName(value, 't', (t) => fromZone(t, zone))

/** The first format that the text has decides, even if there is no such day. */
function firstOf(x: string, formats: readonly string[], read: (reading: Reading) => string): string {
  const branches = formats.map((format) => {
    const reading = readingOf(x, format)
    return `when ${x} rlike ${reading.pattern} then ${read(reading)}`
  })
  return `case ${branches.join(' ')} end`
}

/** Finer decimals than six are cut off. */
function readingOf(x: string, format: string): Reading {
  const groups = new Map<string, number>()
  // `%H` after `%I` stands for it, and does not go beyond 12 either.
  const halves = /%p/.test(format) && /%-?I.*%-?H/s.test(format)
  let count = 0
  const source = format.replaceAll(
    /%-?([A-Za-z%])|\s+|[\s\S]/g,
    (part: string, letter: string | undefined, at: number) => {
      if (letter === undefined) return /\s/.test(part) ? `${SPACE}++` : escaped(part)
      if (letter === '%') return '%'
      groups.delete(letter)
      groups.set(letter, count + 1)
      count += letter === 'z' ? 5 : 1
      const cut = letter === 'f' && /[.,]/.test(format[at - 1] ?? '')
      if (cut) return `${FRACTION}[0-9]{0,3}`
      return letter === 'H' && halves ? HALF_DAY : (directives[letter] ?? '')
    },
  )
  return { x, pattern: literal(`\\A${SPACE}*+${source}${SPACE}*+\\z`), groups }
}

const escaped = (character: string): string =>
  /^[!-/:-@[-`{-~]$/.test(character) ? `\\${character}` : character

/** Of directives for the same thing, the one given last. */
const lastOf = ({ groups }: Reading, ...letters: string[]): string | undefined =>
  [...groups.keys()].findLast((letter) => letters.includes(letter))

/** The text of a directive, or of a group `further` on. */
const textOf = ({ x, pattern, groups }: Reading, letter: string, further = 0): string =>
  `regexp_extract(${x}, ${pattern}, ${(groups.get(letter) ?? 0) + further})`

function moment(reading: Reading): string {
  const time = ['H', 'I', 'M', 'S', 'f', 'g'].some((letter) => reading.groups.has(letter))
  const wall = time
    ? `cast(${dateOf(reading)} as timestamp) + ${timeOf(reading)}`
    : `cast(${dateOf(reading)} as timestamp)`
  if (!reading.groups.has('z')) return wall
  const signed = (...further: number[]) =>
    `concat(${[0, ...further].map((place) => textOf(reading, 'z', place)).join(', ')})`
  return `${wall} - ${clock(signed(1), signed(2, 4), signed(3))}`
}

function dateOf(reading: Reading): string {
  const { x, pattern, groups } = reading
  const year = lastOf(reading, 'Y', 'y') === 'y' ? yearOfTwo(textOf(reading, 'y')) : undefined
  const month = lastOf(reading, 'm', 'b', 'B')
  const template = (text: string) => `regexp_replace(${x}, ${pattern}, '${text}')`
  const of = (letter: string) => (groups.has(letter) ? `$${groups.get(letter)}` : '1')
  if (groups.has('j') && !groups.has('m') && !groups.has('d')) {
    const first = year === undefined ? template(`000${of('Y')}-1-1`) : `concat(${year}, '-1-1')`
    return `date_add(${day(first)}, try_cast(${textOf(reading, 'j')} as int) - 1)`
  }
  if (year === undefined && (month === 'm' || month === undefined))
    return day(template(`000${of('Y')}-${of('m')}-${of('d')}`))
  const named = month === undefined || month === 'm' ? template(of('m')) : monthOfName(textOf(reading, month))
  return day(
    `concat(${[year ?? template(`000${of('Y')}`), "'-'", named, "'-'", template(of('d'))].join(', ')})`,
  )
}

const yearOfTwo = (text: string): string =>
  `concat(case when lpad(${text}, 2, '0') < '69' then '20' else '19' end, lpad(${text}, 2, '0'))`

const monthOfName = (text: string): string =>
  `substring_index(substring_index(${literal(`|${MONTHS.map((name, at) => `${name.slice(0, 3).toLowerCase()}|${at + 1}`).join('|')}|`)}, concat('|', lower(left(${text}, 3)), '|'), -1), '|', 1)`

function timeOf(reading: Reading): string {
  const hour = lastOf(reading, 'H', 'I')
  const hours = hour === undefined ? "'0'" : textOf(reading, hour)
  const half = reading.groups.has('p')
    ? `mod(try_cast(${hours} as int), 12) + case when lower(${textOf(reading, 'p')}) = 'pm' then 12 else 0 end`
    : hours
  const minutes = reading.groups.has('M') ? textOf(reading, 'M') : "'0'"
  const whole = reading.groups.has('S') ? [textOf(reading, 'S')] : []
  const fraction = lastOf(reading, 'f', 'g')
  const seconds = fraction === undefined ? whole : [...whole, "'.'", textOf(reading, fraction)]
  return clock(half, minutes, seconds.length > 1 ? `concat(${seconds.join(', ')})` : seconds[0])
}
