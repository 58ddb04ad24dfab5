import { LF } from '../csv-syntax.ts'
import type { Window } from '../window.ts'
import {
  BROKEN,
  CLOSE,
  CLOSE_LIST,
  COLON,
  COMMA,
  MORE,
  OPEN,
  OPEN_LIST,
  type Parser,
  QUOTE,
} from './parser.ts'
import { damagedJson, emptyJson, noJson, notThere, oneDocument, truncatedJson } from './refusals.ts'

/** How much of a first line is read to learn whether the document goes on behind it. */
const ENOUGH = 1024 * 1024

type State = 'begin' | 'lines' | 'first' | 'elements' | 'object' | 'tail' | 'done'

/** Finds where records are: over the brackets, commas and keys around them it moves `window.start` by itself. */
export class Layout {
  /** One record per line. */
  lines = false
  #state: State = 'begin'
  /** Keys on the way to the records, and how many of them have been followed. */
  readonly #path: readonly string[]
  #depth = 0
  /** Where the element read last, or being read, begins: counted from the beginning of the text. */
  #element = -1
  /** The next member of an object stands behind a comma. */
  #needsComma = false
  readonly #window: Window
  readonly #parser: Parser

  constructor(window: Window, parser: Parser, path: readonly string[]) {
    this.#window = window
    this.#parser = parser
    this.#path = path
  }

  /** Where the next record begins; MORE = fill the window and ask again; undefined = there is none. */
  nextRecord(): number | undefined {
    for (;;) {
      const { start, end, final } = this.#window
      if (this.#state === 'lines') return start < end ? start : final ? undefined : MORE
      this.#parser.multiline = true
      const at = this.#parser.space(start)
      this.#window.start = at
      if (this.#element === this.#window.base + at) return at
      if (at >= end && final) return this.#atEnd()
      if (at >= end) return MORE
      const found = this.#step(at)
      if (found !== undefined) return found
    }
  }

  /** undefined = a step was made, and the next one may find a record. */
  #step(at: number): number | undefined {
    switch (this.#state) {
      case 'begin':
        return this.#begin(at)
      case 'first':
        return this.#first(at)
      case 'elements':
        return this.#separator(at)
      case 'object':
      case 'tail':
        return this.#member(at)
      default:
        throw this.#damaged(at)
    }
  }

  #atEnd(): undefined {
    if (this.#state === 'begin') throw emptyJson()
    if (this.#state !== 'done') throw truncatedJson()
    return undefined
  }

  #begin(at: number): number | undefined {
    const c = this.#window.bytes[at]
    if (c !== OPEN && c !== OPEN_LIST) throw noJson()
    if (this.#path.length === 0) return c === OPEN ? this.#linesOrDocument(at) : this.#enterList(at)
    if (c === OPEN_LIST) throw notThere(this.#path.join('.'), 'the document is an array itself')
    return this.#go('object', at + 1)
  }

  /** An object that is whole only with what follows its first line is a document, and no first record. */
  #linesOrDocument(at: number): number | undefined {
    const { bytes, end, final } = this.#window
    const behind = this.#parser.value(at, 0)
    if (behind === MORE && !final && end - at < ENOUGH) return MORE
    const cutOff = behind === BROKEN && this.#parser.brokenAt >= end
    const whole = bytes.subarray(at, behind < 0 ? end : behind)
    if (whole.includes(LF) && cutOff) throw truncatedJson()
    if (whole.includes(LF) && behind !== BROKEN) throw oneDocument()
    this.lines = true
    return this.#go('lines', this.#window.start)
  }

  #enterList(at: number): undefined {
    return this.#go('first', at + 1)
  }

  #first(at: number): number | undefined {
    const c = this.#window.bytes[at]
    if (c === CLOSE_LIST) return this.#leaveList(at)
    if (c === COMMA) throw this.#damaged(at)
    this.#state = 'elements'
    return this.#found(at)
  }

  /** Behind an element. */
  #separator(at: number): number | undefined {
    const c = this.#window.bytes[at]
    if (c === CLOSE_LIST) return this.#leaveList(at)
    if (c !== COMMA) throw this.#damaged(at)
    const element = this.#parser.space(at + 1)
    if (element >= this.#window.end) return this.#short()
    const next = this.#window.bytes[element]
    if (next === CLOSE_LIST || next === COMMA) throw this.#damaged(element)
    this.#window.start = element
    return this.#found(element)
  }

  #found(at: number): number {
    this.#element = this.#window.base + at
    return at
  }

  #leaveList(at: number): undefined {
    return this.#go(this.#depth === 0 ? 'done' : 'tail', at + 1)
  }

  /** A member of an object around the records, its comma, or the end of it. The window moves behind it. */
  #member(at: number): number | undefined {
    const c = this.#window.bytes[at]
    if (c === CLOSE) return this.#leaveObject(at)
    if (c === COMMA) return this.#afterComma(at)
    if (c !== QUOTE || this.#needsComma) throw this.#damaged(at)
    const behind = this.#parser.string(at + 1)
    const colon = behind < 0 ? behind : this.#parser.space(behind)
    if (colon === MORE || (colon >= 0 && colon >= this.#window.end)) return this.#short()
    if (colon < 0 || this.#window.bytes[colon] !== COLON) throw this.#damaged(at)
    const value = this.#parser.space(colon + 1)
    if (value >= this.#window.end) return this.#short()
    return this.#isOnPath(at + 1, behind - 1) ? this.#follow(value) : this.#skip(value)
  }

  #afterComma(at: number): number | undefined {
    const next = this.#parser.space(at + 1)
    if (next >= this.#window.end) return this.#short()
    if (!this.#needsComma || this.#window.bytes[next] !== QUOTE) throw this.#damaged(at)
    this.#needsComma = false
    this.#window.start = next
    return undefined
  }

  #follow(value: number): number | undefined {
    const path = this.#path.join('.')
    if (this.#state === 'tail') throw notThere(path, 'the document has that key twice')
    const last = this.#depth === this.#path.length - 1
    const c = this.#window.bytes[value]
    if (c !== (last ? OPEN_LIST : OPEN))
      throw notThere(path, `there is no ${last ? 'array' : 'object'} there`)
    this.#depth++
    return last ? this.#enterList(value) : this.#go('object', value + 1)
  }

  #skip(value: number): number | undefined {
    const behind = this.#parser.value(value, this.#depth)
    if (behind === MORE) return this.#short()
    if (behind === BROKEN) throw this.#damaged(this.#parser.brokenAt)
    this.#needsComma = true
    this.#window.start = behind
    return undefined
  }

  #leaveObject(at: number): undefined {
    if (this.#state !== 'tail') throw notThere(this.#path.join('.'), 'the document has no such key')
    this.#depth--
    return this.#go(this.#depth === 0 ? 'done' : 'tail', at + 1)
  }

  /** Is the key the next one of the path? Behind the records, the one that led there. */
  #isOnPath(from: number, to: number): boolean {
    const { bytes } = this.#window
    const raw = bytes.toString('utf8', from, to)
    const key: unknown = this.#parser.escaped ? JSON.parse(`"${raw}"`) : raw
    return key === this.#path[this.#state === 'tail' ? this.#depth - 1 : this.#depth]
  }

  #go(state: State, start: number): undefined {
    this.#needsComma = state === 'tail'
    this.#state = state
    this.#window.start = start
    return undefined
  }

  #short(): number {
    if (this.#window.final) throw truncatedJson()
    return MORE
  }

  #damaged(at: number): Error {
    return damagedJson(this.#window.base + at)
  }
}
