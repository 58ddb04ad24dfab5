import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { duckdb } from '../../engines/duckdb/index.ts'
import { C360Error } from '../../errors.ts'
import type { Cell } from '../../workbook/cells.ts'
import { createWorkbook, type Sheet } from '../../workbook/workbook.ts'
import type { ColumnType } from '../reading/tables.ts'
import { BOM, csvCell, csvHeader, csvLine } from './csv.ts'
import type { ExportColumn, ExportSource } from './export-source.ts'

/** What a file says of itself: label -> value. */
export type About = Readonly<Record<string, string>>

export interface ExportFile {
  readonly path: string
  readonly source: ExportSource
  readonly about: About
  /** Absolute path of the version's database. */
  readonly database: string
  readonly signal: AbortSignal
}

/** Rows of one sheet; a spreadsheet has so many, and the header. */
const SHEET_ROWS = 1_048_575

export async function writeCsv({ path, source, signal }: ExportFile): Promise<void> {
  const columns = await source.columns()
  const out = createWriteStream(path, { mode: 0o600 })
  const done = finished(out)
  done.catch(() => undefined)
  out.write(`${BOM}${csvHeader(columns.map(({ name }) => name))}`)
  for await (const rows of source.batches()) {
    signal.throwIfAborted()
    const text = rows.map((row) => csvLine(columns.map(({ type }, c) => csvCell(row[c], type)))).join('')
    if (!out.write(text)) await Promise.race([once(out, 'drain'), done])
  }
  out.end()
  await done
}

/** A sheet `About` says what it is; the rows follow, on a further sheet when one is full. */
export async function writeXlsx({ path, source, about, signal }: ExportFile): Promise<void> {
  const columns = await source.columns()
  const book = createWorkbook(path)
  try {
    const said = book.addSheet('About', [
      { header: 'What', width: 16 },
      { header: 'Value', width: 60 },
    ])
    for (const [label, value] of Object.entries(about)) said.addRow([label, value])
    let sheet: Sheet | undefined
    let count = 0
    for await (const rows of source.batches()) {
      signal.throwIfAborted()
      for (const row of rows) {
        if (count % SHEET_ROWS === 0) sheet = book.addSheet(sheetName(count), headersOf(columns))
        sheet?.addRow(columns.map(({ type }, c) => xlsxCell(row[c], type)))
        count++
      }
      await book.drain()
    }
    if (count === 0) book.addSheet(sheetName(0), headersOf(columns))
    await book.close()
  } catch (error) {
    await book.discard()
    throw error
  }
}

const sheetName = (rows: number): string => (rows === 0 ? 'Data' : `Data ${rows / SHEET_ROWS + 1}`)

const headersOf = (columns: readonly ExportColumn[]) => columns.map(({ name }) => ({ header: name }))

/** A cell that is a text stays one, so nothing can be a formula. */
function xlsxCell(value: unknown, type: ColumnType): Cell {
  if (value === null || value === undefined) return null
  switch (type) {
    case 'integer':
    case 'decimal':
      return Number.isFinite(Number(value)) ? Number(value) : String(value)
    case 'boolean':
      return value === true
    case 'date':
      return { date: Date.parse(`${String(value)}T00:00:00Z`) / 86_400_000 }
    case 'timestamp':
      return { dateTime: Date.parse(`${String(value).replace(' ', 'T')}Z`) }
    default:
      // A spreadsheet's own limit for one cell.
      return String(value).slice(0, 32_767)
  }
}

/** What the file says of itself is in its key-value metadata. */
export async function writeParquet({ path, source, about, database, signal }: ExportFile): Promise<void> {
  const { literal, ident } = duckdb.dialect
  if (source.sql === undefined)
    throw new C360Error('USAGE', 'Only tables and customers are exported as Parquet.', {
      hint: 'Take CSV or XLSX for an answer.',
    })
  await using session = await duckdb.connect({ database, readOnly: true })
  const metadata = Object.entries(about).map(([label, value]) => `${ident(label)}: ${literal(value)}`)
  await session.execute(
    [
      `set allowed_paths = [${literal(path)}]`,
      'set enable_external_access = false',
      'set lock_configuration = true',
      `copy (${source.sql}) to ${literal(path)} (format parquet, compression zstd, kv_metadata {${metadata.join(', ')}})`,
    ],
    { signal },
  )
}
