import type { JsonFormat } from '../../src/project/types.ts'
import { normalizeJson } from '../../src/sources/json/normalize.ts'
import { scanJson } from '../../src/sources/json/scan.ts'
import { readNormalizedSql } from '../../src/sources/read-sql.ts'
import type { Scan, ScanOptions } from '../../src/sources/scan.ts'
import type { CsvDatabase, Value } from '../support/csv-duckdb.ts'
import { columnNames, type Scratch } from './support.ts'

export const json: JsonFormat = { type: 'json', decimal: '.', thousands: '' }

export interface JsonRows {
  readonly scan: Scan
  /** Good records as objects of the columns that have a value. */
  readonly good: Record<string, string>[]
  readonly malformed: { row: number; error: Value; raw: Value }[]
}

/** Scans, copies and reads a file, and checks that the two passes and the engine count the same. */
export async function readJson(
  db: CsvDatabase,
  work: Scratch,
  content: string | Uint8Array,
  format: JsonFormat = json,
  options: ScanOptions = {},
): Promise<JsonRows> {
  const path = await work.write('a.json', content)
  const outcome = await scanJson(path, format, options)
  if (!outcome.ok) throw new Error(outcome.problem.code, { cause: outcome.problem })
  const { scan } = outcome
  const out = work.path('a.out')
  const copied = await normalizeJson(path, format, { fields: scan.header.length, out, ...options })
  if (!copied.ok) throw new Error(`scanned, but not copied: ${copied.problem.code}`)
  const { records, malformed: bad, blankLines, sha256 } = copied.file
  const counts = { records: scan.records, malformed: scan.malformed, blankLines: scan.blankLines }
  if (JSON.stringify({ records, malformed: bad, blankLines }) !== JSON.stringify(counts))
    throw new Error('the copy counts otherwise than the scan')
  if (sha256 !== scan.sha256) throw new Error('the copy is of another content')
  const rows = await db.rows(
    readNormalizedSql(out, { delimiter: ',' }, columnNames(scan.header.length), copied.file),
  )
  if (rows.length !== scan.records) throw new Error(`${rows.length} rows of ${scan.records} records`)
  return { scan, ...split(rows, scan.header) }
}

function split(rows: readonly Value[][], header: readonly string[]): Omit<JsonRows, 'scan'> {
  const good: Record<string, string>[] = []
  const malformed: JsonRows['malformed'] = []
  for (const [index, row] of rows.entries()) {
    const [raw = null, error = null, number] = row.slice(header.length)
    if (Number(number) !== index + 1) throw new Error(`row ${number} where ${index + 1} should be`)
    if (row.slice(0, header.length).some((value) => (value === null) !== (error !== null)))
      throw new Error(`NULL in row ${number}`)
    if (error !== null) malformed.push({ row: index + 1, error, raw })
    else
      good.push(
        Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']).filter(([, value]) => value !== '')),
      )
  }
  return { good, malformed }
}
