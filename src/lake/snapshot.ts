import { z } from 'zod'
import type { Add } from './actions.ts'
import { columnOf, parseSchema } from './schema.ts'
import type { LogState } from './state.ts'
import type { ColumnStats, LakeFile, Snapshot } from './types.ts'

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
const stats = z.object({
  numRecords: z.number().optional(),
  minValues: z.record(z.string(), value).optional(),
  maxValues: z.record(z.string(), value).optional(),
  nullCount: z.record(z.string(), z.number()).optional(),
})

/** What callers see of a log's state. */
export function snapshotOf({ version, metaData, files, transactions }: LogState, table: string): Snapshot {
  return {
    version,
    columns: parseSchema(metaData.schemaString, table).map((field) => columnOf(field, table)),
    files: [...files].map(([path, add]) => fileOf(path, add)).sort((a, b) => (a.path < b.path ? -1 : 1)),
    transactions: new Map([...transactions.values()].map((txn) => [txn.appId, txn.version])),
  }
}

function fileOf(path: string, { size, modificationTime, stats: text, tags }: Add): LakeFile {
  const { numRecords, ...columns } = parseStats(text)
  return {
    path,
    size,
    modified: modificationTime,
    rows: numRecords,
    tags: Object.fromEntries(Object.entries(tags ?? {}).map(([key, tag]) => [key, tag ?? ''])),
    ...(Object.keys(columns).length === 0 ? {} : { stats: columns }),
  }
}

/** Statistics help, they are not the data: what another writer noted in another shape counts as not noted. */
function parseStats(
  text: string | null | undefined,
): ColumnStats & { readonly numRecords?: number | undefined } {
  if (text == null) return {}
  try {
    return stats.safeParse(JSON.parse(text)).data ?? {}
  } catch {
    return {}
  }
}
