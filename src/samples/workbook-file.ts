import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Cell, createWorkbook, type Sheet, type SheetColumn, type Workbook } from '../workbook/index.ts'
import type { Defect } from './manifest.ts'
import { PlantedFile, type Sink } from './planted-file.ts'
import type { Random } from './random.ts'

/** One record of a workbook, cell by cell. */
export type Cells = readonly Cell[]

/** A workbook in the making, of one sheet named like the file. */
export type WorkbookFile = PlantedFile<Cells, Cells>

/** A sheet ends at 1,048,576 rows; what is left beside the records is for empty ones. */
const RECORDS_A_FILE = 1_000_000

/** `Sales.xlsx`, and for every further million records `Sales_02.xlsx`, `Sales_03.xlsx`, with a sheet `Sales` in each. */
export function createWorkbookFile(
  folder: string,
  name: string,
  columns: readonly SheetColumn[],
  random: Random,
  report: (defect: Defect) => void,
  records = RECORDS_A_FILE,
): WorkbookFile {
  return new PlantedFile(workbookSink(folder, name, columns, records), (cells) => cells, random, report)
}

interface Part {
  readonly file: string
  readonly path: string
  readonly book: Workbook
  readonly sheet: Sheet
}

const partName = (name: string, part: number): string =>
  part === 0 ? name : name.replace('.xlsx', `_${String(part + 1).padStart(2, '0')}.xlsx`)

function workbookSink(
  folder: string,
  name: string,
  columns: readonly SheetColumn[],
  records: number,
): Sink<Cells> {
  const begin = (file: string): Part => {
    const path = join(folder, file)
    const book = createWorkbook(`${path}.partial`)
    return { file, path, book, sheet: book.addSheet(basename(name, '.xlsx'), columns) }
  }
  let current = begin(name)
  const parts = [current]

  const sheetOf = (file: string): Sheet => {
    if (current.file === file) return current.sheet
    // Whether it could be finished is asked when it is published.
    current.book.close().catch(() => undefined)
    current = begin(file)
    parts.push(current)
    return current.sheet
  }

  return {
    place: (record) => {
      const part = Math.floor((record - 1) / records)
      return { file: partName(name, part), row: record - part * records }
    },
    write: (cells, { file }) => sheetOf(file).addRow(cells),
    blank: ({ file }) => sheetOf(file).skipRow(),
    drain: () => current.book.drain(),
    async publish() {
      await Promise.all(parts.map(({ book }) => book.close()))
      for (const { path } of parts) await rename(`${path}.partial`, path)
      await removeFurther(folder, name, parts.length)
    },
    async discard() {
      await Promise.all(parts.map(({ book }) => book.discard()))
      await Promise.all(parts.map(({ path }) => rm(`${path}.partial`, { force: true })))
    },
  }
}

/** Parts that an earlier, larger generation left would be taken for data. */
async function removeFurther(folder: string, name: string, parts: number): Promise<void> {
  for (let part = parts; part < 100; part++) await rm(join(folder, partName(name, part)), { force: true })
}
