import type { FileHandle } from 'node:fs/promises'
import type { XlsxFormat } from '../../project/types.ts'
import { Refusal } from '../refusal.ts'
import { type Header, headerOf, missingHeader, namelessHeader } from './header.ts'
import type { XlsxLimits } from './limits.ts'
import { bomb } from './refusals.ts'
import type { Row } from './row.ts'
import { RowWriter } from './row-writer.ts'

export interface TableCounts {
  readonly header: readonly string[]
  readonly records: number
  readonly malformed: number
  readonly blankLines: number
  readonly longest: number
  readonly quotedNewlines: boolean
  /** Cells with an error in them. */
  readonly errors: number
}

interface TableOptions {
  readonly limits: XlsxLimits
  /** Bytes the sheet and its texts take in the file. */
  readonly packed: number
  /** How many columns a sheet without header has. */
  readonly columns: number
}

/** The rows of a sheet as a table: which one is the header, which fit it, which rows between them are empty. */
export class Table {
  #header: Header | undefined
  #writer: RowWriter | undefined
  #records = 0
  #malformed = 0
  #blankLines = 0
  #quotedNewlines = false
  /** Sheet row of the header or the last record. */
  #last = 0
  readonly #format: XlsxFormat
  readonly #options: TableOptions

  constructor(format: XlsxFormat, options: TableOptions) {
    this.#format = format
    this.#options = options
  }

  /** The next row that has a value. `used`: the first column the sheet says it uses, counted from 0. */
  add(row: Row, used: number): void {
    if (this.#header === undefined && !this.#begin(row, used)) return
    this.#blankLines += row.number - this.#last - 1
    this.#last = row.number
    this.#records++
    const { names, first } = this.#header as Header
    if (row.first >= first && row.end <= first + names.length) this.#fitting(row)
    else this.#misfit(row)
  }

  isFull(): boolean {
    return this.#writer?.isFull() === true
  }

  async flush(out: FileHandle | undefined): Promise<void> {
    await this.#writer?.flush(out)
    this.#refuseBomb()
  }

  /** Throws a Refusal when there was no header. */
  finish(errors: number): TableCounts {
    if (this.#header === undefined)
      throw this.#format.headerRow === undefined ? empty() : missingHeader(this.#format)
    return {
      header: this.#header.names,
      records: this.#records,
      malformed: this.#malformed,
      blankLines: this.#blankLines,
      longest: this.#writer?.longest ?? 0,
      quotedNewlines: this.#quotedNewlines,
      errors,
    }
  }

  /** Finds the header; does this row come behind it? */
  #begin(row: Row, used: number): boolean {
    const { header, headerRow } = this.#format
    if (!header) {
      this.#start(namelessHeader(this.#options.columns, Math.min(used, row.first)), row.number - 1)
      return true
    }
    if (headerRow !== undefined && row.number < headerRow) return false
    if (headerRow !== undefined && row.number > headerRow) throw missingHeader(this.#format)
    this.#start(headerOf(row, used), row.number)
    return false
  }

  #start(header: Header, last: number): void {
    this.#header = header
    this.#last = last
    this.#writer = new RowWriter(header.first, header.names.length, this.#format.decimal)
  }

  #fitting(row: Row): void {
    if (row.text.newline) this.#quotedNewlines = true
    this.#writer?.write(row, this.#records)
  }

  #misfit(row: Row): void {
    this.#malformed++
    const texts = Array.from({ length: row.end }, (_, i) => row.value(i))
    this.#writer?.writeMalformed(JSON.stringify(texts), 'too_many_fields', this.#records)
  }

  /** A wide header over many short rows is mostly commas: that too may be more than the file is worth. */
  #refuseBomb(): void {
    const written = this.#writer?.bytes ?? 0
    const { limits, packed } = this.#options
    if (written > limits.ratioFrom && written > limits.ratio * packed)
      throw bomb('The sheet', written, packed)
  }
}

const empty = (): Refusal =>
  new Refusal(
    'xlsx_empty',
    'The sheet is empty.',
    'Name the sheet the data is on as sheet: in the format of the contract, or export the workbook again.',
  )
