import {
  AMPERSAND,
  APOSTROPHE,
  EQUALS,
  GREATER,
  hasBytes,
  isDigit,
  isSpace,
  LESS,
  MORE,
  QUOTE,
  SLASH,
  ZERO,
} from './bytes.ts'
import { type CellType, type CellValues, type Reference, readReference, types } from './cell-value.ts'
import { MAX_COLUMNS, MAX_ROWS } from './limits.ts'
import { corrupt, tooManyColumns, tooManyRows } from './refusals.ts'
import type { Row } from './row.ts'
import { tagsOf, typeOf } from './sheet-tags.ts'
import { SlowCell } from './slow-cell.ts'
import { tagEnd, XmlReader } from './xml-reader.ts'
import type { XmlWindow } from './xml-window.ts'

export type SheetRead = 'row' | 'more' | 'end'

const LOWER_R = 0x72
const LOWER_S = 0x73
const LOWER_T = 0x74
const LONGEST_STYLE = 9

/**
 * Reads a sheet row by row over a window. Nearly every cell is `<c r s t><v>..</v></c>` and is read in one walk over its
 * bytes; anything else goes through the XmlReader. A cell that is not wholly in memory is begun again.
 */
export class SheetReader {
  /** The first column the sheet says it uses, counted from 0. */
  firstColumn = 0
  readonly #window: XmlWindow
  readonly #xml: XmlReader
  readonly #row: Row
  readonly #values: CellValues
  readonly #slow: SlowCell
  #place: 'outside' | 'data' | 'row' = 'outside'
  #found = false
  /** Depth of an element nobody asks for, 0 = not within one. */
  #skipping = 0
  #rowNumber = 0
  #column = -1
  #type: CellType = types.number
  #style = 0
  #referred = false
  readonly #reference: Reference = { column: -1, row: 0 }
  #tags = tagsOf('')

  constructor(window: XmlWindow, row: Row, values: CellValues) {
    this.#window = window
    this.#xml = new XmlReader(window)
    this.#row = row
    this.#values = values
    this.#slow = new SlowCell(this.#xml, row, values)
  }

  /** `row`: the next row that has a value is in the Row. */
  read(): SheetRead {
    for (;;) {
      const read =
        this.#place === 'row' ? this.#inRow() : this.#place === 'data' ? this.#inData() : this.#outside()
      if (read !== undefined) return read
    }
  }

  #outside(): SheetRead | undefined {
    const xml = this.#xml
    const token = xml.next()
    if (token === 'more' || token === 'end') return this.#atEnd(token)
    if (token !== 'open') return undefined
    if (xml.depth === 1) this.#root()
    else if (xml.depth === 2 && xml.is('dimension')) this.#dimension(xml.attribute('ref') ?? '')
    else if (xml.depth === 2 && xml.is('sheetData')) {
      if (this.#found) throw corrupt('a sheet has its data twice')
      this.#found = true
      if (!xml.empty) this.#place = 'data'
    }
    return undefined
  }

  #atEnd(token: 'more' | 'end'): SheetRead {
    if (token === 'end' && !this.#found) throw corrupt('a sheet has no sheetData')
    return token
  }

  #root(): void {
    if (!this.#xml.is('worksheet')) throw corrupt('the part of a sheet is something else')
    this.#tags = tagsOf(this.#xml.prefix)
  }

  #dimension(reference: string): void {
    const bytes = Buffer.from(reference.split(':')[0] ?? '')
    readReference(bytes, 0, bytes.length, this.#reference)
    const { column } = this.#reference
    if (column > 0 && column < MAX_COLUMNS) this.firstColumn = column
  }

  #inData(): SheetRead | undefined {
    const at = this.#behindSpace()
    if (at === MORE) return 'more'
    const { bytes } = this.#window
    if (this.#skipping > 0 || !this.#begins(at, this.#tags.row)) return this.#other()
    const close = tagEnd(bytes, at, this.#window.end)
    if (close === MORE) return 'more'
    this.#openRow(at + this.#tags.row.length, close)
    this.#window.at = close + 1
    if (bytes[close - 1] !== SLASH) this.#place = 'row'
    return undefined
  }

  #openRow(from: number, close: number): void {
    const number = this.#rowReference(from, close) ?? this.#rowNumber + 1
    if (number <= this.#rowNumber) throw corrupt('the rows of a sheet are not in their order')
    if (number > MAX_ROWS) throw tooManyRows()
    this.#rowNumber = number
    this.#column = -1
    this.#row.begin(number)
  }

  #rowReference(from: number, close: number): number | undefined {
    const { bytes } = this.#window
    for (let at = from; at + 4 < close; at++) {
      if (!isSpace(bytes[at] as number) || bytes[at + 1] !== LOWER_R || bytes[at + 2] !== EQUALS) continue
      let number = 0
      for (let digit = at + 4; isDigit(bytes[digit] as number); digit++)
        number = Math.min(number * 10 + ((bytes[digit] as number) - ZERO), 1e9)
      return number
    }
    return undefined
  }

