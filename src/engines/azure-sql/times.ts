import { literal } from './names.ts'
import { Scan } from './scan.ts'
import { inSteps } from './steps.ts'
import { earlier, fromZone } from './zones.ts'

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const DAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')
const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3))

/** Text -> TIMESTAMP in UTC; the first format that fits decides. */
export function parseTimestamp(x: string, formats: readonly string[], zone: string): string {
  if (formats.length === 0) return isoTime(x, zone)
  const withOffset = formats.filter((format) => format.includes('%z'))
  const naive = formats.filter((format) => !format.includes('%z'))
  const instants = withOffset.map((format) => byFormat(x, format, instant))
  const walls = naive.map((format) => byFormat(x, format, wallClock))
  return oneOf([...instants, ...(walls.length > 0 ? [inZone(oneOf(walls), zone)] : [])])
}

/** Text -> DATE: the day that is written, whatever offset stands behind it. */
export function parseDate(x: string, formats: readonly string[]): string {
  if (formats.length === 0) return isoDate(x)
  const withOffset = formats.filter((format) => format.includes('%z'))
  const naive = formats.filter((format) => !format.includes('%z'))
  return oneOf([...withOffset, ...naive].map((format) => byFormat(x, format, dayAlone)))
}

const oneOf = (list: readonly string[]): string =>
  list.length === 1 ? `${list[0]}` : `coalesce(${list.join(', ')})`

const inZone = (wall: string, zone: string): string =>
  zone === 'UTC' ? wall : inSteps([{ wall }], fromZone('wall', zone))

/** Directive -> the name of what it read; of one that is given twice the last counts. */
type Read = ReadonlyMap<string, string>

const FIGURES: Readonly<Record<string, number>> = {
  Y: 4,
  y: 2,
  m: 2,
  d: 2,
  j: 3,
  H: 2,
  I: 2,
  M: 2,
  S: 2,
  f: 6,
  g: 3,
}

/** Reads as DuckDB's `strptime`: numbers take as many figures as they may, spaces in a row are one. */
function byFormat(x: string, format: string, result: (read: Read) => string): string {
  const scan = new Scan(x)
  const read = new Map<string, string>()
  const note = (letter: string, name: string) => {
    read.delete(letter)
    read.set(letter, name)
  }
  for (const [part, letter] of format.matchAll(/%-?([A-Za-z%])|\s+|[^%\s]+|%/g)) {
    if (letter === undefined) /\s/.test(part) ? scan.spaces() : scan.exactly(part)
    else if (letter === '%') scan.exactly('%')
    else if (letter === 'z') note(letter, scan.offset())
    else if (letter === 'p') note(letter, scan.oneOf(['am', 'pm']))
    else if (letter === 'b') note(letter, scan.oneOf(short(MONTHS)))
    else if (letter === 'B') note(letter, scan.oneOf(MONTHS))
    else if (letter === 'a') scan.oneOf(short(DAYS))
    else if (letter === 'A') scan.oneOf(DAYS)
    else note(letter, scan.figures(letter === 'f' && finer(format) ? 9 : (FIGURES[letter] ?? 1)))
  }
  return scan.result(result(read))
}

/** What is finer than a microsecond is cut off, where the fraction is told from the second by a point or comma. */
const finer = (format: string): boolean => /[.,]%f/.test(format)

const whole = (text: string): string => `try_convert(int, ${text})`

/** Of directives for the same thing, the one given last. */
const lastOf = (read: Read, ...letters: string[]): string | undefined =>
  [...read.keys()].findLast((letter) => letters.includes(letter))

const between = (x: string, least: number, most: number): string =>
  `case when ${whole(x)} between ${least} and ${most} then ${whole(x)} end`

/** The day of a text whose time of day is one. */
const dayAlone = (read: Read): string =>
  lastOf(read, 'H', 'I', 'M', 'S') === undefined
    ? dayOf(read)
    : `case when ${secondsOf(read)} is not null then ${dayOf(read)} end`

function dayOf(read: Read): string {
  const year = yearOf(read)
  const [day, ofYear] = [read.get('d'), read.get('j')]
  const monthBy = lastOf(read, 'm', 'b', 'B')
  if (ofYear !== undefined && day === undefined && !read.has('m'))
    return `dateadd(day, (${between(ofYear, 1, 366)}) - 1, ${dateFrom(year, '1', '1')})`
  const month = monthBy === undefined ? '1' : `${read.get(monthBy)}`
  return dateFrom(year, month, day ?? '1')
}

/** Parts of a day, each as text or number -> DATE, NULL where there is no such day. */
const dateFrom = (year: string, month: string, day: string): string =>
  `try_convert(date, concat(right(concat('000', ${year}), 4), '-', right(concat('0', ${month}), 2), '-', right(concat('0', ${day}), 2)), 23)`

function yearOf(read: Read): string {
  const by = lastOf(read, 'Y', 'y')
  const text = by === undefined ? undefined : read.get(by)
  if (text === undefined) return '1900'
  return by === 'Y'
    ? text
    : `concat(case when ${whole(text)} < 69 then '20' else '19' end, right(concat('0', ${text}), 2))`
}

