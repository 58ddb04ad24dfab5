import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { fromSystemError } from '../../errors.ts'
import type { XlsxFormat } from '../../project/types.ts'
import { hashFile } from '../raw-file.ts'
import { Refusal } from '../refusal.ts'
import type { Scan, ScanOptions, ScanOutcome } from '../scan.ts'
import { CellValues } from './cell-value.ts'
import { chooseSheet } from './choose-sheet.ts'
import { limitsOf, type XlsxLimits } from './limits.ts'
import { refuseOtherFiles } from './other-files.ts'
import { Row } from './row.ts'
import { readSharedStrings } from './shared-strings.ts'
import { SheetReader } from './sheet-reader.ts'
import { noStyles, readStyles } from './styles.ts'
import { Table, type TableCounts } from './table.ts'
import { readWorkbook, type Sheet, type WorkbookParts } from './workbook.ts'
import { XmlWindow } from './xml-window.ts'
import { openZip, type Zip } from './zip.ts'

/**
 * Reads a sheet once, in bounded memory, and with `copyTo` writes its canonical copy in the same pass. A file that cannot
 * be used is a Problem without `file`. Throws C360Error (CANCELLED, DISK_FULL, NO_ACCESS) or the system's own error.
 */
export async function scanXlsx(
  path: string,
  format: XlsxFormat,
  options: ScanOptions = {},
): Promise<ScanOutcome> {
  const { onProgress, ...quietly } = options
  try {
    const counts = await scanWorkbook(path, format, options)
    const { size } = await stat(path)
    const scan = scanOf(counts, await hashFile(path, quietly), size)
    onProgress?.(size)
    return { ok: true, scan }
  } catch (error) {
    if (options.copyTo !== undefined) await rm(options.copyTo, { force: true })
    if (!(error instanceof Refusal)) throw error
    return { ok: false, problem: error.problem, sha256: await hashFile(path, quietly) }
  }
}

function scanOf(counts: TableCounts, sha256: string, bytes: number): Scan {
  const { header, records, malformed, blankLines, longest, quotedNewlines } = counts
  const shape = { kind: 'copied', longest, quotedNewlines } as const
  return { sha256, bytes, header, records, malformed, blankLines, shape, ...notes(counts) }
}

function notes({ errors }: TableCounts): Pick<Scan, 'notes'> {
  if (errors === 0) return {}
  return {
    notes: [
      `${errors} ${errors === 1 ? 'cell holds an error' : 'cells hold errors'} such as #N/A and ${errors === 1 ? 'is' : 'are'} read as empty`,
    ],
  }
}

async function scanWorkbook(path: string, format: XlsxFormat, options: ScanOptions): Promise<TableCounts> {
  await refuseOtherFiles(path, options)
  const limits = limitsOf(options)
  await using zip = await openZip(path, limits, options)
  const book = await readWorkbook(zip, limits)
  const sheet = chooseSheet(book.sheets, format)
  if (options.copyTo === undefined) return await scanSheet({ zip, book, sheet, format, limits, options })
  const out = await openOut(options.copyTo)
  try {
    return await scanSheet({ zip, book, sheet, format, limits, options, out })
  } catch (error) {
    throw fromSystemError(error, `writing ${options.copyTo}`)
  } finally {
    await out.close()
  }
}

async function openOut(path: string): Promise<FileHandle> {
  return open(path, 'w').catch((error: unknown) => {
    throw fromSystemError(error, `writing ${path}`)
  })
}

interface SheetScan {
  readonly zip: Zip
  readonly book: WorkbookParts
  readonly sheet: Sheet
  readonly format: XlsxFormat
  readonly limits: XlsxLimits
  readonly options: ScanOptions
  readonly out?: FileHandle
}

async function scanSheet({
  zip,
  book,
  sheet,
  format,
  limits,
  options,
  out,
}: SheetScan): Promise<TableCounts> {
  const strings = book.sharedStrings && (await readSharedStrings(zip.part(book.sharedStrings), limits))
  const styles = book.styles && (await readStyles(zip.part(book.styles), limits.smallPart))
  const row = new Row(limits.record)
  const workbook = {
    strings: strings || undefined,
    styles: styles || noStyles,
    date1904: book.date1904,
    decimal: format.decimal,
  }
  const values = new CellValues(workbook, row)
  const window = new XmlWindow(zip.part(sheet.part), 'the sheet', limits.cell)
  try {
    const reader = new SheetReader(window, row, values)
    const packed = zip.packedSize(sheet.part) + (book.sharedStrings ? zip.packedSize(book.sharedStrings) : 0)
    const table = new Table(format, { limits, packed, columns: options.columns ?? 0 })
    for (let read = reader.read(); read !== 'end'; read = reader.read()) {
      if (read === 'more') await window.fill()
      else table.add(row, reader.firstColumn)
      if (table.isFull()) await table.flush(out)
    }
    const counts = table.finish(values.errors)
    await table.flush(out)
    return counts
  } finally {
    await window.close()
  }
}
