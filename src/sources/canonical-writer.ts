import { isUtf8 } from 'node:buffer'
import type { FileHandle } from 'node:fs/promises'
import type { CsvSyntax } from './csv-syntax.ts'

const QUOTE = 0x22
const NULL = 0x01
const FULL = 4 * 1024 * 1024

/** NULL in the canonical copy is this character, unquoted. */
export const canonicalNull = String.fromCharCode(NULL)

/** Bytes that keep a line from being copied as it is. */
export const canonicalStops: readonly number[] = [QUOTE, NULL]

/** A record as it lies in `bytes`: its text `[start, end)`, what is wrong with it, and where the values of a good one are. */
export interface CanonicalRecord {
  readonly start: number
  readonly end: number
  readonly error: string | undefined
  readonly from: readonly number[]
  readonly to: readonly number[]
  /** The value has characters escaped as the syntax says. */
  readonly escaped: readonly boolean[]
}

/** Collects canonical rows: the file's delimiter, double quotes, `\n`. */
export class CanonicalWriter {
  /** Bytes of the longest row. */
  longest = 0
  readonly #syntax: CsvSyntax
  readonly #width: number
  #out = Buffer.allocUnsafeSlow(FULL + 65536)
  #at = 0

  constructor(syntax: CsvSyntax, width: number) {
    this.#syntax = syntax
    this.#width = width
  }

  isFull(): boolean {
    return this.#at >= FULL
  }

  async flush(file: FileHandle): Promise<void> {
    for (let done = 0; done < this.#at; )
      done += (await file.write(this.#out, done, this.#at - done)).bytesWritten
    this.#at = 0
  }

  /** The record last read, which lies in `bytes`. */
  write(bytes: Buffer, record: CanonicalRecord, rowNumber: number): void {
    this.#makeRoom(2 * (record.end - record.start) + 4 * this.#width + 256)
    const begin = this.#at
    if (record.error) this.#malformed(bytes.subarray(record.start, record.end), record.error)
    else this.#good(bytes, record)
    this.#endRow(begin, rowNumber)
  }

  /** A clean line `[start, end)`, which needs no quotes. */
  writeLine(bytes: Buffer, start: number, end: number, rowNumber: number): void {
    this.#makeRoom(end - start + 256)
    const out = this.#out
    const begin = this.#at
    let at = begin
    for (let i = start; i < end; i++) out[at++] = bytes[i] as number
    out[at++] = this.#syntax.delimiter
    this.#at = at
    this.#nulls(2)
    this.#endRow(begin, rowNumber)
  }

  #endRow(begin: number, rowNumber: number): void {
    this.#ascii(`${rowNumber}\n`)
    this.longest = Math.max(this.longest, this.#at - begin)
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#out.length) return
    const larger = Buffer.allocUnsafeSlow(this.#at + bytes)
    this.#out.copy(larger, 0, 0, this.#at)
    this.#out = larger
  }

  #good(bytes: Buffer, record: CanonicalRecord): void {
    for (let i = 0; i < this.#width; i++)
      this.#value(bytes, record.from[i] ?? 0, record.to[i] ?? 0, record.escaped[i] === true)
    this.#nulls(2)
  }

  #malformed(text: Buffer, error: string): void {
    const raw = rawText(text)
    this.#makeRoom(2 * raw.length + 4 * this.#width + 256)
    this.#nulls(this.#width)
    this.#value(raw, 0, raw.length, false)
    this.#ascii(`"${error}"`)
    this.#out[this.#at++] = this.#syntax.delimiter
  }

  #nulls(count: number): void {
    for (let i = 0; i < count; i++) {
      this.#out[this.#at++] = NULL
      this.#out[this.#at++] = this.#syntax.delimiter
    }
  }

  /** Short text; a native write costs more than it saves. */
  #ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.#out[this.#at++] = text.charCodeAt(i)
  }

  #value(bytes: Buffer, from: number, to: number, escaped: boolean): void {
    const out = this.#out
    const { delimiter, quote, escape: escaper } = this.#syntax
    let at = this.#at
    out[at++] = QUOTE
    for (let i = from; i < to; i++) {
      if (escaped && bytes[i] === escaper && (bytes[i + 1] === quote || bytes[i + 1] === escaper)) i++
      const c = bytes[i] as number
      if (c === QUOTE) out[at++] = QUOTE
      out[at++] = c
    }
    out[at++] = QUOTE
    out[at++] = delimiter
    this.#at = at
  }
}

/** What a malformed record says, nothing lost: invalid UTF-8 is taken for Latin-1, NUL becomes its visible symbol. */
function rawText(text: Buffer): Buffer {
  if (isUtf8(text) && !text.includes(0)) return text
  return Buffer.from(text.toString(isUtf8(text) ? 'utf8' : 'latin1').replaceAll('\0', '\u2400'))
}