/** Seconds since midnight; NULL where there is no such time. */
function secondsOf(read: Read): string {
  const hourBy = lastOf(read, 'H', 'I')
  const text = hourBy === undefined ? undefined : read.get(hourBy)
  const half = read.get('p')
  const hour =
    text === undefined
      ? '0'
      : hourBy === 'I' || half !== undefined
        ? between(text, hourBy === 'I' ? 1 : 0, 12)
        : between(text, 0, 23)
  const hours = half === undefined ? hour : `((${hour}) % 12 + case ${half} when 2 then 12 else 0 end)`
  const [minute, second] = [read.get('M'), read.get('S')]
  return `((${hours}) * 3600 + ${minute === undefined ? '0' : `(${between(minute, 0, 59)})`} * 60 + ${second === undefined ? '0' : `(${between(second, 0, 59)})`})`
}

function microsecondsOf(read: Read): string {
  const by = lastOf(read, 'f', 'g')
  const text = by === undefined ? undefined : read.get(by)
  return text === undefined ? '0' : microseconds(text)
}

const microseconds = (digits: string): string => `${whole(`left(concat(${digits}, '000000'), 6)`)}`

const moment = (day: string, seconds: string, fraction: string): string =>
  `dateadd(microsecond, ${fraction}, dateadd(second, ${seconds}, cast(${day} as datetime2(6))))`

const wallClock = (read: Read): string => moment(dayOf(read), secondsOf(read), microsecondsOf(read))

const instant = (read: Read): string =>
  inSteps([{ wall: wallClock(read) }], earlier('wall', `${read.get('z')}`))

const SEPARATORS = ['-', '/', '\\'].map(literal).join(', ')

/** A day alone is read as if midnight stood behind it. */
const withClock = (x: string): string =>
  `case when ${x} like '%:%' or ${x} like '%T' then ${x} else concat(${x}, ' 00:00') end`

/** Names of what was read: the day as written, the wall clock and, where there is one, the offset in seconds. */
interface IsoMoment {
  readonly day: string
  readonly wall: string
  readonly offset: string
}

/** What ISO 8601 writes, and what is near it. */
function isoMoment(scan: Scan): IsoMoment {
  const day = isoDay(scan)
  scan.step({}, `case when ${scan.piece(1)} = 'T' or ascii(${scan.piece(1)}) = 32 then ${scan.at} + 1 end`)
  scan.optionalSpaces()
  const clock = isoClock(scan)
  scan.step({}, `case when lower(${scan.piece(4)}) = ' utc' then ${scan.at} + 4 else ${scan.at} end`)
  const offset = scan.optionalOffset()
  const second = `cast(${clock} / 1000000 as int)`
  return { wall: scan.value('wall', moment(day, second, `cast(${clock} % 1000000 as int)`)), offset, day }
}

/** Year, month and day with the same sign between them. */
function isoDay(scan: Scan): string {
  const year = scan.figures(4)
  const sign = scan.name('s')
  const here = scan.piece(1)
  scan.step(
    { [sign]: here },
    `case when ${here} in (${SEPARATORS}) or ascii(${here}) = 32 then ${scan.at} + 1 end`,
  )
  const month = scan.figures(2)
  scan.step({}, `case when ascii(${scan.piece(1)}) = ascii(${sign}) then ${scan.at} + 1 end`)
  return scan.value('day', dateFrom(year, month, scan.figures(2)))
}

/** `10:`, `10:20`, `10:20:30`, `10:20:30.123456789`, and `24:00`: the name of the microseconds since midnight. */
function isoClock(scan: Scan): string {
  const hour = scan.figures(9)
  scan.exactly(':')
  const minute = scan.figuresOrNone(2)
  scan.after(':', `${minute} <> ''`)
  const second = scan.figuresOrNone(2)
  scan.after('.', `${second} <> ''`)
  const fraction = scan.figuresOrNone(40)
  const part = (text: string) => between(`concat('0', ${text})`, 0, 59)
  const seconds = `((${between(hour, 0, 24)}) * 3600 + (${part(minute)}) * 60 + (${part(second)}))`
  const clock = scan.value('clock', `cast(${seconds} as bigint) * 1000000 + ${microseconds(fraction)}`)
  return scan.value('day_clock', `case when ${clock} <= 86400000000 then ${clock} end`)
}

/** DuckDB leaves an offset of seconds out when it reads a time. */
const OFFSET_OF_SECONDS = '%[-+][0-9][0-9]:[0-9][0-9]:[0-9][0-9]'

function isoTime(x: string, zone: string): string {
  const scan = new Scan(x, withClock)
  const { wall, offset } = isoMoment(scan)
  return scan.result(
    `case when len(given) >= 10 then case when ${offset} is null or x like ${literal(OFFSET_OF_SECONDS)} then ${fromZone(wall, zone)} else ${earlier(wall, offset)} end end`,
  )
}

/** A time of day behind it is cut off. */
function isoDate(x: string): string {
  const scan = new Scan(x, withClock)
  const { wall, day } = isoMoment(scan)
  return scan.result(`case when ${wall} is not null then ${day} end`)
}
