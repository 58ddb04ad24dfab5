import { randomUUID } from 'node:crypto'
import { C360Error } from '../errors.ts'
import type { Action, Add, MetaData, Remove } from './actions.ts'
import { encodePath } from './names.ts'
import { ownProtocol } from './protocol.ts'
import { fieldsOf, parseSchema, printSchema, widened } from './schema.ts'
import type { LogState } from './state.ts'
import type { AppendRequest, CompactRequest, LakeColumn, NewFile, OverwriteRequest } from './types.ts'

/** What one commit says: the entry of the history, and the actions. */
export interface Change {
  readonly operation: string
  readonly parameters: Readonly<Record<string, string>>
  /** Nothing in the table was read to make it. */
  readonly isBlindAppend: boolean
  readonly actions: readonly Action[]
}

/**
 * What one append adds to the log of `table`: for a table that is not there yet (`state` undefined) also its
 * protocol and schema, for new columns the wider schema. `now` in milliseconds.
 */
export function appendChange(
  state: LogState | undefined,
  request: AppendRequest,
  table: string,
  now: number,
): Change {
  const { columns, files, operation } = request
  const metaData = state
    ? widerMetaData(state.metaData, columns, table)
    : newMetaData(widened([], columns, table) ?? [], now)
  const actions = [...opening(state, metaData), ...txnOf(request, now), ...files.map(added)]
  return { operation, parameters: { mode: 'Append' }, isBlindAppend: true, actions }
}

/** Files for files, the rows unchanged; undefined where one that is to be replaced is no longer in the table. */
export function compactChange(
  state: LogState,
  { replaced, files }: CompactRequest,
  now: number,
): Change | undefined {
  if (!replaced.every((path) => state.files.has(path))) return undefined
  const actions = [
    ...replaced.map((path) => ({ remove: removal(path, state.files.get(path), false, now) })),
    ...files.map((file) => ({ add: { ...addOf(file), dataChange: false } })),
  ]
  return { operation: 'OPTIMIZE', parameters: { predicate: '[]' }, isBlindAppend: false, actions }
}

/** Other rows and other columns; the table stays the same one, for those who know it by its id. */
export function overwriteChange(
  state: LogState | undefined,
  request: OverwriteRequest,
  table: string,
  now: number,
): Change {
  if (state?.metaData.configuration?.['delta.appendOnly'] === 'true')
    throw new C360Error('LAKE_UNSUPPORTED', `${table} is set to take appended rows only (delta.appendOnly).`)
  const fields = fieldsOf(request.columns)
  const actions = [
    ...opening(state, state ? otherMetaData(state.metaData, printSchema(fields)) : newMetaData(fields, now)),
    ...txnOf(request, now),
    ...[...(state?.files ?? [])].map(([path, add]) => ({ remove: removal(path, add, true, now) })),
    ...request.files.map(added),
  ]
  return { operation: 'WRITE', parameters: { mode: 'Overwrite' }, isBlindAppend: false, actions }
}

/** The commit as it is stored: one action a line, the history's entry first. */
export function printCommit({ operation, parameters, isBlindAppend, actions }: Change, now: number): string {
  const commitInfo = {
    timestamp: now,
    operation,
    operationParameters: parameters,
    isBlindAppend,
    engineInfo: 'customer360',
  }
  return [{ commitInfo }, ...actions].map((action) => `${JSON.stringify(action)}\n`).join('')
}

const opening = (state: LogState | undefined, metaData: MetaData | undefined): Action[] => [
  ...(state ? [] : [{ protocol: ownProtocol }]),
  ...(metaData ? [{ metaData }] : []),
]

const txnOf = ({ txn }: Pick<AppendRequest, 'txn'>, now: number): Action[] =>
  txn ? [{ txn: { appId: txn.appId, version: txn.version, lastUpdated: now } }] : []

function newMetaData(fields: ReturnType<typeof fieldsOf>, now: number): MetaData {
  return {
    id: randomUUID(),
    format: { provider: 'parquet', options: {} },
    schemaString: printSchema(fields),
    partitionColumns: [],
    configuration: {},
    createdTime: now,
  }
}

function widerMetaData(
  metaData: MetaData,
  columns: readonly LakeColumn[],
  table: string,
): MetaData | undefined {
  const fields = widened(parseSchema(metaData.schemaString, table), columns, table)
  return fields && { ...metaData, schemaString: printSchema(fields) }
}

const otherMetaData = (metaData: MetaData, schemaString: string): MetaData | undefined =>
  metaData.schemaString === schemaString ? undefined : { ...metaData, schemaString }

const added = (file: NewFile): Action => ({ add: addOf(file) })

function addOf({ path, size, modified, rows, tags, stats }: NewFile): Add {
  return {
    path: encodePath(path),
    partitionValues: {},
    size,
    modificationTime: Math.trunc(modified),
    dataChange: true,
    stats: JSON.stringify({ numRecords: rows, ...stats }),
    tags: { ...tags },
  }
}

/** The path as the log had it: another writer may encode it in another way. */
const removal = (path: string, add: Add | undefined, dataChange: boolean, now: number): Remove => ({
  path: add?.path ?? encodePath(path),
  deletionTimestamp: now,
  dataChange,
  extendedFileMetadata: true,
  partitionValues: {},
  ...(add === undefined ? {} : { size: add.size }),
})
