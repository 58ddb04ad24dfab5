/** A column of a result as the server describes it: its word for the type, such as `decimal(18,2)`. */
export interface Described {
  readonly name: string
  readonly type: string
  readonly collation: string | undefined
}

/** The driver makes a float of a decimal: one with more digits than a float holds must come as text. */
export const needsText = ({ type }: Described): boolean => {
  const digits = /^(?:decimal|numeric)\((\d+)/.exec(type)?.[1]
  return digits !== undefined ? Number(digits) > SURE_DIGITS : /^(small)?money$/.test(type)
}

const SURE_DIGITS = 15

/** A text of any decimal. */
const DECIMAL_TEXT = 'varchar(45)'

/** What the result is to be sent as: `exec .. with result sets ((..))` has the server convert it. */
export const sentAs = (columns: readonly Described[]): string =>
  columns
    .map((column, place) => {
      const collation = column.collation === undefined ? '' : ` collate ${column.collation}`
      return `c${place} ${needsText(column) ? DECIMAL_TEXT : `${column.type}${collation}`} null`
    })
    .join(', ')

/**
 * A value of the driver's as sessions hand it over: 64-bit whole numbers as bigint, decimals, days and times as text (in UTC, with the
 * decimals of the second that are not zero), everything else as it is.
 */
export function plainValue(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null
  if (type === 'bigint') return BigInt(String(value))
  if (value instanceof Date) return type === 'date' ? dayText(value) : timeText(value)
  const scale = /^(?:decimal|numeric)\(\d+,(\d+)\)/.exec(type)?.[1]
  return typeof value === 'number' && scale !== undefined ? value.toFixed(Number(scale)) : value
}

const dayText = (value: Date): string => value.toISOString().slice(0, 10)

/** The driver keeps what is finer than a millisecond beside the date, in seconds. */
function timeText(value: Date & { readonly nanosecondsDelta?: number }): string {
  const micros = value.getUTCMilliseconds() * 1000 + Math.round((value.nanosecondsDelta ?? 0) * 1e6)
  const whole = value.toISOString().slice(0, 19).replace('T', ' ')
  const fraction = String(micros).padStart(6, '0').replace(/0+$/, '')
  return fraction === '' ? whole : `${whole}.${fraction}`
}
