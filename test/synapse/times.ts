/** Times as Java reads and shifts them, as far as data flows need it: SimpleDateFormat, and a wall clock's instant. */

const FIELD: Readonly<Record<string, string>> = {
  yyyy: '(?<y>\\d{4})',
  MM: '(?<M>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  MMM: '(?<N>[A-Za-z]{3})',
  MMMM: '(?<N>[A-Za-z]+)',
  dd: '(?<d>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  HH: '(?<H>\\d{1,2})',
  H: '(?<H>\\d{1,2})',
  hh: '(?<h>\\d{1,2})',
  h: '(?<h>\\d{1,2})',
  a: '(?<a>[AaPp][Mm])',
  mm: '(?<m>\\d{1,2})',
  ss: '(?<s>\\d{1,2})',
  SSS: '(?<S>\\d+)',
  XXX: '(?<X>Z|[-+]\\d\\d:\\d\\d)',
  XX: '(?<X>Z|[-+]\\d{4})',
  X: '(?<X>Z|[-+]\\d\\d)',
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const known = new Map<string, RegExp>()

/** Anchored at the beginning only: Java's parser does not mind what follows. */
function reader(format: string): RegExp {
  const made = known.get(format)
  if (made) return made
  const source = format.replaceAll(
    /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/g,
    (part, quoted: string, letter: string) => {
      if (quoted !== undefined) return quoted === '' ? "'" : escaped(quoted.replaceAll("''", "'"))
      if (letter === undefined) return escaped(part)
      const field = FIELD[part]
      if (field === undefined) throw new Error(`this reader does not know ${part} of ${format}`)
      return field
    },
  )
  const regex = new RegExp(`^${source}`)
  known.set(format, regex)
  return regex
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/** Milliseconds since 1970; undefined: not so written, or no such day. */
export function parseJava(text: string, format: string): number | undefined {
  const found = reader(format).exec(text)?.groups
  if (!found) return undefined
  const at = (name: string, otherwise = 0) => (found[name] === undefined ? otherwise : Number(found[name]))
  const month = found.N === undefined ? at('M', 1) : MONTHS.indexOf(found.N.slice(0, 3).toLowerCase()) + 1
  const hour = found.a === undefined ? at('H') : (at('h') % 12) + (/p/i.test(found.a) ? 12 : 0)
  const [year, day] = [at('y', 1970), at('d', 1)]
  const time = Date.UTC(year, month - 1, day, hour, at('m'), at('s'), at('S'))
  const back = new Date(Date.UTC(year, month - 1, day))
  if (
    back.getUTCMonth() !== month - 1 ||
    back.getUTCDate() !== day ||
    hour > 23 ||
    at('m') > 59 ||
    at('s') > 59
  )
    return undefined
  return time - offset(found.X)
}

function offset(text: string | undefined): number {
  if (text === undefined || text === 'Z') return 0
  const [, sign, hours, minutes = '0'] = /^([-+])(\d\d):?(\d\d)?$/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** How far a clock in the zone is ahead of UTC at an instant, in milliseconds; it changes on quarters of an hour only. */
function aheadAt(instant: number, zone: string): number {
  const quarter = Math.floor(instant / 900_000) * 900_000
  const key = `${zone} ${quarter}`
  const found = ahead.get(key) ?? wallAt(quarter, zone) - quarter
  ahead.set(key, found)
  return found
}

const ahead = new Map<string, number>()

function wallAt(instant: number, zone: string): number {
  const format = formats.get(zone) ?? clock(zone)
  formats.set(zone, format)
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

const clock = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })

/** The instant of a wall clock: of two the earlier, and in a gap as far behind it as the clock is in it, as Java does. */
export function toUtc(wall: number, zone: string): number {
  const offsets = [wall - 86_400_000, wall + 86_400_000].map((near) => aheadAt(near, zone))
  const fitting = offsets
    .map((one) => wall - one)
    .filter((instant) => instant + aheadAt(instant, zone) === wall)
  return fitting.length > 0 ? Math.min(...fitting) : wall - (offsets[0] ?? 0)
}
