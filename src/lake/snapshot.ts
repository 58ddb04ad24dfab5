import type { Add } from './actions.ts'
import { columnOf, parseSchema } from './schema.ts'
import {
  type Check,
  isBoolean,
  isNumber,
  isText,
  optional,
  recordOf,
  type Shape,
  wrongField,
} from './shape.ts'
import type { LogState } from './state.ts'
import type { ColumnStats, LakeFile, Snapshot } from './types.ts'

interface Stats extends ColumnStats {
  readonly numRecords?: number | undefined
}

const isValue: Check = (value) => value === null || isText(value) || isNumber(value) || isBoolean(value)
const shape: Shape<Stats> = {
  numRecords: optional(isNumber),
  minValues: optional(recordOf(isValue)),
  maxValues: optional(recordOf(isValue)),
  nullCount: optional(recordOf(isNumber)),
}
const isStats = (value: unknown): value is Stats => wrongField(value, shape) === undefined

/** What callers see of a log's state. */
export function snapshotOf(
  { version, metaData, files, removed, transactions }: LogState,
  table: string,
): Snapshot {
  return {
    version,
    columns: parseSchema(metaData.schemaString, table).map((field) => columnOf(field, table)),
    files: [...files].map(([path, add]) => fileOf(path, add)).sort((a, b) => (a.path < b.path ? -1 : 1)),
    transactions: new Map([...transactions.values()].map((txn) => [txn.appId, txn.version])),
    removed: new Map(
      [...removed].map(([path, { deletionTimestamp }]) => [path, deletionTimestamp ?? undefined]),
    ),
  }
}

function fileOf(path: string, { size, modificationTime, stats, tags }: Add): LakeFile {
  const { numRecords, minValues, maxValues, nullCount } = parseStats(stats)
  const known = Object.entries({ minValues, maxValues, nullCount }).filter(([, values]) => values != null)
  return {
    path,
    size,
    modified: modificationTime,
    rows: numRecords ?? undefined,
    tags: Object.fromEntries(Object.entries(tags ?? {}).map(([key, tag]) => [key, tag ?? ''])),
    ...(known.length === 0 ? {} : { stats: Object.fromEntries(known) }),
  }
}

/** Statistics help, they are not the data: what another writer noted in another shape counts as not noted. */
function parseStats(text: string | null | undefined): Stats {
  try {
    const stats: unknown = JSON.parse(text ?? '{}')
    return isStats(stats) ? stats : {}
  } catch {
    return {}
  }
}
