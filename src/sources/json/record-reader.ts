import { isUtf8 } from 'node:buffer'
import { CR, LF } from '../csv-syntax.ts'
import type { Window } from '../window.ts'
import { Fields } from './fields.ts'
import { Keys } from './keys.ts'
import { Layout } from './layout.ts'
import type { JsonLimits } from './limits.ts'
import { BROKEN, type JsonError, MORE, OPEN, Parser } from './parser.ts'
import { damagedJson, longRecord, truncatedJson } from './refusals.ts'
import { elementEnd } from './resync.ts'

/** `more`: the window ends before the record does; fill it and read again. */
export type Read = 'record' | 'blank' | 'more' | 'end'

/**
 * Reads the records of a document from a window: the elements of its array, or its lines. One object is used for all
 * records: after `read()` it describes the last one. Anything but an object is malformed; so is an object with broken JSON, which
 * ends with its line, or in an array where its brackets close. Throws a Refusal where that cannot be told.
 */
export class RecordReader {
  /** The record's text is `window.bytes[start, end)`. */
  start = 0
  end = 0
  /** Where reading goes on: set `window.start` to it. */
  next = 0
  error: JsonError | undefined
  readonly fields = new Fields()
  readonly keys: Keys
  readonly #window: Window
  readonly #limits: JsonLimits
  readonly #parser: Parser
  readonly #layout: Layout

  constructor(window: Window, limits: JsonLimits, path: readonly string[]) {
    this.#window = window
    this.#limits = limits
    this.keys = new Keys(limits.keys)
    this.#parser = new Parser(limits, this.keys, this.fields)
    this.#layout = new Layout(window, this.#parser, path)
  }

  /** Has the record a value in this column? */
  has(column: number): boolean {
    return this.fields.has(this.#parser.record, column)
  }

  read(): Read {
    const { bytes, end, final } = this.#window
    this.#parser.bytes = bytes
    this.#parser.end = end
    this.#parser.open = !final
    const at = this.#layout.nextRecord()
    if (at === MORE) return 'more'
    if (at === undefined) return 'end'
    this.start = at
    return this.#layout.lines ? this.#line(at) : this.#element(at)
  }

  /** Fills the window, unless the unfinished record is over the limit already. */
  async fill(): Promise<void> {
    this.#refuseLong(this.#window.end - this.#window.start)
    await this.#window.fill()
  }

  #refuseLong(length: number): void {
    if (length > this.#limits.record) throw longRecord(this.#limits.record)
  }

  #element(start: number): Read {
    let end = this.#object(start)
    if (end === MORE) return 'more'
    if (end === BROKEN) {
      end = elementEnd(this.#window.bytes, start, this.#window.end)
      if (end === MORE && !this.#window.final) return 'more'
      if (end < 0) throw this.#unsynced()
    }
    return this.#finish(end, end)
  }

  #unsynced(): Error {
    const { brokenAt } = this.#parser
    return brokenAt >= this.#window.end ? truncatedJson() : damagedJson(this.#window.base + brokenAt)
  }

  #line(start: number): Read {
    const { bytes, end, final } = this.#window
    const parser = this.#parser
    parser.multiline = false
    let at = parser.space(start)
    if (at < end && bytes[at] === LF) return this.#blank(at + 1)
    if (at === end) return final ? this.#blank(at) : 'more'
    at = this.#object(at)
    if (at !== MORE && at !== BROKEN) at = parser.space(at)
    if (at === MORE || (at === end && !final)) return 'more'
    if (at !== BROKEN && (at === end || bytes[at] === LF)) return this.#finish(at, at + 1)
    if (at !== BROKEN) this.error = 'broken_json'
    const feed = bytes.subarray(start, end).indexOf(LF)
    if (feed < 0 && !final) return 'more'
    return this.#finish(feed < 0 ? end : start + feed, feed < 0 ? end : start + feed + 1)
  }

  #blank(next: number): Read {
    this.next = next
    return 'blank'
  }

  /** A value that should be an object; `error` says whether it is one. */
  #object(at: number): number {
    const parser = this.#parser
    parser.record++
    this.keys.rollback()
    const isObject = this.#window.bytes[at] === OPEN
    const end = isObject ? parser.object(at + 1, 1, this.keys.root) : parser.value(at, 0)
    this.error = end === BROKEN ? parser.error : isObject ? undefined : 'not_an_object'
    return end
  }

  #finish(end: number, next: number): Read {
    this.end = this.#trimmed(end)
    this.next = Math.min(next, this.#window.end)
    this.#refuseLong(this.end - this.start)
    this.error = this.#contentError() ?? this.error
    if (this.error) this.keys.rollback()
    else this.keys.commit()
    return 'record'
  }

  #trimmed(end: number): number {
    let at = end
    while (at > this.start && isSpace(this.#window.bytes[at - 1])) at--
    return at
  }

  #contentError(): JsonError | undefined {
    if (this.end <= this.#window.cleanUntil) return undefined
    const text = this.#window.bytes.subarray(this.start, this.end)
    if (text.includes(0)) return 'nul_byte'
    return isUtf8(text) ? undefined : 'invalid_encoding'
  }
}

const isSpace = (c: number | undefined): boolean => c === 0x20 || c === 0x09 || c === CR || c === LF
