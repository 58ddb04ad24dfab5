import { TooManyAlike } from './alike.ts'
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
  { session }: Pick<Side, 'session'>,
  sql: string,
  wanted: number,
  signal?: AbortSignal,
): AsyncGenerator<Group> {
  let group: GroupMade | undefined
  for await (const { columns, rows } of session.stream(sql, signal)) {
    const [keys = [], hashes = [], ...rest] = columns
    for (let r = 0; r < rows; r++) {
      const key = String(keys[r])
      if (group?.key !== key) {
        if (group) yield group
        group = { key, rows: [], known: undefined }
      }
      add(group, {
        hash: String(hashes[r]),
        values: rest.slice(0, wanted).map((column) => text(column[r])),
        doubles: rest.slice(wanted).map((column) => double(column[r])),
        count: 1,
      })
    }
  }
  if (group) yield group
}

interface GroupMade extends Group {
  readonly rows: Row[]
  /** Made with the second row: most keys have one. */
  known: Map<string, Row> | undefined
}

function add(group: GroupMade, row: Row): void {
  const { rows } = group
  if (rows.length > 0) {
    group.known ??= new Map(rows.map((one) => [identity(one), one]))
    const same = group.known.get(identity(row))
    if (same) {
      same.count += 1
      return
    }
    if (rows.length >= MOST_ALIKE) throw new TooManyAlike()
    group.known.set(identity(row), row)
  }
  rows.push(row)
}

const identity = ({ hash, doubles }: Row): string => [hash, ...doubles].join()

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

/** Some drivers give NaN and the infinities as text, each with its own word. */
function double(value: unknown): number | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'string') return Number(value)
  const [, sign] = /^([-+]?)inf/i.exec(value.trim()) ?? []
  if (sign === undefined) return Number(value)
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
