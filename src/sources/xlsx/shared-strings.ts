import { GREATER, hasText, LESS, MORE } from './bytes.ts'
import type { XlsxLimits } from './limits.ts'
import { tooLarge } from './refusals.ts'
import { XmlReader } from './xml-reader.ts'
import { XmlText } from './xml-text.ts'
import { XmlWindow } from './xml-window.ts'

const BLOCK = 4 * 1024 * 1024
const BITS = 22

/**
 * The texts cells refer to by number, as bytes: a million of them as JavaScript strings would take several times the
 * memory. Each lies behind its length within one block, double quotes already written twice.
 */
export class SharedStrings {
  count = 0
  /** Where a string lies after `locate`. */
  block: Buffer = Buffer.alloc(0)
  from = 0
  to = 0
  /** The string has a line end in it. */
  newline = false
  readonly #blocks: Buffer[] = []
  #places = new Uint32Array(1024)
  #used = BLOCK
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  add(bytes: Buffer, length: number, newline: boolean): void {
    const needed = length + 5
    if (this.#used + needed > BLOCK) this.#newBlock(needed)
    if (this.count === this.#places.length) this.#grow()
    const block = this.#blocks.at(-1) as Buffer
    this.#places[this.count++] = ((this.#blocks.length - 1) << BITS) | this.#used
    let at = this.#used
    let head = length * 2 + (newline ? 1 : 0)
    for (; head > 127; head >>>= 7) block[at++] = (head & 127) | 128
    block[at++] = head
    bytes.copy(block, at, 0, length)
    this.#used = at + length
  }

  /** Is there a string of this number? Then `block`, `from`, `to` and `newline` tell about it. */
  locate(index: number): boolean {
    if (index >= this.count) return false
    const place = this.#places[index] as number
    const block = this.#blocks[place >>> BITS] as Buffer
    let at = place & (BLOCK - 1)
    let head = block[at++] as number
    if (head > 127) {
      head &= 127
      for (let shift = 7; ; shift += 7) {
        const byte = block[at++] as number
        head |= (byte & 127) << shift
        if (byte < 128) break
      }
    }
    this.block = block
    this.from = at
    this.to = at + (head >>> 1)
    this.newline = (head & 1) === 1
    return true
  }

  #newBlock(needed: number): void {
    if (needed > BLOCK) throw tooLarge('A shared string', BLOCK)
    if ((this.#blocks.length + 1) * BLOCK + 4 * this.#places.length > this.#limit)
      throw tooLarge('The text of the workbook (its shared strings)', this.#limit)
    this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK))
    this.#used = 0
  }

  #grow(): void {
    if (this.#blocks.length * BLOCK + 8 * this.#places.length > this.#limit)
      throw tooLarge('The text of the workbook (its shared strings)', this.#limit)
    const larger = new Uint32Array(2 * this.#places.length)
    larger.set(this.#places)
    this.#places = larger
  }
}

/** Reads the part with the shared strings. */
export async function readSharedStrings(
  chunks: AsyncIterable<Buffer>,
  limits: XlsxLimits,
): Promise<SharedStrings> {
  const strings = new SharedStrings(limits.strings)
  const window = new XmlWindow(chunks, 'the shared strings', limits.cell)
  try {
    const reader = new StringsReader(new XmlReader(window), strings)
    while (reader.read()) await window.fill()
  } finally {
    await window.close()
  }
  return strings
}

class StringsReader {
  readonly #xml: XmlReader
  readonly #strings: SharedStrings
  readonly #text = new XmlText(BLOCK, true)
  /** Depth of the element that is read now, 0 = not within one. */
  #item = 0
  #phonetic = 0
  #run = 0

  constructor(xml: XmlReader, strings: SharedStrings) {
    this.#xml = xml
    this.#strings = strings
  }

  /** Reads what is in memory; is there more to come? */
  read(): boolean {
    const xml = this.#xml
    for (;;) {
      if (xml.depth === 1 && this.#plain()) continue
      const token = xml.next()
      if (token === 'more') return true
      if (token === 'end') return false
      if (token === 'open') this.#open()
      else if (token === 'close') this.#close()
      else if (token === 'text' && this.#run > 0 && this.#phonetic === 0)
        this.#text.text(xml.window.bytes, xml.from, xml.to, xml.literal, true)
    }
  }

  #open(): void {
    const xml = this.#xml
    if (this.#item === 0) {
      if (xml.depth === 2 && xml.is('si')) this.#begin()
    } else if (xml.is('rPh')) this.#phonetic ||= xml.depth
    else if (xml.is('t')) this.#run ||= xml.depth
  }

  #begin(): void {
    this.#item = this.#xml.depth
    this.#text.at = 0
    this.#text.newline = false
  }

  #close(): void {
    const { depth } = this.#xml
    if (depth < this.#run) this.#run = 0
    if (depth < this.#phonetic) this.#phonetic = 0
    if (depth >= this.#item) return
    this.#item = 0
    this.#strings.add(this.#text.bytes, this.#text.at, this.#text.newline)
  }

  /** `<si><t>text</t></si>` as nearly all of them are written, in one go. */
  #plain(): boolean {
    const { window } = this.#xml
    const { bytes, at, end } = window
    if (this.#xml.prefix !== '' || !hasText(bytes, at, '<si><t')) return false
    const from = bytes[at + 6] === GREATER ? at + 7 : spacePreserved(bytes, at + 6)
    const to = from === MORE ? MORE : bytes.indexOf(LESS, from)
    if (to < 0 || to + 9 > end || !hasText(bytes, to, '</t></si>')) return false
    this.#text.at = 0
    this.#text.newline = false
    this.#text.text(bytes, from, to, false, true)
    this.#strings.add(this.#text.bytes, this.#text.at, this.#text.newline)
    window.at = to + 9
    return true
  }
}

const PRESERVE = ' xml:space="preserve">'

const spacePreserved = (bytes: Buffer, at: number): number =>
  hasText(bytes, at, PRESERVE) ? at + PRESERVE.length : MORE
