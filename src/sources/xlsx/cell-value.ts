import { COMMA, DOT, isDigit, NINE, ZERO } from './bytes.ts'
import { dateText } from './date-text.ts'
import { type Kind, kinds } from './number-format.ts'
import { isPlainNumber, numberText, plainValue } from './number-text.ts'
import { corrupt } from './refusals.ts'
import type { Row } from './row.ts'
import type { SharedStrings } from './shared-strings.ts'
import type { Styles } from './styles.ts'

/** What a cell says its content is. `unknown` is kept as the text it is. */
export const types = { number: 0, shared: 1, string: 2, boolean: 3, error: 4, date: 5, inline: 6 } as const
export type CellType = (typeof types)[keyof typeof types]

export interface Workbook {
  readonly strings: SharedStrings | undefined
  readonly styles: Styles
  readonly date1904: boolean
  /** Decimal separator of numbers that are text; those of number cells are written alike, so that one rule reads both. */
  readonly decimal: '.' | ','
}

const LONGEST_NUMBER = 400
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const iso = /^(\d{4}-\d\d-\d\d)?T?(?:(\d\d:\d\d)(:\d\d)?(?:\.(\d+))?)?Z?$/

/** Turns the raw content of cells into the text of their column. */
export class CellValues {
  /** Cells that hold an error such as #N/A; they are empty. */
  errors = 0
  readonly #book: Workbook
  readonly #row: Row

  constructor(book: Workbook, row: Row) {
    this.#book = book
    this.#row = row
  }

  /** The content `[from, to)` of a cell, entities resolved; text goes through `text` of the row instead. */
  write(type: CellType, style: number, bytes: Buffer, from: number, to: number): boolean {
    switch (type) {
      case types.number:
        return this.#number(style, bytes, from, to)
      case types.shared:
        return this.#shared(bytes, from, to)
      case types.boolean:
        return this.#boolean(bytes, from, to)
      case types.error:
        this.errors++
        return false
      case types.date:
        return this.#date(bytes, from, to)
      default:
        this.#quoted(bytes.toString('utf8', from, to))
        return true
    }
  }

  #shared(bytes: Buffer, from: number, to: number): boolean {
    let index = 0
    for (let i = from; i < to; i++) {
      const byte = bytes[i] as number
      if (byte < ZERO || byte > NINE) return this.#sharedSpaced(bytes, from, to)
      index = index * 10 + (byte - ZERO)
    }
    if (to > from) this.#string(index)
    return true
  }

  /** Some writers put spaces around numbers. */
  #sharedSpaced(bytes: Buffer, from: number, to: number): boolean {
    const text = bytes.toString('latin1', from, Math.min(to, from + LONGEST_NUMBER)).trim()
    if (text !== '') this.#string(/^\d{1,10}$/.test(text) ? Number(text) : -1)
    return true
  }

  #string(index: number): void {
    const { strings } = this.#book
    if (index < 0 || !strings?.locate(index))
      throw corrupt('a cell refers to a text (shared string) that is not there')
    this.#row.text.raw(strings.block, strings.from, strings.to)
    if (strings.newline) this.#row.text.newline = true
  }

  #boolean(bytes: Buffer, from: number, to: number): boolean {
    const text = bytes
      .toString('latin1', from, Math.min(to, from + 16))
      .trim()
      .toLowerCase()
    if (text === '') return false
    const value = { '1': 'true', '0': 'false', true: 'true', false: 'false' }[text]
    if (value === undefined) throw corrupt('a cell is neither true nor false')
    this.#row.text.ascii(value)
    return false
  }

  #number(style: number, bytes: Buffer, from: number, to: number): boolean {
    const kind = this.#kind(style)
    if (isPlainNumber(bytes, from, to)) {
      if (kind !== kinds.number && this.#dated(plainValue(bytes, from, to), kind)) return false
      this.#row.text.raw(bytes, from, to)
      return this.#separated(to - from)
    }
    return this.#oddNumber(kind, bytes, from, to)
  }

  #oddNumber(kind: Kind, bytes: Buffer, from: number, to: number): boolean {
    const text = bytes.toString('latin1', from, Math.min(to, from + LONGEST_NUMBER)).trim()
    if (text === '') return false
    if (to - from >= LONGEST_NUMBER || !decimal.test(text)) {
      this.#quoted(bytes.toString('utf8', from, to))
      return true
    }
    const value = Number(text)
    if (kind !== kinds.number && this.#dated(value, kind)) return false
    const shown = Number.isFinite(value) ? numberText(value) : text
    this.#row.text.ascii(shown)
    return this.#separated(shown.length)
  }

  /** Gives the number just written its decimal separator; a comma needs quotes. */
  #separated(length: number): boolean {
    if (this.#book.decimal === '.') return false
    const { bytes, at } = this.#row.text
    const point = bytes.subarray(at - length, at).indexOf(DOT)
    if (point < 0) return false
    bytes[at - length + point] = COMMA
    return true
  }

  #kind(style: number): Kind {
    const { styles } = this.#book
    return (style < styles.length ? styles[style] : kinds.number) as Kind
  }

  #dated(serial: number, kind: Kind): boolean {
    const text = dateText(serial, kind, this.#book.date1904)
    if (text === undefined) return false
    this.#row.text.ascii(text)
    return true
  }

  /** ISO 8601 as a strict workbook has it; a midnight is a date alone. */
  #date(bytes: Buffer, from: number, to: number): boolean {
    const text = bytes.toString('utf8', from, to).trim()
    const [, day, minutes, seconds = ':00', fraction = ''] = iso.exec(text.slice(0, 40)) ?? []
    if (text.length > 40 || (day === undefined && minutes === undefined)) {
      this.#quoted(text)
      return true
    }
    const rest = fraction.slice(0, 3).replace(/0+$/, '')
    const time =
      minutes === undefined
        ? ''
        : `${minutes}${seconds}${rest === '' ? '' : `.${fraction.slice(0, 3).padEnd(3, '0')}`}`
    const midnight = time === '' || (day !== undefined && time === '00:00:00')
    this.#row.text.ascii(midnight ? (day ?? '') : day === undefined ? time : `${day}T${time}`)
    return false
  }

  /** Text that is not XML any more. */
  #quoted(text: string): void {
    const bytes = Buffer.from(text)
    this.#row.text.text(bytes, 0, bytes.length, true, false)
  }
}

/** The column of a reference such as `AB12`, counted from 0, and its row; -1 where it is none. */
export interface Reference {
  column: number
  row: number
}

/** Reads `[from, to)` into `into`: letters, then digits. */
export function readReference(bytes: Buffer, from: number, to: number, into: Reference): void {
  let column = 0
  let row = 0
  let at = from
  for (; at < to; at++) {
    const letter = (bytes[at] as number) & 0xdf
    if (letter < 0x41 || letter > 0x5a) break
    column = Math.min(column * 26 + (letter - 0x40), 1e6)
  }
  const letters = at - from
  for (; at < to && isDigit(bytes[at] as number); at++)
    row = Math.min(row * 10 + ((bytes[at] as number) - ZERO), 1e9)
  into.column = at === to && letters > 0 ? column - 1 : -1
  into.row = row
}
