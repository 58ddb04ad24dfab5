import { C360Error } from '../errors.ts'
import type { Store, StoreEntry } from '../storage/store.ts'
import { isComplete, logFolder, sortLog } from './listing.ts'
import { type Log, readFrom, readLog, removedIn } from './log.ts'
import { decodePath } from './names.ts'
import { assertReadable } from './protocol.ts'
import type { LogState } from './state.ts'

/** What nobody needs any more: data files, and entries of the log before a checkpoint that stands for them. */
export interface Garbage {
  readonly files: readonly StoreEntry[]
  readonly log: readonly StoreEntry[]
}

/**
 * Files of a table that no version from `before` on (milliseconds since 1970 UTC) needs: those taken out before then, and
 * those older than that which no commit names. A younger file may be another writer's, about to be committed, and is not
 * among them whatever the log says. Nothing is removed. undefined: there is no table.
 */
export async function findGarbage(log: Log, before: number): Promise<Garbage | undefined> {
  const { store, table } = log
  const entries = await store.list(table)
  const state = await readLog(log)
  if (state === undefined) return undefined
  assertReadable(state, table)
  const inLog = entries.filter(({ path }) => path.startsWith(`${logFolder(table)}/`))
  const needed = await neededFrom(log, state, inLog, before)
  const files = entries.filter(({ path, modified }) => {
    const name = path.slice(table.length + 1)
    return modified < before && !/(^|\/)[_.]/.test(name) && !needed.has(name)
  })
  return { files, log: await expiredLog(log, state, inLog, before) }
}

export async function removeGarbage(store: Store, { files, log }: Garbage): Promise<void> {
  for (const { path } of files) await store.remove(path)
  // Oldest first: cut short, what is left still begins nowhere but at the checkpoint.
  for (const { path } of log) await store.remove(path)
}

/** By the state and, since another writer's checkpoint may have forgotten what was removed lately, by the commits themselves. */
async function neededFrom(
  log: Log,
  state: LogState,
  inLog: readonly StoreEntry[],
  before: number,
): Promise<ReadonlySet<string>> {
  const removed = [...state.removed].filter(
    ([, { deletionTimestamp }]) => deletionTimestamp == null || deletionTimestamp >= before,
  )
  const young = inLog.filter(({ modified }) => modified >= before)
  const { commits } = sortLog(log.table, young)
  const named = (await removedIn(log, commits)).map(({ path }) => decodePath(path, log.table))
  return new Set([...state.files.keys(), ...removed.map(([path]) => path), ...named])
}

/** Only where the checkpoint, read by itself, says the same as the whole log. */
async function expiredLog(
  log: Log,
  state: LogState,
  inLog: readonly StoreEntry[],
  before: number,
): Promise<readonly StoreEntry[]> {
  const old = inLog.filter(({ modified }) => modified < before)
  const [start] = sortLog(log.table, old).checkpoints.filter(isComplete)
  if (start === undefined) return []
  const earlier = old.filter(({ path }) => {
    const [, version, kind] = /\/(\d{20})\.(json|checkpoint\.)/.exec(path) ?? []
    return kind !== undefined && Number(version) < start.version
  })
  if (earlier.length === 0 || !(await saysTheSame(log, state, start))) return []
  return earlier
}

async function saysTheSame(
  log: Log,
  state: LogState,
  start: Parameters<typeof readFrom>[1][number],
): Promise<boolean> {
  try {
    const alone = await readFrom(log, [start], state.version)
    const paths = ({ files }: LogState) => JSON.stringify([...files.keys()].sort())
    return paths(alone) === paths(state) && alone.metaData.schemaString === state.metaData.schemaString
  } catch (error) {
    if (error instanceof C360Error && error.code === 'LAKE_DAMAGED') return false
    throw error
  }
}
