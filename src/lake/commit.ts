import { randomUUID } from 'node:crypto'
import type { Action, Add, MetaData } from './actions.ts'
import { encodePath } from './names.ts'
import { ownProtocol } from './protocol.ts'
import { parseSchema, printSchema, widened } from './schema.ts'
import type { LogState } from './state.ts'
import type { AppendRequest, NewFile } from './types.ts'

/**
 * What one append adds to the log of `table`: for a table that is not there yet (`state` undefined) also its
 * protocol and schema, for new columns the wider schema. `now` in milliseconds.
 */
export function appendActions(
  state: LogState | undefined,
  request: AppendRequest,
  table: string,
  now: number,
): Action[] {
  const { txn, files } = request
  const metaData = state ? widerMetaData(state.metaData, request, table) : firstMetaData(request, table, now)
  return [
    ...(state ? [] : [{ protocol: ownProtocol }]),
    ...(metaData ? [{ metaData }] : []),
    ...(txn ? [{ txn: { appId: txn.appId, version: txn.version, lastUpdated: now } }] : []),
    ...files.map((file) => ({ add: addOf(file) })),
  ]
}

/** The commit as it is stored: one action a line, the history's entry first. */
export function printCommit(actions: readonly Action[], operation: string, now: number): string {
  const commitInfo = {
    timestamp: now,
    operation,
    operationParameters: { mode: 'Append' },
    isBlindAppend: true,
    engineInfo: 'customer360',
  }
  return [{ commitInfo }, ...actions].map((action) => `${JSON.stringify(action)}\n`).join('')
}

function firstMetaData({ columns }: AppendRequest, table: string, now: number): MetaData {
  return {
    id: randomUUID(),
    format: { provider: 'parquet', options: {} },
    schemaString: printSchema(widened([], columns, table) ?? []),
    partitionColumns: [],
    configuration: {},
    createdTime: now,
  }
}

function widerMetaData(metaData: MetaData, { columns }: AppendRequest, table: string): MetaData | undefined {
  const fields = widened(parseSchema(metaData.schemaString, table), columns, table)
  return fields && { ...metaData, schemaString: printSchema(fields) }
}

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
