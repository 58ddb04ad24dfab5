import { MAX_COLUMNS } from './limits.ts'
import { XmlText } from './xml-text.ts'

/** The cells of one row as texts in one buffer, double quotes already written twice. Columns count from 0. */
export class Row {
  readonly text: XmlText
  /** Sheet row, 1 = first. */
  number = 0
  /** How many cells have a value. */
  values = 0
  /** Behind the last column with a value. */
  end = 0
  /** The first column with a value. */
  first = MAX_COLUMNS
  /** Where the text of a column lies, if `has` says that it has one. */
  readonly from = new Int32Array(MAX_COLUMNS)
  readonly to = new Int32Array(MAX_COLUMNS)
  /** 1 = the text may have anything in it, 0 = a number or a date, which needs no quotes. */
  readonly free = new Uint8Array(MAX_COLUMNS)
  readonly #seen = new Int32Array(MAX_COLUMNS)
  #turn = 0
  #used = 0

  constructor(limit: number) {
    this.text = new XmlText(limit, true)
  }

  begin(number: number): void {
    this.#turn++
    this.#used = 0
    this.number = number
    this.values = 0
    this.end = 0
    this.first = MAX_COLUMNS
    this.text.newline = false
    this.text.at = 0
  }

  /** Forgets what a cell that turned out to be unfinished has written. */
  reset(): void {
    this.text.at = this.#used
  }

  has(column: number): boolean {
    return this.#seen[column] === this.#turn
  }

  /** What was written to `text` since the last cell is the value of this column; nothing written is no value. */
  commit(column: number, free: boolean): void {
    const { at } = this.text
    if (at === this.#used) return
    this.#seen[column] = this.#turn
    this.from[column] = this.#used
    this.to[column] = at
    this.free[column] = free ? 1 : 0
    this.#used = at
    this.values++
    if (column >= this.end) this.end = column + 1
    if (column < this.first) this.first = column
  }

  /** A column's value as it is meant, '' without one. */
  value(column: number): string {
    if (!this.has(column)) return ''
    return this.text.bytes.toString('utf8', this.from[column], this.to[column]).replaceAll('""', '"')
  }
}
