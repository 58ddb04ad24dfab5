import type { HashSet } from './hash-set.ts'
import { type Counts, countColumns, countedKey, extrapolatedKey, keyProfile } from './measure.ts'
import { repeatedRows } from './repeats.ts'
import type { OpenTable, TableContext } from './tables.ts'
import { tallyLarge } from './tally.ts'
import type { ColumnProfile, KeyProfile, PassedOver } from './types.ts'

/** What was counted in all rows of a table. */
export interface Counted {
  readonly counts: Pick<Counts, 'rows' | 'filled'>
  /** In the order of the candidates. */
  readonly keys: readonly KeyProfile[]
  /** Those of the candidates that were counted in all rows, not in a sample. */
  readonly whole: readonly (readonly number[])[]
  readonly malformed: number
  /** Files that turned out to be unreadable on the way. */
  readonly passed: readonly PassedOver[]
}

type Key = readonly number[]

/** Counts a table's rows and filled fields, and looks at its candidate keys: how many rows they identify, and how those of one key differ. */
export async function countTable(
  context: TableContext,
  open: OpenTable,
  seen: readonly ColumnProfile[],
  candidates: readonly Key[],
): Promise<Counted> {
  return open.sampled
    ? await countLarge(context, open, seen, candidates)
    : await countSmall(context, open, candidates)
}

async function countSmall(
  context: TableContext,
  open: OpenTable,
  candidates: readonly Key[],
): Promise<Counted> {
  const counts = await countColumns(context, open.all, open.columns.length, [], candidates)
  const keys: KeyProfile[] = []
  for (const [index, key] of candidates.entries()) {
    const { filled, distinct } = counts.keys[index] ?? { filled: 0, distinct: -1 }
    keys.push(
      filled === distinct
        ? countedKey(open, key, counts.rows, { filled, distinct, repeated: 0 })
        : await keyProfile(context, open, key, open.all),
    )
  }
  return { counts, keys, whole: candidates, malformed: open.malformed, passed: [] }
}

async function countLarge(
  context: TableContext,
  open: OpenTable,
  seen: readonly ColumnProfile[],
  candidates: readonly Key[],
): Promise<Counted> {
  const whole = candidates.filter((key) => !repeatsInSample(seen, key))
  const tally = await tallyLarge(context, open, whole)
  const keys: KeyProfile[] = []
  for (const key of candidates) {
    const found = tally.keys[whole.indexOf(key)]
    if (found === undefined) keys.push(await keyProfile(context, open, key, open.sample))
    else {
      const counted = countedKey(open, key, tally.rows, found)
      // Of a key that only refines another one the counts are enough.
      const refines = key.length > 1 && keys.length > 0
      keys.push(
        found.repeated === 0 || refines
          ? counted
          : await withRepeats(context, open, key, counted, found.sample),
      )
    }
  }
  return { counts: tally, keys, whole, malformed: tally.malformed, passed: tally.passed }
}

/** A single column that repeats in a sample of a large file is no key: how it repeats is looked at instead of counted. */
function repeatsInSample(columns: readonly ColumnProfile[], [first, ...more]: Key): boolean {
  const column = columns[first ?? -1]
  return more.length === 0 && column !== undefined && column.distinct < column.filled * 0.99
}

async function withRepeats(
  context: TableContext,
  open: OpenTable,
  key: Key,
  counted: KeyProfile,
  sample: HashSet,
): Promise<KeyProfile> {
  const relation = await repeatedRows(context, open, key, sample)
  return extrapolatedKey(counted, await keyProfile(context, open, key, relation))
}
