import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The reference data: real input and expected results that the project may not ship. Its tests are skipped where it is not there. */
export const shared: string =
  process.env.C360_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url))

export const sharedRetail: string = join(shared, 'data', 'retail')

export const hasShared: boolean = existsSync(sharedRetail)
