import { dialect as d } from '../../engines/duckdb/dialect.ts'
import type { LiteralType } from './syntax.ts'

/** A literal of our own making for what was read from an expression; undefined for a day or a time that is none. */
export function literalSql(type: LiteralType, text: string): string | undefined {
  switch (type) {
    case 'null':
      return 'null'
    case 'boolean':
      return text === 'true' ? 'true' : 'false'
    case 'text':
      return d.literal(text)
    case 'integer':
    case 'decimal':
      return numberSql(text)
    case 'double':
      return Number.isFinite(Number(text)) ? `cast('${Number(text)}' as double)` : undefined
    case 'date':
      return isDay(text) ? `cast('${text}' as date)` : undefined
    case 'instant':
      return instantSql(text)
    default:
      return type satisfies never
  }
}

/** What a literal is to an expression: a number of too many digits is a double. */
export const literalKind = (type: LiteralType, text: string): LiteralType =>
  type === 'integer' && !isExact(text) ? 'double' : type

const numberSql = (text: string): string => (isExact(text) ? text : `cast('${text}' as double)`)

/** Beyond so many digits the engine would leave exact numbers where it compares them with a column's. */
const isExact = (text: string): boolean => text.replaceAll(/^-?0*|\./g, '').length <= 18

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** Columns hold UTC without saying so: the offset is worked in here, the fraction kept to the microsecond. */
function instantSql(text: string): string | undefined {
  const found = /^(.{10})T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):(\d\d))$/i.exec(text)
  if (!found) return undefined
  const [, day = '', hour, minute, second = '00', fraction = '', sign, zoneHour = '0', zoneMinute = '0'] =
    found
  const [h, m, s, zh, zm] = [hour, minute, second, zoneHour, zoneMinute].map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  if (!isDay(day) || h > 23 || m > 59 || s > 59 || zh > 14 || zm > 59) return undefined
  const offset = (zh * 60 + zm) * (sign === '-' ? -1 : 1)
  const time = new Date(Date.parse(`${day}T00:00:00Z`) + ((h * 60 + m - offset) * 60 + s) * 1000)
  const utc = time.toISOString()
  // Outside four digits of a year, ISO has a sign in front: no event of a shop was then.
  if (!/^\d{4}-/.test(utc)) return undefined
  return `cast('${utc.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}' as timestamp)`
}
