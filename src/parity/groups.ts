import { TooManyAlike } from './alike.ts'
import { rowsOf } from './ask.ts'
import type { Side } from './side.ts'

/** Equal rows of one side. */
export interface Row {
  /** Hash of the row without its doubles. */
  readonly hash: string
  /** Canonical texts of the wanted columns. */
  readonly values: readonly (string | null)[]
  readonly doubles: readonly (number | null)[]
  /** How often the row is there. */
  count: number
}

/** The different rows with one key. */
export interface Group {
  readonly key: string
  readonly rows: readonly Row[]
}

/** So many different rows with one key are held at once. */
export const MOST_ALIKE = 10_000

/**
 * Rows of a sorted query (k, r, `wanted` texts, doubles) as groups of one key, one group in memory at a time.
 * Throws TooManyAlike where one would not fit.
 */
export async function* groupsOf(
  side: Side,
  sql: string,
  wanted: number,
  signal?: AbortSignal,
): AsyncGenerator<Group> {
  let key: string | undefined
  let rows = new Map<string, Row>()
  for await (const [k, r, ...rest] of rowsOf(side, sql, signal)) {
    if (k !== key) {
      if (key !== undefined) yield { key, rows: [...rows.values()] }
      key = String(k)
      rows = new Map()
    }
    add(rows, String(r), rest, wanted)
  }
  if (key !== undefined) yield { key, rows: [...rows.values()] }
}

function add(rows: Map<string, Row>, hash: string, rest: readonly unknown[], wanted: number): void {
  const doubles = rest.slice(wanted).map(double)
  const identity = [hash, ...doubles].join()
  const known = rows.get(identity)
  if (known) {
    known.count += 1
    return
  }
  if (rows.size >= MOST_ALIKE) throw new TooManyAlike()
  rows.set(identity, { hash, values: rest.slice(0, wanted).map(text), doubles, count: 1 })
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

/** Some drivers give NaN and the infinities as text. */
const double = (value: unknown): number | null =>
  value === null || value === undefined ? null : Number(value)
