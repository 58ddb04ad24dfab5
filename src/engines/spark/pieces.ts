/** A date from a text like `2020-1-31`; the year may have up to three zeros too many. NULL where there is no such day. */
export const day = (text: string): string => `try_cast(${text} as date)`

/** Time of day, or an offset, as an interval; what is not there counts as zero. */
export const clock = (hours: string, minutes: string, seconds?: string): string =>
  `make_dt_interval(0, ${whole(hours)}, ${whole(minutes)}, ${seconds === undefined ? '0' : `coalesce(try_cast(${seconds} as decimal(18,6)), 0)`})`

const whole = (text: string): string => `coalesce(try_cast(${text} as int), 0)`
