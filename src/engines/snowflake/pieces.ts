import { literal } from './literals.ts'

// Snowflake's regular expressions are RE2's in POSIX: every group has a number, nothing looks ahead or back, no (?i). Their
// literals hold the characters themselves, and each pattern says where the text begins and ends.

/** White space as DuckDB's regular expressions know it, for brackets. */
export const BLANK = ' \t\n\f\r'

/** White space as DuckDB skips it around dates and numbers. */
export const SPACES: string = ` \t\n\f\r\v`
export const SPACE = `[${SPACES}]*`

/** A letter of either case. */
export const anyCase = (word: string): string =>
  word.replaceAll(/[a-zA-Z]/g, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`)

export const matches = (x: string, pattern: string): string => `regexp_like(${x}, ${literal(`^${pattern}$`)})`

/** The text of a group, '' where it took part in nothing; only of a text that matches. */
export const group = (x: string, pattern: string, number: number): string =>
  `regexp_replace(${x}, ${literal(`^${pattern}$`)}, ${literal(`\\${number}`)})`

export const replaced = (x: string, pattern: string, by: string): string =>
  `regexp_replace(${x}, ${literal(pattern)}, ${literal(by)})`

/** Figures to so many places, with zeros in front. */
export const padded = (figures: string, places: number): string => `lpad(${figures}, ${places}, '0')`

/** The parts of a wall clock, as texts in figures; what is left out counts as zero. */
export interface Clock {
  readonly year: string
  readonly month: string
  readonly day: string
  readonly hour?: string
  readonly minute?: string
  readonly second?: string
  /** Behind the point. */
  readonly fraction?: string
}

/** Text -> DATE; NULL where there is no such day. */
export const dayOf = ({ year, month, day }: Clock): string => `try_cast(${dayText(year, month, day)} as date)`

/** Text -> TIMESTAMP; NULL where there is no such day or time. */
export function momentOf({ year, month, day, hour, minute, second, fraction }: Clock): string {
  const two = (figures: string | undefined) => (figures === undefined ? "'00'" : padded(figures, 2))
  const micros = fraction === undefined ? "'000000'" : `rpad(${fraction}, 6, '0')`
  const time = [two(hour), "':'", two(minute), "':'", two(second), "'.'", micros].join(' || ')
  return `try_cast(${dayText(year, month, day)} || ' ' || ${time} as timestamp_ntz(6))`
}

const dayText = (year: string, month: string, day: string): string =>
  [padded(year, 4), "'-'", padded(month, 2), "'-'", padded(day, 2)].join(' || ')

/** An offset from UTC in seconds, of its sign and its figures; '' counts as zero. */
export function offsetSeconds(sign: string, hours: string, minutes: string, seconds?: string): string {
  const number = (figures: string) => `cast(${padded(figures, 2)} as integer)`
  const parts = [`3600 * ${number(hours)}`, `60 * ${number(minutes)}`]
  const whole = [...parts, ...(seconds === undefined ? [] : [number(seconds)])].join(' + ')
  return `case when ${sign} = '-' then -1 else 1 end * (${whole})`
}

export const minusSeconds = (wall: string, seconds: string): string =>
  `dateadd('second', - (${seconds}), ${wall})`
