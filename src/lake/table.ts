import { setTimeout as pause } from 'node:timers/promises'
import { C360Error } from '../errors.ts'
import type { Store } from '../storage/store.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { appendActions, printCommit } from './commit.ts'
import { commitPath } from './listing.ts'
import { type Log, readLog } from './log.ts'
import { assertReadable, assertWritable } from './protocol.ts'
import { snapshotOf } from './snapshot.ts'
import { type LogState, replay } from './state.ts'
import type { AppendRequest, AppendResult, LakeSql, LakeTable } from './types.ts'

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
    async append(request) {
      await checkFiles(store, path, request)
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const result = await tryAppend(log, request, effects.now())
        if (result) return result
        await pause(Math.random() * Math.min(100, 2 ** attempt))
      }
      throw new C360Error('LAKE_CONFLICT', `${path} is being written by others without a pause.`)
    },
  }
}

/** One attempt at the next version; undefined when another writer took it. */
async function tryAppend(log: Log, request: AppendRequest, now: number): Promise<AppendResult | undefined> {
  const { store, table } = log
  const state = await readLog(log)
  if (state) assertWritable(state, table)
  if (state && isDone(state, request)) return { version: state.version, committed: false }
  const version = (state?.version ?? -1) + 1
  const actions = appendActions(state, request, table, now)
  await request.boundary?.('lake.before_commit')
  if (!(await store.putIfAbsent(commitPath(table, version), printCommit(actions, request.operation, now))))
    return undefined
  await request.boundary?.('lake.after_commit')
  const due = version > 0 && version % CHECKPOINT_EVERY === 0
  const failed = due ? await checkpoint(log, replay(version, [{ file: table, actions }], state), request) : {}
  return { version, committed: true, ...failed }
}

function isDone({ transactions }: LogState, { txn }: AppendRequest): boolean {
  if (txn === undefined) return false
  const newest = transactions.get(txn.appId)?.version
  return (newest ?? -1) >= txn.version || (txn.after !== undefined && (newest ?? 0) !== txn.after)
}

async function checkpoint(
  { store, table, sql }: Log,
  state: LogState,
  { boundary }: AppendRequest,
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
async function checkFiles(store: Store, table: string, { files }: AppendRequest): Promise<void> {
  for (const { path, size } of files) {
    const entry = await store.stat(`${table}/${path}`)
    if (entry?.size !== size)
      throw new C360Error(
        'INTERNAL',
        `${table}/${path} has ${entry?.size ?? 'no'} bytes, ${size} were announced.`,
      )
  }
}
