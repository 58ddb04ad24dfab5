import { isUtf8 } from 'node:buffer'
import { isBigEndian, utf16ToUtf8 } from '../decode.ts'
import { corrupt, endsEarly, tooLarge } from './refusals.ts'

/** The part of an XML document that is in memory, always valid UTF-8 without NUL but for a character cut at its end. */
export class XmlWindow {
  bytes: Buffer = Buffer.allocUnsafeSlow(0)
  /** Where the next token begins. */
  at = 0
  /** Behind the last byte. */
  end = 0
  /** Nothing follows. */
  final = false
  /** The part's name, for messages. */
  readonly part: string
  #checked = 0
  readonly #longest: number
  readonly #source: AsyncIterator<Buffer>

  /** `longest`: how many bytes one token may have. */
  constructor(chunks: AsyncIterable<Buffer>, part: string, longest: number) {
    this.part = part
    this.#longest = longest
    this.#source = inUtf8(chunks)[Symbol.asyncIterator]()
  }

  /** Reads on: at least as much again as the unfinished token already takes, so that none is walked more than twice. */
  async fill(): Promise<void> {
    if (this.final) throw endsEarly(this.part)
    if (this.end - this.at > this.#longest) throw tooLarge(`A cell or tag of ${this.part}`, this.#longest)
    this.#shift()
    const wanted = 2 * this.end
    do {
      const next = await this.#source.next()
      if (next.done) this.final = true
      else this.#append(next.value)
    } while (!this.final && this.end <= wanted)
    this.#check()
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }

  #shift(): void {
    this.bytes.copyWithin(0, this.at, this.end)
    this.end -= this.at
    this.#checked = Math.max(0, this.#checked - this.at)
    this.at = 0
  }

  #append(chunk: Buffer): void {
    if (this.end + chunk.length > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (this.end + chunk.length))
      this.bytes.copy(larger, 0, 0, this.end)
      this.bytes = larger
    }
    chunk.copy(this.bytes, this.end)
    this.end += chunk.length
  }

  #check(): void {
    const cut = this.final ? this.end : this.#wholeCharacters()
    const fresh = this.bytes.subarray(this.#checked, cut)
    if (!isUtf8(fresh)) throw corrupt(`${this.part} is not valid UTF-8`)
    if (fresh.includes(0)) throw corrupt(`${this.part} has NUL bytes in it`)
    this.#checked = cut
  }

  /** A character has at most three bytes behind its first. */
  #wholeCharacters(): number {
    for (let at = this.end - 1; at >= Math.max(this.#checked, this.end - 4); at--) {
      const byte = this.bytes[at] ?? 0
      if (byte < 0x80) return at + 1
      if (byte >= 0xc0) return at
    }
    return this.end
  }
}

/** XML may be UTF-8 or UTF-16; its first bytes tell. */
async function* inUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    const first = await iterator.next()
    if (first.done) return
    const rest = async function* (): AsyncGenerator<Buffer> {
      for (let next: IteratorResult<Buffer> = first; !next.done; next = await iterator.next())
        yield next.value
    }
    const [a, b, c] = first.value
    if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))
      yield* withoutMark(utf16ToUtf8(rest(), isBigEndian(first.value), 'xlsx'))
    else if (a === 0xef && b === 0xbb && c === 0xbf) yield* withoutMark(rest())
    else yield* rest()
  } finally {
    await iterator.return?.()
  }
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let mark = 3
  for await (const chunk of chunks) {
    yield chunk.subarray(mark)
    mark = 0
  }
}
