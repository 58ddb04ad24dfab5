import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duckdb } from '../engines/duckdb/index.ts'
import { localStore } from '../storage/local.ts'
import { type Look, lookAt } from './look.ts'
import type { Measuring } from './measure.ts'

export interface InspectOptions {
  readonly signal?: AbortSignal
  /** Called with a table's name before it is looked at. */
  readonly onTable?: (name: string) => void
  /** Only these files; paths are relative to the folder. */
  readonly only?: (path: string) => boolean
}

/**
 * Looks at a folder of files and hands over what was found while its tables are still open. Nothing is written but
 * scratch copies, which are removed. Throws C360Error (NO_ACCESS, CANCELLED, DISK_FULL) or the system's own error.
 */
export async function inspect<T>(
  folder: string,
  options: InspectOptions,
  use: (look: Look, context: Measuring) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'c360-init-'))
  try {
    await using session = await duckdb.connect({ scratch: join(scratch, 'spill') })
    const { signal, onTable, only } = options
    const measuring: Measuring = { session, dialect: duckdb.dialect, ...(signal ? { signal } : {}) }
    const look = await lookAt(
      { ...measuring, store: localStore(folder), scratch, ...(onTable ? { onTable } : {}) },
      only,
    )
    return await use(look, measuring)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
