import { readFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { XlsxFormat } from '../../../src/project/types.ts'
import { readNormalizedSql } from '../../../src/sources/read-sql.ts'
import type { Scan, ScanOptions } from '../../../src/sources/scan.ts'
import { scanXlsx } from '../../../src/sources/xlsx/scan.ts'
import { type CsvDatabase, csvDatabase, type Value } from '../../support/csv-duckdb.ts'
import { columnNames, csv, type Scratch, scratch } from '../support.ts'

export const xlsx: XlsxFormat = { type: 'xlsx', header: true, decimal: '.', thousands: '' }

export interface SheetRows {
  readonly scan: Scan
  readonly header: readonly string[]
  /** Fields of the good rows. */
  readonly good: Value[][]
  readonly malformed: { readonly row: number; readonly error: Value; readonly raw: Value }[]
}

/** Reads workbooks by way of their canonical copy and DuckDB. */
export interface Reader extends AsyncDisposable {
  readonly work: Scratch
  rows(workbook: Buffer | string, format?: Partial<XlsxFormat>, options?: ScanOptions): Promise<SheetRows>
  /** Code and message of the refusal. */
  refusal(
    workbook: Buffer,
    format?: Partial<XlsxFormat>,
    options?: ScanOptions,
  ): Promise<{ code: string; message: string; hint: string }>
}

export async function reader(): Promise<Reader> {
  const work = await scratch()
  const db = await csvDatabase()
  let turn = 0
  const place = async (workbook: Buffer | string) =>
    typeof workbook === 'string' ? workbook : work.write(`${++turn}.xlsx`, workbook)
  return {
    work,
    async rows(workbook, format = {}, options = {}) {
      const path = await place(workbook)
      const copyTo = work.path(`${++turn}.csv`)
      const outcome = await scanXlsx(path, { ...xlsx, ...format }, { ...options, copyTo })
      if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.message}`)
      const again = await scanXlsx(path, { ...xlsx, ...format }, options)
      expect(again).toEqual(outcome)
      return { scan: outcome.scan, header: outcome.scan.header, ...(await copied(db, copyTo, outcome.scan)) }
    },
    async refusal(workbook, format = {}, options = {}) {
      const path = await place(workbook)
      const copyTo = work.path(`${++turn}.csv`)
      const outcome = await scanXlsx(path, { ...xlsx, ...format }, { ...options, copyTo })
      expect(outcome.ok, JSON.stringify(outcome)).toBe(false)
      expect(await readFile(copyTo).catch(() => 'gone')).toBe('gone')
      if (outcome.ok) throw new Error('not refused')
      const { code, message, hint = '' } = outcome.problem
      expect(outcome.sha256).toMatch(/^[0-9a-f]{64}$/)
      return { code, message, hint }
    },
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]()
      await work[Symbol.asyncDispose]()
    },
  }
}

/** The rows of a canonical copy, after checking them against the scan's counts. */
async function copied(
  db: CsvDatabase,
  path: string,
  scan: Scan,
): Promise<Pick<SheetRows, 'good' | 'malformed'>> {
  if (scan.shape.kind !== 'copied') throw new Error(`not copied: ${scan.shape.kind}`)
  const width = scan.header.length
  const good: Value[][] = []
  const malformed: SheetRows['malformed'] = []
  const rows = await db.rows(readNormalizedSql(path, csv, columnNames(width), scan.shape))
  for (const [i, row] of rows.entries()) {
    const [raw = null, error = null, number] = row.slice(width)
    expect(Number(number)).toBe(i + 1)
    expect(row.slice(0, width).every((value) => (value === null) === (error !== null))).toBe(true)
    if (error === null) good.push(row.slice(0, width))
    else malformed.push({ row: i + 1, error, raw })
  }
  expect(rows.length).toBe(scan.records)
  expect(malformed.length).toBe(scan.malformed)
  const lines = (await readFile(path, 'latin1')).split('\n').map((line) => line.length + 1)
  if (!scan.shape.quotedNewlines) expect(scan.shape.longest).toBe(Math.max(0, ...lines.slice(0, -1)))
  return { good, malformed }
}
