import { C360Error } from '../../errors.ts'
import { literal } from './names.ts'
import { collated } from './sql-casts.ts'
import { WINDOWS_ZONES } from './windows-zones.ts'

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(WINDOWS_ZONES).flatMap(([windows, list]) =>
    list.split(' ').map((iana) => [iana, windows] as const),
  ),
)

/** What Windows, and so AT TIME ZONE, Synapse and Power BI, call a zone; undefined where it has no name. */
export const zoneOnWindows = (iana: string): string | undefined => (iana === 'UTC' ? 'UTC' : NAMES.get(iana))

/** The name under which AT TIME ZONE knows a zone. PROJECT_INVALID where it has none. */
export function windowsZone(iana: string): string {
  const windows = zoneOnWindows(iana)
  if (windows === undefined)
    throw new C360Error('PROJECT_INVALID', `Azure SQL has no time zone ${iana}`, {
      hint: 'Name the zone of a larger place that keeps the same time.',
    })
  return windows
}

/** Behind AT TIME ZONE a collation would be taken for that of the whole. */
const quoted = (name: string): string => `'${name}'`

const KNOWN: ReadonlyMap<string, string> = new Map(
  [...NAMES.keys(), 'UTC'].map((iana) => [literal(iana), iana] as const),
)

const inUtc = (x: string, zone: string): string =>
  `cast(${x} at time zone 'UTC' at time zone ${zone} as datetime2(6))`

/** TIMESTAMP in UTC -> wall clock in the zone, which is an SQL expression: a text as written, or a column of them. */
export function localTime(x: string, zone: string): string {
  if (zone === literal('UTC')) return x
  const iana = KNOWN.get(zone)
  return inUtc(x, iana === undefined ? looked(zone) : quoted(windowsZone(iana)))
}

/** A zone that is not in the table keeps its name, which AT TIME ZONE then refuses: a wrong time would not be seen. */
function looked(zone: string): string {
  const rows = [...NAMES].map(([iana, windows]) => `('${iana}', '${windows}')`)
  return `coalesce((select ${collated('z.windows')} from (values ${rows.join(', ')}) z(iana, windows) where ${collated('z.iana')} = ${zone}), ${zone})`
}

/** AT TIME ZONE has no years but 1 to 9999, and fails at their ends. */
const within = (x: string, value: string): string =>
  `case when ${x} >= '0001-01-03' and ${x} < '9999-12-30' then ${value} end`

/**
 * Wall clock in a zone -> the instant. A time that a clock put back shows twice is the second one, a time it leaves out lies as far
 * behind the gap as it is into it: what AT TIME ZONE does by itself.
 */
export const fromZone = (x: string, zone: string): string =>
  zone === 'UTC'
    ? x
    : within(x, `cast(${x} at time zone ${quoted(windowsZone(zone))} at time zone 'UTC' as datetime2(6))`)

/** An instant `seconds` earlier. */
export const earlier = (x: string, seconds: string): string =>
  `case when ${seconds} = 0 then ${x} else ${within(x, `dateadd(second, - ${seconds}, ${x})`)} end`
