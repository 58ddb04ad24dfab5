import type { JsonFormat } from '../../project/types.ts'
import type { CanonicalRecord } from '../canonical-writer.ts'
import { CR, LF } from '../csv-syntax.ts'
import { compactInPlace, unescapeInPlace } from './plain-text.ts'
import type { RecordReader } from './record-reader.ts'

const POINT = 0x2e

/** The record last read, its values made plain text where they lie in the window; one without a value is ''. */
export class Row implements CanonicalRecord {
  start = 0
  end = 0
  error: string | undefined
  readonly from: number[] = []
  readonly to: number[] = []
  readonly escaped: boolean[] = []
  spansLines = false
  readonly #width: number
  readonly #decimal: number

  constructor(width: number, { decimal }: JsonFormat) {
    this.#width = width
    this.#decimal = decimal.charCodeAt(0)
  }

  take(bytes: Buffer, record: RecordReader): void {
    this.start = record.start
    this.end = record.end
    this.error = record.error
    this.spansLines = false
    if (record.error) {
      this.#seeLines(bytes, record.start, record.end)
      return
    }
    for (let column = 0; column < this.#width; column++) {
      this.from[column] = record.fields.from[column] ?? 0
      this.to[column] = record.has(column) ? this.#plain(bytes, record, column) : (this.from[column] ?? 0)
    }
  }

  /** The end of the plain text. */
  #plain(bytes: Buffer, { fields }: RecordReader, column: number): number {
    const from = fields.from[column] ?? 0
    const to = fields.to[column] ?? 0
    switch (fields.kind[column]) {
      case 'escaped':
        return this.#seeLines(bytes, from, unescapeInPlace(bytes, from, to))
      case 'nested':
        return compactInPlace(bytes, from, to)
      case 'number':
        if (this.#decimal !== POINT) this.#localize(bytes, from, to)
        return to
      default:
        return to
    }
  }

  #seeLines(bytes: Buffer, from: number, to: number): number {
    const text = bytes.subarray(from, to)
    if (text.includes(LF) || text.includes(CR)) this.spansLines = true
    return to
  }

  /** As the contract says that numbers are written, so that one rule reads those in strings and those that are not. */
  #localize(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; at++) if (bytes[at] === POINT) bytes[at] = this.#decimal
  }
}
