import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CsvFormat } from '../../src/project/types.ts'
import { type Normalized, type NormalizeOptions, normalizeCsv } from '../../src/sources/normalize.ts'
import { readNormalizedSql } from '../../src/sources/read-sql.ts'
import { type Scan, type ScanOptions, scanCsv } from '../../src/sources/scan.ts'
import type { CsvDatabase, Value } from '../support/csv-duckdb.ts'

export const csv: CsvFormat = {
  type: 'csv',
  delimiter: ',',
  quote: '"',
  escape: '"',
  header: true,
  encoding: 'utf-8',
  decimal: '.',
  thousands: '',
}

export interface Scratch extends AsyncDisposable {
  path(name: string): string
  write(name: string, content: string | Uint8Array): Promise<string>
}

export async function scratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'c360-sources-'))
  const path = (name: string) => join(folder, name)
  return {
    path,
    async write(name, content) {
      await writeFile(path(name), content)
      return path(name)
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

export async function scanOf(path: string, format = csv, options: ScanOptions = {}): Promise<Scan> {
  const outcome = await scanCsv(path, format, options)
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.message}`)
  return outcome.scan
}

export async function normalized(
  path: string,
  format: CsvFormat,
  options: NormalizeOptions,
): Promise<Normalized> {
  const outcome = await normalizeCsv(path, format, options)
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.message}`)
  return outcome.file
}

export interface Rows {
  readonly good: Value[][]
  readonly malformed: { row: number; error: Value; raw: Value }[]
  readonly file: Normalized
}

/** Reads a file by way of its canonical copy, and checks that the row numbers are 1, 2, 3.. and fields are NULL or not as they should be. */
export async function readNormalized(
  db: CsvDatabase,
  path: string,
  format: CsvFormat,
  names: readonly string[],
  out: string,
  options: ScanOptions = {},
): Promise<Rows> {
  const file = await normalized(path, format, { fields: names.length, out, ...options })
  const good: Value[][] = []
  const malformed: Rows['malformed'] = []
  let expected = 0
  for (const row of await db.rows(readNormalizedSql(out, format, names, file))) {
    const fields = row.slice(0, names.length)
    const [raw = null, error = null, number] = row.slice(names.length)
    if (Number(number) !== ++expected) throw new Error(`row ${number} where ${expected} should be`)
    if (fields.some((value) => (value === null) !== (error !== null)))
      throw new Error(`NULL in row ${number}`)
    if (error === null) good.push(fields)
    else malformed.push({ row: expected, error, raw })
  }
  return { good, malformed, file }
}

export const columnNames = (width: number): string[] => Array.from({ length: width }, (_, i) => `c${i + 1}`)