  #inRow(): SheetRead | undefined {
    const window = this.#window
    const tag = this.#tags.cell
    for (;;) {
      const at = this.#behindSpace()
      if (at === MORE) return 'more'
      if (this.#skipping > 0 || !this.#begins(at, tag)) break
      const behind = this.#cell(at)
      if (behind === MORE) return 'more'
      window.at = behind
    }
    if (this.#skipping > 0 || !this.#begins(window.at, this.#tags.rowEnd)) return this.#other()
    const close = tagEnd(window.bytes, window.at, window.end)
    if (close === MORE) return 'more'
    window.at = close + 1
    this.#place = 'data'
    return this.#row.values > 0 ? 'row' : undefined
  }

  /** Where the next tag begins, with enough in memory to see which it is. */
  #behindSpace(): number {
    const window = this.#window
    const { bytes, end } = window
    let at = window.at
    while (at < end && isSpace(bytes[at] as number)) at++
    window.at = at
    return at + this.#tags.longest >= end && !window.final ? MORE : at
  }

  /** Is this the tag, and not one whose name only begins like it? */
  #begins(at: number, tag: Uint8Array): boolean {
    const { bytes } = this.#window
    if (!hasBytes(bytes, at, tag)) return false
    const next = bytes[at + tag.length] as number
    return next === GREATER || next === SLASH || isSpace(next)
  }

  /** Comments, extensions, the end of the data. */
  #other(): SheetRead | undefined {
    const xml = this.#xml
    const token = xml.next()
    if (token === 'more') return 'more'
    if (token === 'end') return this.#atEnd(token)
    if (token === 'open') this.#skipping ||= xml.depth
    if (token !== 'close') return undefined
    if (this.#skipping > 0) {
      if (xml.depth < this.#skipping) this.#skipping = 0
    } else if (this.#place === 'row') throw corrupt('a row of a sheet is not closed')
    else this.#place = 'outside'
    return undefined
  }

  #cell(at: number): number {
    const { bytes, end } = this.#window
    this.#type = types.number
    this.#style = 0
    this.#referred = false
    let next = at + this.#tags.cell.length
    for (;;) {
      if (next >= end) return MORE
      const byte = bytes[next] as number
      if (byte === GREATER) break
      if (byte === SLASH) return this.#emptyCell(next)
      next = isSpace(byte) ? next + 1 : this.#attribute(next)
      if (next === MORE) return MORE
    }
    const column = this.#columnOf()
    this.#row.reset()
    const behind = this.#content(at, next + 1, column)
    if (behind !== MORE) this.#column = column
    return behind
  }

  #emptyCell(slash: number): number {
    if (slash + 1 >= this.#window.end) return MORE
    if (this.#window.bytes[slash + 1] !== GREATER) throw corrupt('a cell has a broken tag')
    this.#column = this.#columnOf()
    return slash + 2
  }

  #columnOf(): number {
    const { column, row } = this.#reference
    const place = this.#referred ? column : this.#column + 1
    if (place < 0 || (this.#referred && row !== this.#rowNumber))
      throw corrupt('a cell is not where it says it is')
    if (place >= MAX_COLUMNS) throw tooManyColumns()
    if (this.#row.has(place)) throw corrupt('a row has two cells in one place')
    return place
  }

  /** Behind the attribute that begins at `at`. */
  #attribute(at: number): number {
    const { bytes, end } = this.#window
    let next = at
    while (next < end && bytes[next] !== EQUALS && !isSpace(bytes[next] as number)) next++
    const length = next - at
    while (next < end && isSpace(bytes[next] as number)) next++
    if (next < end && bytes[next] !== EQUALS) throw corrupt('a cell has a broken tag')
    for (next++; next < end && isSpace(bytes[next] as number); ) next++
    if (next >= end) return MORE
    const quote = bytes[next]
    if (quote !== QUOTE && quote !== APOSTROPHE) throw corrupt('a cell has a broken tag')
    const from = next + 1
    let to = from
    while (to < end && bytes[to] !== quote) to++
    if (to >= end) return MORE
    if (length === 1) this.#meaning(bytes[at] as number, from, to)
    return to + 1
  }

  #meaning(name: number, from: number, to: number): void {
    const { bytes } = this.#window
    if (name === LOWER_R) {
      readReference(bytes, from, to, this.#reference)
      this.#referred = true
    } else if (name === LOWER_S) {
      let style = 0
      if (to - from > LONGEST_STYLE) return
      for (let i = from; i < to; i++) style = style * 10 + ((bytes[i] as number) - ZERO)
      this.#style = Math.max(0, style)
    } else if (name === LOWER_T) this.#type = typeOf(bytes, from, to)
  }

  /** Behind the cell whose content begins at `from`; its value is in the row then. */
  #content(at: number, from: number, column: number): number {
    const { bytes, end } = this.#window
    const { value, valueEnd } = this.#tags
    const start = from + value.length
    if (start < end && this.#type !== types.inline && hasBytes(bytes, from, value)) {
      const to = this.#plainUntil(start)
      if (to === MORE || to + valueEnd.length > end) return MORE
      if (bytes[to] === LESS && hasBytes(bytes, to, valueEnd)) {
        this.#value(column, start, to)
        return to + valueEnd.length
      }
    }
    this.#window.at = at
    return this.#slow.read(column, this.#type, this.#style)
  }

  /** The next `<` or `&`. */
  #plainUntil(from: number): number {
    const { bytes, end } = this.#window
    const text = this.#type === types.string
    for (let at = from; at < end; at++) {
      const byte = bytes[at]
      if (byte === LESS || (byte === AMPERSAND && !text)) return at
    }
    return MORE
  }

  #value(column: number, from: number, to: number): void {
    const { bytes } = this.#window
    if (this.#type === types.string) {
      this.#row.text.text(bytes, from, to, false, true)
      this.#row.commit(column, true)
    } else this.#row.commit(column, this.#values.write(this.#type, this.#style, bytes, from, to))
  }
}
