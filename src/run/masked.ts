import { C360Error } from '../errors.ts'

/**
 * The engine's first line about a failed statement, without the values of rows it may quote. Errors about names
 * (of tables, columns, functions) quote the query alone and stay as they are.
 */
export function masked(message: string): string {
  const line = message.split('\n', 1)[0] ?? ''
  if (/^(Binder|Catalog|Parser|Syntax) Error/.test(line)) return line
  return line.replace(/'.*'|".*"/, '...').replace(/\b\d[\d.,:-]*/g, '...')
}

/** A failure as a run may keep it: SQL_FAILED without the values of rows, any other as it is. */
export function withoutValues(error: unknown): unknown {
  if (!(error instanceof C360Error) || error.code !== 'SQL_FAILED') return error
  return new C360Error('SQL_FAILED', masked(error.message), { cause: error })
}
