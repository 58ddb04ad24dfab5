import { type Place, reject, type Shape, text, turned } from './shape.ts'
import { didYouMean } from './words.ts'

/** A text that must pass `test`; `expected` completes "must be ..". */
export const textLike = (test: RegExp, expected: string, hint?: string): Shape<string> =>
  turned(text(expected), (value, at) => (test.test(value) ? value : refuse(at, value, expected, hint)), {
    pattern: test.source,
  })

const refuse = (at: Place, value: string, expected: string, hint?: string) =>
  value.trim() === '' && !expected.includes('character')
    ? reject(at, 'bad_value', `${at.label} is empty`, hint ?? `write ${expected}`)
    : reject(at, 'bad_value', `${at.label} must be ${expected}, not \`${value.slice(0, 60)}\``, hint)

export const NAME = /^[a-z][a-z0-9_]{0,62}$/

export const nameText = textLike(NAME, 'a name of small letters, digits and `_`, beginning with a letter')

/** A text that has something in it. */
export const filled = textLike(/\S/, 'a text')

/** One visible character or a tab. */
export const character = textLike(
  /^[^A-Za-z0-9\r\n]$/u,
  'one character that is no letter or digit',
  'for a tab write `"\\t"`',
)

/** A character, or `''` for none. */
export const characterOrNone = textLike(
  /^[^A-Za-z0-9\r\n]?$/u,
  "one character that is no letter or digit, or `''` for none",
)

const SECONDS = { second: 1, seconds: 1, minute: 60, minutes: 60, hour: 3600, hours: 3600 }
const HOURS = { hour: 1, hours: 1, day: 24, days: 24, week: 168, weeks: 168 }
const DAYS = { day: 1, days: 1, week: 7, weeks: 7 }
const MONTHS = { month: 1, months: 1, year: 12, years: 12 }

/** `26 hours` as a whole number of the unit at hand. */
function duration(units: Readonly<Record<string, number>>, example: string, least: 0 | 1 = 1): Shape<number> {
  const words = Object.keys(units)
  const count = `${least === 0 ? '0|' : ''}[1-9][0-9]{0,4}`
  const pattern = `^(${count}) +(${words.join('|')})$`
  const expected = `a time span in ${words.filter((unit) => unit.endsWith('s')).join(', ')}`
  return turned(
    text(expected),
    (value, at) => {
      const [, count, unit] = new RegExp(pattern).exec(value.trim()) ?? []
      return unit === undefined
        ? refuse(at, value, expected, `for example \`${example}\``)
        : Number(count) * (units[unit] ?? 1)
    },
    { type: 'string', pattern },
  )
}

export const seconds = duration(SECONDS, '10 seconds', 0)
export const hours = duration(HOURS, '26 hours')
export const days = duration(DAYS, '30 days')
export const months = duration(MONTHS, '3 months')

/** A share of a whole: `0.2` or `20 %`, as a number from 0 to 1. */
export const share: Shape<number> = turned(
  text('a share from 0 to 1, or from 0 % to 100 %'),
  (value, at) => {
    const [, digits, percent] = /^(\d+(?:\.\d+)?) ?(%)?$/.exec(value.trim()) ?? []
    const found =
      digits === undefined
        ? Number.NaN
        : percent
          ? Number((Number(digits) / 100).toPrecision(12))
          : Number(digits)
    return found >= 0 && found <= 1
      ? found
      : refuse(at, value, 'a share from 0 to 1, or from 0 % to 100 %', 'for example `20 %`')
  },
  { type: ['number', 'string'] },
)

const asked = new Map<string, readonly string[]>()

/** The calendar's own list, asked for once: it is made anew each time. */
function known(kind: 'timeZone' | 'currency'): readonly string[] {
  const list = asked.get(kind) ?? Intl.supportedValuesOf(kind)
  asked.set(kind, list)
  return list
}

/** An IANA time zone as this program's calendar knows it. */
export const timeZone: Shape<string> = turned(
  text('a time zone'),
  (value, at) => {
    const proper = properZone(value)
    if (proper === value) return value
    const hint = proper === undefined ? didYouMean(value, known('timeZone')) : `did you mean \`${proper}\`?`
    const fallback = 'use a name as in the IANA list, for example `Europe/London` or `UTC`'
    return reject(
      at,
      'bad_time_zone',
      `${at.label}: there is no time zone \`${value.slice(0, 60)}\``,
      hint ?? fallback,
    )
  },
  { type: 'string' },
)

