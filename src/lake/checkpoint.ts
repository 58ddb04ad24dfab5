import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { C360Error } from '../errors.ts'
import type { Store } from '../storage/store.ts'
import { type Action, parseAction } from './actions.ts'
import { type CheckpointFiles, checkpointPath, hintPath, logFolder } from './listing.ts'
import type { LogPart, LogState } from './state.ts'
import { inTurn } from './turn.ts'
import type { LakeSql } from './types.ts'

const TEXTS = 'MAP(VARCHAR, VARCHAR)'

/** The classic checkpoint schema of the Delta protocol; statistics as JSON text, as in the commits. */
const schema = {
  txn: 'STRUCT("appId" VARCHAR, "version" BIGINT, "lastUpdated" BIGINT)',
  add: `STRUCT("path" VARCHAR, "partitionValues" ${TEXTS}, "size" BIGINT, "modificationTime" BIGINT, "dataChange" BOOLEAN, "tags" ${TEXTS}, "stats" VARCHAR)`,
  remove: `STRUCT("path" VARCHAR, "deletionTimestamp" BIGINT, "dataChange" BOOLEAN, "extendedFileMetadata" BOOLEAN, "partitionValues" ${TEXTS}, "size" BIGINT, "tags" ${TEXTS})`,
  metaData: `STRUCT("id" VARCHAR, "name" VARCHAR, "description" VARCHAR, "format" STRUCT("provider" VARCHAR, "options" ${TEXTS}), "schemaString" VARCHAR, "partitionColumns" VARCHAR[], "configuration" ${TEXTS}, "createdTime" BIGINT)`,
  protocol:
    'STRUCT("minReaderVersion" INTEGER, "minWriterVersion" INTEGER, "readerFeatures" VARCHAR[], "writerFeatures" VARCHAR[])',
}

/** The fields of `_last_checkpoint`: `size` counts actions. */
interface Hint {
  readonly version: number
  readonly size: number
  readonly sizeInBytes: number
  readonly numOfAddFiles: number
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The version `_last_checkpoint` names; undefined where there is none or it cannot be read, for it is only a hint. */
export async function readHint(store: Store, table: string): Promise<number | undefined> {
  const content = await store.read(hintPath(table))
  try {
    const hint: unknown = JSON.parse(content?.toString('utf8') ?? 'null')
    const version = hint !== null && typeof hint === 'object' && 'version' in hint ? hint.version : undefined
    return typeof version === 'number' ? version : undefined
  } catch {
    return undefined
  }
}

/** All actions of a checkpoint, in no order. Fails with LAKE_DAMAGED where the Parquet cannot be read. */
export async function readCheckpoint(
  store: Store,
  sql: LakeSql,
  checkpoint: CheckpointFiles,
): Promise<LogPart> {
  const file = checkpoint.paths.map((path) => store.url(path)).join(', ')
  for (const path of checkpoint.paths) await store.fetch(path)
  const files = checkpoint.paths.map((path) => literal(store.file(path)))
  const query = `select cast(to_json(r) as varchar) from read_parquet([${files.join(', ')}], union_by_name = true) r`
  const actions: Action[] = []
  await inTurn(sql, async () => {
    try {
      for await (const { columns } of sql.stream(query))
        for (const text of columns[0] ?? []) actions.push(parseAction(String(text), file))
    } catch (error) {
      if (!unreadable(error)) throw error
      throw new C360Error('LAKE_DAMAGED', `${file} is not a checkpoint that can be read.`, { cause: error })
    }
  })
  return { file, actions }
}

const unreadable = (error: unknown): boolean =>
  error instanceof C360Error && (error.code === 'SQL_FAILED' || error.code === 'WAREHOUSE_DAMAGED')

/**
 * Writes the state as a checkpoint and points `_last_checkpoint` at it. The Parquet file is made beside the log and
 * put in place whole, so a kill leaves the log as it was.
 */
export async function writeCheckpoint(
  store: Store,
  table: string,
  sql: LakeSql,
  state: LogState,
): Promise<void> {
  const temporary = `${logFolder(table)}/.tmp-${randomUUID()}.parquet`
  const actions = checkpointActions(state)
  try {
    const file = store.file(temporary)
    await mkdir(dirname(file), { recursive: true })
    await inTurn(sql, () => sql.execute([copyStatement(actions, file)]))
    const sizeInBytes = await store.upload(checkpointPath(table, state.version), file)
    await writeHint(store, table, {
      version: state.version,
      size: actions.length,
      sizeInBytes,
      numOfAddFiles: state.files.size,
    })
  } finally {
    await rm(store.file(temporary), { force: true })
  }
}

function checkpointActions({ protocol, metaData, transactions, files, removed }: LogState): Action[] {
  return [
    { protocol },
    { metaData },
    ...[...transactions.values()].map((txn) => ({ txn })),
    ...[...files.values()].map((add) => ({ add: { ...add, dataChange: false } })),
    ...[...removed.values()].map((remove) => ({ remove: { ...remove, dataChange: false } })),
  ]
}

function copyStatement(actions: readonly Action[], url: string): string {
  const rows = `from_json(${literal(JSON.stringify(actions))}, ${literal(JSON.stringify([schema]))})`
  const select = `select unnest(r) from (select unnest(${rows}) as r)`
  return `copy (${select}) to ${literal(url)} (format parquet, compression snappy, use_tmp_file false)`
}

async function writeHint(store: Store, table: string, hint: Hint): Promise<void> {
  const named = await readHint(store, table)
  if (named === undefined || named < hint.version) await store.put(hintPath(table), JSON.stringify(hint))
}
