import type { Pii } from '../model/types.ts'
import { unequalShares } from './checksums.ts'
import type { Compared } from './columns.ts'
import { groupsOf, type Row } from './groups.ts'
import { type Unequal, unequalRows } from './merge.ts'
import { near } from './near.ts'
import { shownDouble, shownText } from './shown.ts'
import type { Side } from './side.ts'
import { sortedRowsSql } from './statements.ts'
import type { Both, Differing, RowDifference, Shown } from './types.ts'

/** From so many rows on, only the shares of the keys that differ are sorted and read. */
const SHARED_FROM = 20_000
const DIGITS = 3
const SHARES_AT_ONCE = 64

/** Differing rows are counted up to here. */
export const COUNTED = 1000

export interface RowSearch {
  readonly sides: Both<Side>
  readonly compared: Both<Compared>
  /** Rows of the larger side. */
  readonly rows: number
  /** Whether the rows without their doubles are already known to be the same. */
  readonly exactEqual: boolean
  readonly show: number
  readonly pii: (column: string) => Promise<Pii>
  readonly signal?: AbortSignal
}

export interface RowsFound {
  readonly differences: readonly RowDifference[]
  readonly differing: Differing
}

/** The first rows that differ, and how many there are. Memory is bounded; throws TooManyAlike where it would not be. */
export async function searchRows(search: RowSearch): Promise<RowsFound> {
  const wanted = wantedColumns(search)
  const differences: RowDifference[] = []
  const columns = new Set<string>()
  const counts = { changed: 0, onlyInA: 0, onlyInB: 0 }
  let counted = 0
  for await (const unequal of unequalOf(search, wanted)) {
    const { a, b, times } = unequal
    counted += times
    counts[a && b ? 'changed' : a ? 'onlyInA' : 'onlyInB'] += times
    const changed = changedColumns(search, wanted, unequal)
    for (const name of changed) columns.add(name)
    if (differences.length < search.show) differences.push(await described(search, wanted, unequal, changed))
    if (counted >= COUNTED) break
  }
  return { differences, differing: { ...counts, more: counted >= COUNTED, columns: [...columns] } }
}

/** Where only doubles may differ, the other columns need not be sent, but for those that name the row. */
function wantedColumns({ compared: [{ exact, key }], exactEqual }: RowSearch): string[] {
  return exact.filter(({ alias }) => !exactEqual || key.includes(alias)).map(({ name }) => name)
}

async function* unequalOf(search: RowSearch, wanted: readonly string[]): AsyncGenerator<Unequal> {
  const { sides, compared, rows, signal } = search
  if (rows < SHARED_FROM || compared[0].doubles.length > 0) {
    yield* unequalIn(search, wanted)
    return
  }
  const shares = await unequalShares(sides, compared, DIGITS, signal)
  for (let at = 0; at < shares.length; at += SHARES_AT_ONCE)
    yield* unequalIn(search, wanted, shares.slice(at, at + SHARES_AT_ONCE))
}

async function* unequalIn(
  { sides, compared, signal }: RowSearch,
  wanted: readonly string[],
  shares?: readonly string[],
): AsyncGenerator<Unequal> {
  const [a, b] = ([0, 1] as const).map((side) => {
    const sql = sortedRowsSql(compared[side], wanted, shares)
    return groupsOf(sides[side], sql, wanted.length, signal)
  })
  if (!a || !b) return
  try {
    yield* unequalRows(a, b)
  } finally {
    await Promise.all([a.return(undefined), b.return(undefined)])
  }
}

async function described(
  search: RowSearch,
  wanted: readonly string[],
  { a, b, times }: Unequal,
  changed: readonly string[],
): Promise<RowDifference> {
  const shown = (row: Row | undefined, name: string, visible: boolean): Shown =>
    row && visible ? valueIn(search, wanted, row, name) : undefined
  const key: Record<string, Shown> = {}
  for (const name of keyColumns(search))
    key[name] = shown(a ?? b, name, (await search.pii(name)) !== 'direct')
  const columns: { column: string; a: Shown; b: Shown }[] = []
  for (const column of changed) {
    const visible = (await search.pii(column)) === 'none'
    columns.push({ column, a: shown(a, column, visible), b: shown(b, column, visible) })
  }
  return { kind: a && b ? 'changed' : a ? 'only_in_a' : 'only_in_b', key, columns, times }
}

function keyColumns({ compared: [{ exact, key }] }: RowSearch): string[] {
  return exact.filter(({ alias }) => key.includes(alias)).map(({ name }) => name)
}

/** Names of the columns in which a row of both sides differs; none for a row of one side. */
function changedColumns(search: RowSearch, wanted: readonly string[], { a, b }: Unequal): string[] {
  if (!a || !b) return []
  const { doubles } = search.compared[0]
  const exact = wanted.filter((_, index) => a.values[index] !== b.values[index])
  const inexact = doubles.filter((_, at) => !near(a.doubles[at] ?? null, b.doubles[at] ?? null))
  return [...exact, ...inexact.map(({ name }) => name)]
}

function valueIn(
  { compared: [{ exact, doubles }] }: RowSearch,
  wanted: readonly string[],
  row: Row,
  name: string,
): Shown {
  const kind = exact.find((column) => column.name === name)?.kind
  if (kind !== undefined) return shownText(row.values[wanted.indexOf(name)] ?? null, kind)
  return shownDouble(row.doubles[doubles.findIndex((column) => column.name === name)] ?? null)
}
