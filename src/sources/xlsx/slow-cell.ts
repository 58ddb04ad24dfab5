import { MORE } from './bytes.ts'
import { type CellType, type CellValues, types } from './cell-value.ts'
import type { Row } from './row.ts'
import type { XmlReader } from './xml-reader.ts'
import { XmlText } from './xml-text.ts'

const LONGEST = 1 << 26

/** Reads a cell token by token: formulas, rich and inline text, CDATA, anything a writer may put there. */
export class SlowCell {
  readonly #xml: XmlReader
  readonly #row: Row
  readonly #values: CellValues
  readonly #content = new XmlText(LONGEST)

  constructor(xml: XmlReader, row: Row, values: CellValues) {
    this.#xml = xml
    this.#row = row
    this.#values = values
  }

  /** Reads the cell at the window's beginning into its column; the position behind it, or MORE with nothing done. */
  read(column: number, type: CellType, style: number): number {
    const xml = this.#xml
    const { window, depth } = xml
    const { at } = window
    const content = this.#content
    content.at = 0
    let text = 0
    let phonetic = 0
    for (;;) {
      const token = xml.next()
      if (token === 'more' || token === 'end') {
        xml.rewind(at, depth)
        return MORE
      }
      if (token === 'open') {
        if (xml.depth === depth + 2 && (xml.is('v') || xml.is('is'))) content.at = 0
        if (xml.is('rPh')) phonetic ||= xml.depth
        else if (type === types.inline ? xml.is('t') : xml.depth === depth + 2 && xml.is('v'))
          text ||= xml.depth
      } else if (token === 'close') {
        if (xml.depth < text) text = 0
        if (xml.depth < phonetic) phonetic = 0
        if (xml.depth === depth) break
      } else if (token === 'text' && text > 0 && phonetic === 0) this.#add(type)
    }
    this.#commit(column, type, style)
    return window.at
  }

  #add(type: CellType): void {
    const { window, from, to, literal } = this.#xml
    const isText = type === types.inline || type === types.string
    const into = isText ? this.#row.text : this.#content
    into.text(window.bytes, from, to, literal, isText)
  }

  #commit(column: number, type: CellType, style: number): void {
    const { bytes, at } = this.#content
    const isText = type === types.inline || type === types.string
    this.#row.commit(column, isText || this.#values.write(type, style, bytes, 0, at))
  }
}
