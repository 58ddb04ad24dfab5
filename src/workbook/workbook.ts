import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { type Cell, cellXml, columnName, escaped, styles } from './cells.ts'
import {
  contentTypes,
  packageRels,
  sheetHead,
  sheetPath,
  sheetTail,
  stylesPart,
  workbookPart,
  workbookRels,
} from './parts.ts'

/** As many rows as a spreadsheet has, the header among them. */
export const MOST_ROWS = 1_048_576
const MOST_COLUMNS = 16_384
const CHUNK = 64 * 1024
/** The same bytes whenever and wherever it is written: the earliest day a zip can name, in the zone zip means, the local one. */
const entry = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compressionLevel: 4 }

export interface SheetColumn {
  readonly header: string
  /** In characters; default: as the header needs. */
  readonly width?: number
}

/** One sheet, written row by row. */
export interface Sheet {
  /** One value more than there are columns may stand to the right of them. Throws RangeError when the sheet is full or finished, the row too long, or a value fits no cell. */
  addRow(values: readonly Cell[]): void
  /** Leaves a row empty. */
  skipRow(): void
}

/** An .xlsx file in the making. Memory stays bounded as long as `drain` is awaited now and then. */
export interface Workbook {
  /** Begins a sheet; the one before it is finished. Throws RangeError for a name or columns a spreadsheet does not take. */
  addSheet(name: string, columns: readonly SheetColumn[]): Sheet
  /** Waits until the disk has kept up. Rejects with what the file system threw. */
  drain(): Promise<void>
  /** Finishes the file. A workbook without a sheet is refused: spreadsheets do not open it. */
  close(): Promise<void>
  /** Stops and removes the file. After `close` it only waits for it to end. */
  discard(): Promise<void>
}

/**
 * Writes an .xlsx file at `path`, replacing what is there; it is whole only after `close`.
 *
 *     const book = createWorkbook('customers.xlsx')
 *     const sheet = book.addSheet('Customers', [{ header: 'id' }, { header: 'since' }])
 *     sheet.addRow([1, { date: 19_000 }])
 *     await book.close()
 */
export function createWorkbook(path: string): Workbook {
  const zip = new ZipFile()
  const failed = new Promise<never>((_, reject) => zip.on('error', reject))
  const written = Promise.race([pipeline(zip.outputStream, createWriteStream(path)), failed])
  // Whoever drains or closes gets the reason; nobody may have asked yet when it fails.
  written.catch(() => undefined)
  const names: string[] = []
  let open: SheetWriter | undefined
  let ending: Promise<void> | undefined

  const add = (name: string, text: string) => zip.addBuffer(Buffer.from(text), name, entry)
  const finishSheet = () => {
    open?.end()
    open = undefined
  }
  add('_rels/.rels', packageRels)
  add('xl/styles.xml', stylesPart)

  return {
    addSheet(name, columns) {
      checkName(name, names)
      if (columns.length > MOST_COLUMNS) throw new RangeError(`a sheet has at most ${MOST_COLUMNS} columns`)
      finishSheet()
      open = new SheetWriter(columns)
      zip.addReadStream(open.stream, `xl/${sheetPath(names.length)}`, entry)
      names.push(name)
      return open
    },
    async drain() {
      await Promise.race([open?.drained(), written])
    },
    async close() {
      if (names.length === 0) throw new RangeError('a workbook needs a sheet')
      ending ??= finish()
      await ending
    },
    async discard() {
      if (ending)
        return ending.catch(() => undefined)
        // Its type says nothing of it, but it is a PassThrough.
      ;(zip.outputStream as PassThrough).destroy()
      ending = written.catch(() => undefined)
      await ending
      await rm(path, { force: true })
    },
  }

  async function finish(): Promise<void> {
    finishSheet()
    add('xl/workbook.xml', workbookPart(names))
    add('xl/_rels/workbook.xml.rels', workbookRels(names))
    add('[Content_Types].xml', contentTypes(names))
    zip.end()
    await written
  }
}

function checkName(name: string, taken: readonly string[]): void {
  if (name.length < 1 || name.length > 31 || /[[\]:*?/\\]|^'|'$/.test(name))
    throw new RangeError(`\`${name}\` is no name for a sheet: 1 to 31 characters, none of [ ] : * ? / \\`)
  if (taken.some((other) => other.toLowerCase() === name.toLowerCase()))
    throw new RangeError(`there is a sheet \`${name}\` already`)
}

class SheetWriter implements Sheet {
  readonly stream: PassThrough = new PassThrough()
  private readonly letters: readonly string[]
  private text: string
  private row = 0
  private ended = false

  constructor(columns: readonly SheetColumn[]) {
    // One more than there are headers: a remark to the right of the table is a cell too.
    this.letters = Array.from({ length: columns.length + 1 }, (_, i) => columnName(i))
    this.text = sheetHead(columns.map(({ header, width }) => width ?? Math.max(10, header.length + 2)))
    const cells = columns.map(({ header }, i) => {
      const at = `${this.letters[i]}1`
      return `<c r="${at}" s="${styles.header}" t="inlineStr"><is><t>${escaped(header)}</t></is></c>`
    })
    this.text += `<row r="${this.nextRow()}">${cells.join('')}</row>`
  }

  addRow(values: readonly Cell[]): void {
    if (values.length > this.letters.length)
      throw new RangeError(
        `a row of ${values.length} values in a sheet of ${this.letters.length - 1} columns`,
      )
    const row = this.nextRow()
    let cells = ''
    for (let i = 0; i < values.length; i++) cells += cellXml(`${this.letters[i]}${row}`, values[i])
    this.text += `<row r="${row}">${cells}</row>`
    if (this.text.length >= CHUNK) this.push()
  }

  skipRow(): void {
    this.text += `<row r="${this.nextRow()}"/>`
  }

  async drained(): Promise<void> {
    if (this.stream.writableNeedDrain) await once(this.stream, 'drain')
  }

  end(): void {
    this.ended = true
    this.text += sheetTail
    this.push()
    this.stream.end()
  }

  private push(): void {
    this.stream.write(Buffer.from(this.text, 'utf8'))
    this.text = ''
  }

  private nextRow(): number {
    if (this.ended) throw new RangeError('the sheet is finished')
    if (this.row === MOST_ROWS) throw new RangeError(`a sheet has at most ${MOST_ROWS} rows`)
    return ++this.row
  }
}
