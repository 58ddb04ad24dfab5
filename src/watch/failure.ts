import { C360Error, errorTable } from '../errors.ts'
import type { Failure } from './types.ts'

/** Any failure as it is told. What nobody foresaw is told by its first line. */
export function failureOf(error: unknown): Failure {
  if (error instanceof C360Error) {
    const { code, message, hint, problems, exit } = error
    return { code, message, hint, problems, exit, transient: errorTable[code].transient }
  }
  const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
  const { exit, transient, hint } = errorTable.INTERNAL
  return { code: 'INTERNAL', message, hint, problems: [], exit, transient }
}
