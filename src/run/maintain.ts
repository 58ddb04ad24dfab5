import { C360Error } from '../errors.ts'
import { openTable } from '../lake/table.ts'
import { findGarbage, removeGarbage } from '../lake/vacuum.ts'
import type { Project } from '../project/types.ts'
import type { Store, StoreEntry } from '../storage/store.ts'
import {
  assertNotCancelled,
  type Compacted,
  type CompactOptions,
  compactTable,
  groupSmall,
} from './compact.ts'
import { recentRuns } from './history.ts'
import { lakeOf } from './stores.ts'
import { connectTo } from './work.ts'

const DAY_MS = 86_400_000
const LAYERS = ['bronze', 'silver', 'gold'] as const

/** One table of the lake as it lies there. */
export interface TableStatus {
  readonly table: string
  /** The Delta version. */
  readonly version: number
  readonly files: number
  /** Bytes of the files the newest version reads. */
  readonly bytes: number
  /** undefined where another writer did not say for every file. */
  readonly rows: number | undefined
  /** Files that a compaction would make into `compactsTo`. */
  readonly small: number
  readonly compactsTo: number
  /** Files that only readers of older versions need, or nobody, and their bytes. */
  readonly old: number
  readonly oldBytes: number
}

export interface Vacuumed {
  readonly table: string
  /** Objects that were removed, or would be: paths below the lake. */
  readonly files: readonly StoreEntry[]
  readonly log: readonly StoreEntry[]
}

export async function lakeStatus(project: Project): Promise<readonly TableStatus[]> {
  await using session = await connectTo(project)
  const store = lakeOf(project)
  const found: TableStatus[] = []
  for (const [table, entries] of await tablesOf(store)) {
    const snapshot = await openTable(store, table, session).snapshot()
    if (!snapshot) continue
    const { version, files } = snapshot
    const named = new Set(files.map(({ path }) => `${table}/${path}`))
    const old = entries.filter(({ path }) => !named.has(path) && !path.slice(table.length).includes('/_'))
    const groups = isOwn(table) ? groupSmall(files, table) : []
    found.push({
      table,
      version,
      files: files.length,
      bytes: sum(files),
      rows: files.reduce<number | undefined>(
        (rows, file) => (rows === undefined || file.rows === undefined ? undefined : rows + file.rows),
        0,
      ),
      small: groups.reduce((n, { length }) => n + length, 0),
      compactsTo: groups.length,
      old: old.length,
      oldBytes: sum(old),
    })
  }
  return found
}

/** Compacts bronze, table by table; exported tables are written whole and need none. */
export async function compactLake(
  project: Project,
  options: CompactOptions & { readonly onTable?: (done: Compacted) => void } = {},
): Promise<readonly Compacted[]> {
  await using session = await connectTo(project)
  const store = lakeOf(project)
  const results: Compacted[] = []
  for (const table of (await tablesOf(store)).keys()) {
    if (!isOwn(table)) continue
    const done = await compactTable(store, table, session, options)
    results.push(done)
    options.onTable?.(done)
  }
  return results
}

export interface VacuumOptions {
  readonly dryRun?: boolean
  /** How long a file that was replaced stays; default: `keep.lake_days`. */
  readonly days?: number
  readonly now?: number
  readonly signal?: AbortSignal
}

/**
 * Removes what no version of the last `days` needs. USAGE where the retention is shorter than a day, or than the longest run
 * there was: a run at work may be reading, or about to commit, what is younger than itself.
 */
export async function vacuumLake(
  project: Project,
  { dryRun = false, days = project.keep.lakeDays, now = Date.now(), signal }: VacuumOptions = {},
): Promise<readonly Vacuumed[]> {
  await assertLongEnough(project, days)
  await using session = await connectTo(project)
  const store = lakeOf(project)
  const results: Vacuumed[] = []
  for (const table of (await tablesOf(store)).keys()) {
    assertNotCancelled(signal)
    const garbage = await findGarbage({ store, table, sql: session }, now - days * DAY_MS)
    if (!garbage) continue
    if (!dryRun) await removeGarbage(store, garbage)
    results.push({ table, ...garbage })
  }
  return results
}

async function assertLongEnough(project: Project, days: number): Promise<void> {
  const runs = await recentRuns(project, 1000)
  const longest = Math.max(0, ...runs.map(({ seconds = 0 }) => seconds)) / (DAY_MS / 1000)
  if (days >= 1 && days > longest) return
  const why = days < 1 ? 'one day is the least' : `a run took ${longest.toFixed(1)} days`
  throw new C360Error('USAGE', `Files cannot be removed after ${days} days: ${why}.`, {
    hint: 'A reader or writer at work may still need them.',
  })
}

/** Bronze is ours to rewrite; silver and gold are what was exported. */
const isOwn = (table: string): boolean => table.startsWith('bronze/')

const sum = (files: readonly { readonly size: number }[]): number =>
  files.reduce((bytes, { size }) => bytes + size, 0)

/** The Delta tables of c360's layers, with everything that lies in their folders. */
async function tablesOf(store: Store): Promise<ReadonlyMap<string, readonly StoreEntry[]>> {
  const tables = new Map<string, StoreEntry[]>()
  for (const layer of LAYERS) {
    for (const entry of await store.list(layer)) {
      const table = entry.path.split('/').slice(0, 2).join('/')
      tables.set(table, [...(tables.get(table) ?? []), entry])
    }
  }
  const isTable = ([table, entries]: readonly [string, readonly StoreEntry[]]) =>
    entries.some(({ path }) => path.startsWith(`${table}/_delta_log/`))
  return new Map([...tables].filter(isTable))
}
