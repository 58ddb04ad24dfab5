import { C360Error } from '../errors.ts'
import type { Store } from '../storage/store.ts'
import { parseAction, type Remove } from './actions.ts'
import { readCheckpoint, readHint } from './checkpoint.ts'
import {
  type CheckpointFiles,
  commitPath,
  hintPath,
  isComplete,
  type Listing,
  logFolder,
  partPath,
  sortLog,
} from './listing.ts'
import { type LogPart, type LogState, replay } from './state.ts'
import type { LakeSql } from './types.ts'

/** Up to this many commits are read as they are: faster than waking an engine for a checkpoint. */
const FEW = 100
const AT_ONCE = 16

/** A table's log: where it is and what reads its checkpoints. */
export interface Log {
  readonly store: Store
  /** Path of the table in the store. */
  readonly table: string
  readonly sql: LakeSql
}

/**
 * The state at the newest version; undefined when there is no table. Everything that lies in the log is checked
 * against what should: LAKE_DAMAGED names the file that is missing or broken.
 */
export async function readLog(log: Log): Promise<LogState | undefined> {
  // The hint first: whatever it names was there before the listing began.
  const hint = await readHint(log.store, log.table)
  const listing = sortLog(log.table, await log.store.list(logFolder(log.table)))
  const newest = Math.max(
    -1,
    ...listing.commits.slice(-1),
    ...listing.checkpoints.map(({ version }) => version),
  )
  if (hint !== undefined && hint > newest)
    throw damaged(
      `${hintPath(log.table)} names version ${hint}, but the log ${newest < 0 ? 'is empty' : `ends at ${newest}`}.`,
    )
  if (newest < 0 && listing.unknownCheckpoint === undefined) return undefined
  return readFrom(log, starts(log.table, listing, newest), newest)
}

/** A place to begin reading: a checkpoint, or the first commit. */
type Start = CheckpointFiles | 'commit 0'

function starts(table: string, listing: Listing, newest: number): readonly Start[] {
  const complete = listing.checkpoints.filter(isComplete)
  if (listing.commits[0] !== 0 && complete.length === 0) throw noStart(table, listing)
  if (listing.commits[0] !== 0) return complete
  return newest < FEW ? ['commit 0', ...complete] : [...complete, 'commit 0']
}

/** A checkpoint only repeats what commits said, so where one way is broken another may be whole. */
export async function readFrom(log: Log, ways: readonly Start[], newest: number): Promise<LogState> {
  let failure: unknown
  for (const start of ways) {
    try {
      return replay(newest, await readParts(log, start, newest))
    } catch (error) {
      if (!(error instanceof C360Error && error.code === 'LAKE_DAMAGED')) throw error
      failure ??= error
    }
  }
  throw failure
}

async function readParts(log: Log, start: Start, newest: number): Promise<LogPart[]> {
  if (start === 'commit 0') return readCommits(log, 0, newest)
  const checkpoint = await readCheckpoint(log.store, log.sql, start)
  return [checkpoint, ...(await readCommits(log, start.version + 1, newest))]
}

async function readCommits(log: Log, from: number, to: number): Promise<LogPart[]> {
  const parts: LogPart[] = []
  for (let version = from; version <= to; version += AT_ONCE) {
    const count = Math.min(AT_ONCE, to - version + 1)
    parts.push(...(await Promise.all(Array.from({ length: count }, (_, i) => readCommit(log, version + i)))))
  }
  return parts
}

/** What these commits have taken out. */
export async function removedIn(log: Log, versions: readonly number[]): Promise<readonly Remove[]> {
  const found: Remove[] = []
  for (const version of versions) {
    const { actions } = await readCommit(log, version)
    found.push(...actions.flatMap(({ remove }) => (remove ? [remove] : [])))
  }
  return found
}

async function readCommit({ store, table }: Log, version: number): Promise<LogPart> {
  const path = commitPath(table, version)
  const content = await store.read(path)
  const file = store.url(path)
  if (content === undefined) throw damaged(`${file} is missing; later versions are there.`)
  const lines = content.toString('utf8').split('\n')
  const actions = lines.flatMap((line, i) =>
    line.trim() === '' ? [] : [parseAction(line, `${file}:${i + 1}`)],
  )
  if (actions.length === 0) throw damaged(`${file} is empty.`)
  return { file, actions }
}

function noStart(table: string, { commits, checkpoints, unknownCheckpoint }: Listing): C360Error {
  if (unknownCheckpoint !== undefined)
    return new C360Error(
      'LAKE_UNSUPPORTED',
      `${unknownCheckpoint} is a checkpoint of a newer form than c360 reads.`,
    )
  const [broken] = checkpoints
  if (!broken) return damaged(`${commitPath(table, 0)} is missing; the log begins at version ${commits[0]}.`)
  const present = new Set(broken.paths)
  const parts = Array.from({ length: broken.parts }, (_, i) => partPath(table, broken, i + 1))
  return damaged(`${parts.find((path) => !present.has(path))} is missing; the log cannot be read without it.`)
}

const damaged = (message: string): C360Error => new C360Error('LAKE_DAMAGED', message)
