import { literal } from './literals.ts'
import { fromZone } from './zones.ts'

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

const anyOf = (names: readonly string[], length?: number): string =>
  `((?i:${names.map((name) => name.slice(0, length)).join('|')}))`
const figures = (most: number): string => `([0-9]{1,${most}})`

const patterns: Readonly<Record<string, string>> = {
  Y: '([0-9]{1,4})',
  y: figures(2),
  m: figures(2),
  b: anyOf(MONTHS, 3),
  B: anyOf(MONTHS),
  d: figures(2),
  j: figures(3),
  a: anyOf(DAYS, 3),
  A: anyOf(DAYS),
  H: figures(2),
  I: figures(2),
  p: '((?i:am|pm))',
  M: figures(2),
  S: figures(2),
  f: '([0-9]{1,6})[0-9]{0,3}',
  g: '([0-9]{1,3})',
  z: '(Z|[+-][0-9]{2}(?::?[0-9]{2})?)',
}

/** Text -> TIMESTAMP in UTC by the first of the formats that reads it; a naive one is wall clock in the zone. */
export function readByFormats(
  x: string,
  formats: readonly string[],
  zone: string,
): string {
  const each = formats.map((format) => {
    const value = readByFormat(x, format)
    return format.includes('%z') ? value : fromZone(value, zone)
  })
  return each.length === 1 ? `${each[0]}` : `coalesce(${each.join(', ')})`
}

function readByFormat(x: string, format: string): string {
  const found: string[] = []
  const source = format.replaceAll(/%-?([A-Za-z%])|[\s\S]/g, (part, directive?: string) => {
    if (directive === undefined) return /\w/.test(part) ? part : `\\${part}`
    if (directive === '%') return '%'
    found.push(directive)
    return patterns[directive] ?? ''
  })
  const pattern = literal(`\\A[ \\t\\n\\x0B\\f\\r]*${source}[ \\t\\n\\x0B\\f\\r]*\\z`)
  const part = (directive: string) => {
    const place = found.indexOf(directive) + 1
    return place === 0 ? undefined : `regexp_extract(${x}, ${pattern}, ${place})`
  }
  const text = `concat(${canonical(part).join(', ')})`
  return `case when ${x} rlike ${pattern} then try_cast(${text} as timestamp) end`
}

function canonical(part: (directive: string) => string | undefined): string[] {
  const short = part('y')
  const year =
    short === undefined
      ? `lpad(${part('Y')}, 4, '0')`
      : `case when cast(${short} as int) < 69 then 2000 else 1900 end + cast(${short} as int)`
  const name = part('b') ?? part('B')
  const month =
    part('m') ??
    (name === undefined
      ? "'1'"
      : `cast(cast((locate(lower(left(${name}, 3)), 'janfebmaraprmayjunjulaugsepoctnovdec') + 2) / 3 as int) as string)`)
  const half = part('p')
  const hour =
    half === undefined
      ? (part('H') ?? "'0'")
      : `cast(cast(${part('I')} as int) % 12 + case when lower(${half}) = 'pm' then 12 else 0 end as string)`
  return [
    `cast(${year} as string)`,
    "'-'",
    month,
    "'-'",
    part('d') ?? "'1'",
    "' '",
    hour,
    "':'",
    part('M') ?? "'0'",
    "':'",
    part('S') ?? "'0'",
    ...(part('f') ? ["'.'", part('f') ?? ''] : []),
    ...(part('z') ? [part('z') ?? ''] : []),
  ]
}
