import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import { openTable } from '../lake/table.ts'
import type { LakeFile } from '../lake/types.ts'
import type { Delivery } from '../plan/types.ts'
import type { Store } from '../storage/store.ts'
import { all } from './execute.ts'
import { DECISIONS_PATH, deliveriesIn, tagsOfAll } from './lake-state.ts'

/** Bytes a file of bronze should have: many small files cost a request each, larger ones save nothing more. */
export const TARGET_BYTES = 128 * 1024 * 1024

export interface Compacted {
  readonly table: string
  /** Files that became others, and how many those are. */
  readonly before: number
  readonly after: number
  /** Bytes of both. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** Groups of files given up because another writer replaced one of them first. */
  readonly overtaken: number
}

/** Files that a compaction has looked at to put them together, whether it came to that or not. */
export const groupedFiles = ({ before, overtaken }: Compacted): number => before + overtaken

export interface CompactOptions {
  readonly targetBytes?: number
  readonly signal?: AbortSignal
  /** Called at every named effect boundary. */
  readonly boundary?: (name: string) => void | Promise<void>
}

/** What is known of a file before it is read: the deliveries it holds; none for tables that have none. */
interface Part {
  readonly file: LakeFile
  readonly deliveries: readonly Delivery[]
}

/** Neighbouring small files of a table, in order of delivery, in groups that each come close to the target. */
export function groupSmall(
  files: readonly LakeFile[],
  table: string,
  target: number = TARGET_BYTES,
): readonly (readonly Part[])[] {
  const parts = files
    .filter(({ size }) => size < target / 2)
    .flatMap((file) => partsOf(file, table))
    .sort((a, b) => first(a) - first(b) || (a.file.path < b.file.path ? -1 : 1))
  const groups: Part[][] = []
  let room = 0
  for (const part of parts) {
    if (part.file.size > room) {
      groups.push([])
      room = target
    }
    groups.at(-1)?.push(part)
    room -= part.file.size
  }
  return groups.filter(({ length }) => length > 1)
}

const first = ({ deliveries }: Part): number => deliveries[0]?.delivery ?? 0

/** Decisions belong to no delivery. A file of bronze that does not say what it holds is not ours, and stays as it is. */
function partsOf(file: LakeFile, table: string): readonly Part[] {
  const deliveries = table === DECISIONS_PATH ? [] : deliveriesIn(file.tags, file.path)
  return deliveries ? [{ file, deliveries }] : []
}

/**
 * Makes few files of the many small ones of a table; the rows stay the same. Each group is a commit of its own, and a group
 * that another writer touched first is given up: its files stay as they are. The old files stay for readers of older versions.
 */
export async function compactTable(
  store: Store,
  path: string,
  session: Session,
  options: CompactOptions = {},
): Promise<Compacted> {
  const table = openTable(store, path, session)
  const snapshot = await table.snapshot()
  const done = { before: 0, after: 0, bytesBefore: 0, bytesAfter: 0, overtaken: 0 }
  for (const group of groupSmall(snapshot?.files ?? [], path, options.targetBytes)) {
    assertNotCancelled(options.signal)
    const file = await writeOne(store, path, session, group, options)
    const { committed } = await table.compact({
      files: [file],
      replaced: group.map((part) => part.file.path),
      ...(options.boundary ? { boundary: options.boundary } : {}),
    })
    if (committed) {
      done.before += group.length
      done.after += 1
      done.bytesBefore += group.reduce((sum, part) => sum + part.file.size, 0)
      done.bytesAfter += file.size
    } else {
      done.overtaken += 1
      await store.remove(`${path}/${file.path}`)
    }
  }
  return { table: path, ...done }
}

export function assertNotCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new C360Error('CANCELLED', 'Cancelled.', {
      hint: 'What was done so far stays; call it again to go on.',
    })
}

/** The group's rows in one file, in the order they had, counted against what the log says of each delivery. */
async function writeOne(
  store: Store,
  table: string,
  session: Session,
  group: readonly Part[],
  { signal, boundary }: CompactOptions,
): Promise<LakeFile & { rows: number }> {
  const name = `compact-${randomUUID()}.parquet`
  const target = store.file(`${table}/${name}`)
  const stop = signal ? { signal } : {}
  for (const { file } of group) await store.fetch(`${table}/${file.path}`, stop)
  const from = group.map(({ file }) => store.file(`${table}/${file.path}`))
  await mkdir(dirname(target), { recursive: true })
  try {
    await session.execute(
      [
        'set preserve_insertion_order = true',
        `copy (select * from ${dialect.readParquet(from)}) to ${dialect.literal(target)} (format parquet, compression zstd)`,
      ],
      stop,
    )
    const rows = await countedRows(session, table, target, group, signal)
    await boundary?.('lake.compact_written')
    const size = await store.upload(`${table}/${name}`, target, stop)
    const deliveries = merged(group)
    const tags = deliveries.length === 0 ? {} : tagsOfAll(deliveries)
    return { path: name, size, rows, tags, modified: Date.now() }
  } catch (error) {
    // Not committed yet: nobody can know of it.
    await rm(target, { force: true })
    throw error
  }
}

/** A delivery's files within a group become one part of it. */
function merged(group: readonly Part[]): readonly Delivery[] {
  const byNumber = new Map<number, Delivery>()
  for (const delivery of group.flatMap(({ deliveries }) => deliveries)) {
    const known = byNumber.get(delivery.delivery)
    byNumber.set(delivery.delivery, known ? { ...known, rows: known.rows + delivery.rows } : delivery)
  }
  return [...byNumber.values()].sort((a, b) => a.delivery - b.delivery)
}

async function countedRows(
  session: Session,
  table: string,
  written: string,
  group: readonly Part[],
  signal: AbortSignal | undefined,
): Promise<number> {
  const deliveries = merged(group)
  const file = dialect.readParquet([written])
  const query =
    deliveries.length === 0
      ? `select 0 as delivery, count(*) as n from ${file}`
      : `select _delivery as delivery, count(*) as n from ${file} group by _delivery`
  const counted = new Map(
    (await all(session, query, signal)).map(({ delivery, n }) => [Number(delivery), Number(n)]),
  )
  const expected =
    deliveries.length === 0
      ? [{ delivery: 0, rows: group.reduce((sum, { file: { rows = 0 } }) => sum + rows, 0) }]
      : deliveries
  const wrong = expected.find(({ delivery, rows }) => (counted.get(delivery) ?? 0) !== rows)
  const total = [...counted.values()].reduce((sum, n) => sum + n, 0)
  if (wrong === undefined && total === expected.reduce((sum, { rows }) => sum + rows, 0)) return total
  throw new C360Error(
    'LAKE_DAMAGED',
    `${table}: its files do not hold the rows its log tells of (see delivery ${wrong?.delivery ?? 'unknown'}); they stay as they are.`,
  )
}
