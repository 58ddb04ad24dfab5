import { setTimeout as pause } from 'node:timers/promises'
import { C360Error } from '../errors.ts'
import type { Store } from '../storage/store.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { appendChange, type Change, compactChange, overwriteChange, printCommit } from './commit.ts'
import { commitPath } from './listing.ts'
import { type Log, readLog } from './log.ts'
import { assertReadable, assertWritable } from './protocol.ts'
import { snapshotOf } from './snapshot.ts'
import { type LogState, replay } from './state.ts'
import type { AppendRequest, AppendResult, LakeSql, LakeTable, NewFile } from './types.ts'

const CHECKPOINT_EVERY = 10
const ATTEMPTS = 200

/**
 * The Delta table in folder `path` of a store, whether it exists yet or not. Nothing is kept between calls; any number
 * of writers, of any make, may work on one table. Statements given to `sql` wait for each other, not for anything
 * else its owner runs there.
 *
 * Failures: LAKE_UNSUPPORTED (newer Delta features), LAKE_DAMAGED (the file is named), LAKE_CONFLICT (transient).
 */
export function openTable(
  store: Store,
  path: string,
  sql: LakeSql,
  effects = { now: () => Date.now() },
): LakeTable {
  const log: Log = { store, table: path, sql }
  return {
    async snapshot() {
      const state = await readLog(log)
      if (state === undefined) return undefined
      assertReadable(state, path)
      return snapshotOf(state, path)
    },
    append: (request) =>
      commit(log, request, effects, (state, now) =>
        isDone(state, request) ? undefined : appendChange(state, request, path, now),
      ),
    compact: (request) =>
      commit(log, request, effects, (state, now) => state && compactChange(state, request, now)),
    overwrite: (request) =>
      commit(log, request, effects, (state, now) =>
        isDone(state, request) ? undefined : overwriteChange(state, request, path, now),
      ),
  }
}

interface Request {
  readonly files: readonly NewFile[]
  readonly boundary?: (name: string) => void | Promise<void>
}

/** What a request comes to in the state it meets; undefined = nothing is to be done any more. */
type Decide = (state: LogState | undefined, now: number) => Change | undefined

/** Decides anew from the newest state until the next version is ours. */
async function commit(
  log: Log,
  request: Request,
  effects: { now: () => number },
  decide: Decide,
): Promise<AppendResult> {
  await checkFiles(log.store, log.table, request.files)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const result = await tryCommit(log, request, effects.now(), decide, attempt > 0)
    if (result) return result
    await pause(Math.random() * Math.min(100, 2 ** attempt))
  }
  throw new C360Error('LAKE_CONFLICT', `${log.table} is being written by others without a pause.`)
}

/** One attempt at the next version; undefined when another writer took it. */
async function tryCommit(
  log: Log,
  request: Request,
  now: number,
  decide: Decide,
  again: boolean,
): Promise<AppendResult | undefined> {
  const { store, table } = log
  const state = await readLog(log)
  if (state && again && holds(state, request)) return { version: state.version, committed: true }
  if (state) assertWritable(state, table)
  const change = decide(state, now)
  if (!change) return { version: state?.version ?? -1, committed: false }
  const version = (state?.version ?? -1) + 1
  await request.boundary?.('lake.before_commit')
  if (!(await store.putIfAbsent(commitPath(table, version), printCommit(change, now)))) return undefined
  await request.boundary?.('lake.after_commit')
  const due = version > 0 && version % CHECKPOINT_EVERY === 0
  const { actions } = change
  const failed = due ? await checkpoint(log, replay(version, [{ file: table, actions }], state), request) : {}
  return { version, committed: true, ...failed }
}

/**
 * A commit that seemed lost was ours: over a network, a write may succeed whose answer never came, and its repetition then
 * finds the name taken. Without this a caller would throw away files that the table has.
 */
const holds = ({ files, removed }: LogState, request: Request): boolean =>
  request.files.length > 0 && request.files.every(({ path }) => files.has(path) || removed.has(path))

function isDone(state: LogState | undefined, { txn }: Pick<AppendRequest, 'txn'>): boolean {
  if (txn === undefined) return false
  const newest = state?.transactions.get(txn.appId)?.version
  return (newest ?? -1) >= txn.version || (txn.after !== undefined && (newest ?? 0) !== txn.after)
}

async function checkpoint(
  { store, table, sql }: Log,
  state: LogState,
  { boundary }: Request,
): Promise<{ checkpointFailure?: unknown }> {
  await boundary?.('lake.before_checkpoint')
  try {
    await writeCheckpoint(store, table, sql, state)
  } catch (error) {
    return { checkpointFailure: error }
  }
  await boundary?.('lake.after_checkpoint')
  return {}
}

/** A commit that names a file which is not there, or has another size, would make the table unreadable for others. */
async function checkFiles(store: Store, table: string, files: readonly NewFile[]): Promise<void> {
  for (const { path, size } of files) {
    const entry = await store.stat(`${table}/${path}`)
    if (entry?.size !== size)
      throw new C360Error(
        'INTERNAL',
        `${table}/${path} has ${entry?.size ?? 'no'} bytes, ${size} were announced.`,
      )
  }
}
