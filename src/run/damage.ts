import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import type { Store } from '../storage/store.ts'
import { all } from './execute.ts'
import type { Manifest } from './versions.ts'

/** A readable database may still be another one than the manifest tells of: WAREHOUSE_DAMAGED names what it lacks. */
export async function assertHolds(session: Session, manifest: Manifest, path: string): Promise<void> {
  const rows = await all(session, `select schema_name || '.' || table_name as name from duckdb_tables()`)
  const there = new Set(rows.map(({ name }) => String(name)))
  const told = [
    ...Object.keys(manifest.builtFrom.sources).map((source) => `silver.${source}`),
    ...Object.keys(manifest.models).map((model) => `gold.${model}`),
  ]
  const lacking = told.find((name) => !there.has(name))
  if (lacking !== undefined)
    throw new C360Error(
      'WAREHOUSE_DAMAGED',
      `${path} is not what version ${manifest.version} was: it has no table ${lacking}.`,
    )
}

interface Paths {
  readonly candidate: string
  /** What the candidate is a copy of, as people know it. */
  readonly base: string | undefined
  readonly lake: Pick<Store, 'file' | 'url'>
}

/** The same failure in terms of files a person knows: the version that was copied, the bronze file that was read. */
export function inKnownTerms(error: unknown, { candidate, base, lake }: Paths): unknown {
  if (!(error instanceof C360Error)) return error
  const { code, message } = error
  if (code === 'WAREHOUSE_DAMAGED' && base !== undefined && !message.includes(base)) {
    const named = message.replaceAll(candidate, base)
    return new C360Error(code, named.includes(base) ? named : `${base}: ${named}`, { cause: error })
  }
  const file = lake.file('')
  if (code === 'SQL_FAILED' && unreadable.test(message) && message.includes(file)) {
    const [first = message] = message.split('\n', 1)
    return new C360Error('LAKE_DAMAGED', first.replaceAll(file, lake.url('')), { cause: error })
  }
  return error
}

const unreadable = /parquet|No files found|magic bytes/i
