import { literal } from './literals.ts'

/** TIMESTAMP in UTC -> wall clock in the zone, which is an SQL expression. */
export const localTime = (x: string, zone: string): string =>
  zone === literal('UTC') ? x : `from_utc_timestamp(${x}, ${zone})`

/**
 * Wall clock in a zone -> the instant. A time that a clock put back shows twice is the second one, a time it leaves out lies
 * as far behind the gap as it is into it. Spark itself takes the first: the offset of a day later is tried before it.
 */
export function fromZone(x: string, zone: string): string {
  if (zone === 'UTC') return x
  const name = literal(zone)
  const later = `(to_utc_timestamp(${x} + interval '1' day, ${name}) - interval '1' day)`
  return `case when ${localTime(later, name)} = ${x} then ${later} else to_utc_timestamp(${x}, ${name}) end`
}
