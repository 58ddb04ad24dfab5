import { isUtf8 } from 'node:buffer'
import { CR, LF } from './csv-syntax.ts'

/** The part of a text that is in memory: whole records, plus the beginning of the next one. */
export class Window {
  bytes: Buffer = Buffer.allocUnsafeSlow(0)
  /** The same bytes, four at a time. */
  words = new Uint32Array(0)
  /** Where the next record begins. */
  start = 0
  /** Behind the last byte. */
  end = 0
  /** Position of `bytes[0]` in the text. */
  base = 0
  /** Nothing follows. */
  final = false
  /** Up to here it is known to be valid UTF-8 without NUL. */
  cleanUntil = 0
  readonly #source: AsyncIterator<Buffer>

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#source = chunks[Symbol.asyncIterator]()
  }

  /** Reads on: at least as much again as the unfinished record already takes, so that no record is walked more than twice. */
  async fill(): Promise<void> {
    this.#shift()
    const wanted = 2 * this.end
    do {
      const next = await this.#source.next()
      if (next.done) this.final = true
      else this.#append(next.value)
    } while (!this.final && (this.end <= wanted || this.end === 0))
    this.#check()
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }

  #shift(): void {
    this.bytes.copyWithin(0, this.start, this.end)
    this.base += this.start
    this.end -= this.start
    this.start = 0
  }

  #append(chunk: Buffer): void {
    if (this.end + chunk.length > this.bytes.length) this.#grow(this.end + chunk.length)
    chunk.copy(this.bytes, this.end)
    this.end += chunk.length
  }

  /** Some air for the unfinished record that the next chunk finds here; a multiple of 4 for reading by words. */
  #grow(atLeast: number): void {
    const larger = Buffer.allocUnsafeSlow((2 * atLeast + 64) & ~3)
    this.bytes.copy(larger, 0, 0, this.end)
    this.bytes = larger
    this.words = new Uint32Array(larger.buffer, 0, larger.length >> 2)
  }

  /** Cut at a line's end, because a character may be cut at the window's. */
  #check(): void {
    const content = this.bytes.subarray(0, this.end)
    const cut = this.final ? this.end : Math.max(content.lastIndexOf(LF) + 1, content.lastIndexOf(CR))
    this.cleanUntil = isText(content.subarray(0, cut)) ? cut : 0
  }
}

export function isText(bytes: Buffer): boolean {
  return !bytes.includes(0) && isUtf8(bytes)
}