/** The zone's name in its own capitals, undefined if there is no such zone; a further name for a zone (`US/Eastern`) stands for itself. */
export function properZone(zone: string): string | undefined {
  if (zone === 'UTC' || known('timeZone').includes(zone)) return zone
  if (!/^[A-Za-z]/.test(zone)) return undefined
  try {
    const proper = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
    return proper.toLowerCase() === zone.toLowerCase() || !/^[A-Z]/.test(zone) ? proper : zone
  } catch {
    return undefined
  }
}

/** An ISO 4217 currency code. */
export const currency: Shape<string> = turned(
  text('a currency code'),
  (value, at) => {
    if (/^[A-Z]{3}$/.test(value) && known('currency').includes(value)) return value
    const upper = value.toUpperCase()
    const codes = known('currency')
    const hint = codes.includes(upper)
      ? `did you mean \`${upper}\`?`
      : 'use the three letters of ISO 4217, for example `GBP`'
    return reject(at, 'bad_currency', `${at.label}: there is no currency \`${value.slice(0, 60)}\``, hint)
  },
  { type: 'string', pattern: '^[A-Z]{3}$' },
)

/** A calendar day, `2025-06-30`. */
export const isoDate: Shape<string> = turned(
  text('a date'),
  (value, at) => {
    const date = /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : undefined
    const real = date && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
    return real ? value : refuse(at, value, 'a date like 2025-06-30')
  },
  { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
)

/** A glob below the landing folder. */
export const glob: Shape<string> = turned(
  text('a file name or glob'),
  (value, at) => {
    if (value.trim() === '') return refuse(at, value, 'a file name or glob', 'for example `Customers*.csv`')
    const outside = /^([/~]|[A-Za-z]:)|(^|\/)\.\.?(\/|$)|^[a-z]+:\/\//.test(value)
    if (outside)
      return refuse(at, value, 'below the landing folder', 'write it relative to `landing` in c360.yaml')
    if (value.includes('\\')) return refuse(at, value, 'written with forward slashes')
    return value
  },
  { type: 'string', minLength: 1 },
)

const DIRECTIVE = /%(-?[A-Za-z%]|.?)/gs
const DIRECTIVES = [
  'Y',
  'y',
  'm',
  '-m',
  'b',
  'B',
  'd',
  '-d',
  'j',
  'a',
  'A',
  'H',
  '-H',
  'I',
  '-I',
  'p',
  'M',
  '-M',
  'S',
  '-S',
  'f',
  'g',
  'z',
  '%',
]

export const directivesOf = (pattern: string): string[] =>
  [...pattern.matchAll(DIRECTIVE)].map(([, letter]) => letter ?? '')

/** A strptime pattern that names a whole day. */
export const datePattern: Shape<string> = turned(
  text('a date pattern'),
  (value, at) => {
    const used = directivesOf(value)
    const unknown = used.find((directive) => !DIRECTIVES.includes(directive))
    const has = (...some: string[]) => some.some((directive) => used.includes(directive))
    const wrong = (message: string, hint: string) =>
      reject(at, 'bad_format', `${at.label} \`${value.slice(0, 60)}\`: ${message}`, hint)
    if (unknown !== undefined)
      return wrong(
        `\`%${unknown}\` is not known`,
        `known: ${DIRECTIVES.map((directive) => `%${directive}`).join(' ')}`,
      )
    if (!has('Y', 'y') || !(has('j') || (has('m', '-m', 'b', 'B') && has('d', '-d'))))
      return wrong('it does not say year, month and day', 'for example `%Y-%m-%d` or `%d/%m/%Y %H:%M`')
    if (has('I', '-I') !== has('p'))
      return wrong('a 12-hour clock needs both `%I` and `%p`', 'write `%I:%M %p`, or `%H:%M`')
    return value
  },
  { type: 'string', pattern: '%' },
)

const IN_NAMES = ['Y', 'm', 'd', 'H', 'M', 'S']

/** The pattern of a date within a file name: digits only, so that it can be found among other text. */
export const fileDate: Shape<string> = turned(
  text('a date pattern'),
  (value, at) => {
    const used = directivesOf(value)
    const whole = ['Y', 'm', 'd'].every((directive) => used.includes(directive))
    return whole &&
      used.every((directive) => IN_NAMES.includes(directive)) &&
      new Set(used).size === used.length
      ? value
      : reject(
          at,
          'bad_format',
          `${at.label} \`${value.slice(0, 60)}\` must have %Y, %m and %d once, and may have %H, %M and %S`,
          'for example `%Y-%m-%d` for `customers_2025-06-30.csv`',
        )
  },
  { type: 'string', pattern: '%Y' },
)
