import type { ExactKind } from '../sql/parity-dialect.ts'

const DAY_MS = 86_400_000

/** A canonical text as people read it: days and microseconds since 1970 as date and time, UTC. */
export function shownText(value: string | null, kind: ExactKind): string | null {
  if (value === null) return null
  if (kind === 'date') return dateOf(Number(value) * DAY_MS)?.slice(0, 10) ?? `${value} days since 1970`
  return kind === 'timestamp' ? shownTime(value) : shortened(value)
}

const LONGEST = 200

const shortened = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}... (${text.length} characters)`

export const shownDouble = (value: number | null): string | null => (value === null ? null : String(value))

function shownTime(value: string): string {
  if (!/^-?\d+$/.test(value)) return value
  const micros = BigInt(value)
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = dateOf(Number((micros - fraction) / 1000n))
    ?.slice(0, 19)
    .replace('T', ' ')
  if (seconds === undefined) return `${value} microseconds since 1970`
  const tail = fraction === 0n ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`
  return `${seconds}${tail}`
}

/** Years of four digits only: others have no common way of being written. */
function dateOf(milliseconds: number): string | undefined {
  if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) return undefined
  const text = new Date(milliseconds).toISOString()
  return /^\d{4}-/.test(text) ? text : undefined
}
