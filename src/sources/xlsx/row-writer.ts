import type { FileHandle } from 'node:fs/promises'
import { COMMA, QUOTE } from './bytes.ts'
import type { Row } from './row.ts'

const POINT = 0x2e
const COLON = 0x3a
const NULL = 0x01
const FULL = 4 * 1024 * 1024

/**
 * Writes rows the way the CanonicalWriter does, with a comma: the fields, `_raw_record`, `_raw_error`, `_row_number`.
 * It has its own loop because texts come with their quotes doubled already.
 */
export class RowWriter {
  /** Bytes of the longest row. */
  longest = 0
  /** Bytes written in all, those not yet flushed included. */
  bytes = 0
  readonly #first: number
  readonly #width: number
  readonly #decimal: number
  #out = Buffer.allocUnsafeSlow(FULL + 65_536)
  #at = 0

  /** The fields are `width` columns from `first` on; numbers get the decimal separator of those that are texts, so that one rule reads both. */
  constructor(first: number, width: number, decimal: '.' | ',') {
    this.#first = first
    this.#width = width
    this.#decimal = decimal.charCodeAt(0)
  }

  isFull(): boolean {
    return this.#at >= FULL
  }

  /** Without a file the rows are counted only. */
  async flush(file: FileHandle | undefined): Promise<void> {
    for (let done = 0; file && done < this.#at; )
      done += (await file.write(this.#out, done, this.#at - done)).bytesWritten
    this.#at = 0
  }

  write(row: Row, number: number): void {
    this.#makeRoom(row.text.at + 5 * this.#width + 64)
    const begin = this.#at
    for (let i = 0; i < this.#width; i++) {
      if (row.has(this.#first + i)) this.#value(row, this.#first + i)
      this.#out[this.#at++] = COMMA
    }
    this.#nulls(2)
    this.#end(begin, number)
  }

  /** A row that does not fit its header, kept whole as `raw`. */
  writeMalformed(raw: string, error: string, number: number): void {
    const text = Buffer.from(`"${raw.replaceAll('"', '""')}","${error}",`)
    this.#makeRoom(text.length + 3 * this.#width + 64)
    const begin = this.#at
    this.#nulls(this.#width)
    this.#at += text.copy(this.#out, this.#at)
    this.#end(begin, number)
  }

  #value(row: Row, column: number): void {
    const out = this.#out
    const { bytes } = row.text
    const to = row.to[column] as number
    const local = this.#decimal !== POINT && row.free[column] === 0 && this.#localize(row, column)
    const quotes = local || row.free[column] === 1
    let at = this.#at
    if (quotes) out[at++] = QUOTE
    for (let i = row.from[column] as number; i < to; i++) out[at++] = bytes[i] as number
    if (quotes) out[at++] = QUOTE
    this.#at = at
  }

  /** Was the value a number with decimals? A time may have them too, and stays as it is. */
  #localize({ text, from, to }: Row, column: number): boolean {
    const value = text.bytes.subarray(from[column], to[column])
    const point = value.indexOf(POINT)
    if (point < 0 || value.includes(COLON)) return false
    value[point] = this.#decimal
    return true
  }

  #nulls(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#out[this.#at++] = NULL
      this.#out[this.#at++] = COMMA
    }
  }

  #end(begin: number, number: number): void {
    const line = `${number}\n`
    for (let i = 0; i < line.length; i++) this.#out[this.#at++] = line.charCodeAt(i)
    const length = this.#at - begin
    this.bytes += length
    if (length > this.longest) this.longest = length
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#out.length) return
    const larger = Buffer.allocUnsafeSlow(this.#at + bytes)
    this.#out.copy(larger, 0, 0, this.#at)
    this.#out = larger
  }
}
