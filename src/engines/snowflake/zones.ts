import { literal } from './literals.ts'

/** TIMESTAMP in UTC -> wall clock in the zone, which is an SQL expression. */
export const localTime = (x: string, zone: string): string =>
  zone === literal('UTC') ? x : `convert_timezone('UTC', ${zone}, ${x})`

/**
 * Wall clock in a zone -> the instant. A time that a clock put back shows twice is the second one, a time it leaves out lies
 * as far behind the gap as it is into it. Both are told by the offsets of a day later and a day earlier, so that nothing
 * hangs on what Snowflake makes of such times.
 */
export function fromZone(x: string, zone: string): string {
  if (zone === 'UTC') return x
  const name = literal(zone)
  const by = (days: number) =>
    `dateadd('day', ${-days}, convert_timezone(${name}, 'UTC', dateadd('day', ${days}, ${x})))`
  return `case when ${localTime(by(1), name)} = ${x} then ${by(1)} else ${by(-1)} end`
}
