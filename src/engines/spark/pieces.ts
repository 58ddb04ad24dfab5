/** White space as DuckDB skips it around dates and numbers; its regular expressions do not know `\v`. */
export const SPACE = '[ \\t\\n\\x0B\\f\\r]'

/** Groups: sign, hours, minutes, seconds, minutes written without a colon. */
export const OFFSET = '(?>([-+])([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})?)?|([0-9]{2})|:)?)'

/** A date from a text like `2020-1-31`; the year may have up to three zeros too many. NULL where there is no such day. */
export const day = (text: string): string => `try_cast(${text} as date)`

/** Time of day, or an offset, as an interval; what is not there counts as zero. */
export const clock = (hours: string, minutes: string, seconds?: string): string =>
  `make_dt_interval(0, ${whole(hours)}, ${whole(minutes)}, ${seconds === undefined ? '0' : `coalesce(try_cast(${seconds} as decimal(18,6)), 0)`})`

const whole = (text: string): string => `coalesce(try_cast(${text} as int), 0)`

/** An expression that is used several times, written and calculated once. */
export function withName(x: string, name: string, use: (name: string) => string): string {
  const item = `c360_${name}`
  return `element_at(transform(array(${x}), ${item} -> ${use(item)}), 1)`
}
