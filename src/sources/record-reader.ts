import { isUtf8 } from 'node:buffer'
import { CR, type CsvSyntax, LF, NONE } from './csv-syntax.ts'
import { DeadEnd } from './dead-end.ts'
import type { CsvLimits } from './limits.ts'
import type { Window } from './window.ts'

export type RecordError =
  | 'too_few_fields'
  | 'too_many_fields'
  | 'broken_quote'
  | 'invalid_encoding'
  | 'nul_byte'

/** `more`: the window ends before the record does; fill it and read again. */
export type Read = 'record' | 'blank' | 'more' | 'end'

/** How records end, as bits: the end of the text is none of them. */
export const newlines = { lf: 1, crlf: 2, cr: 4 } as const

const MORE = -1
const BROKEN = -2

/**
 * Reads a window record by record. One object is used for all records: after `read()` it describes the last one.
 *
 * A record whose quoting is broken (text behind a closing quote, or a quote that is not closed before the end of the
 * text or the look-ahead) is malformed and ends with its first line; so does one that spans lines and then has the wrong
 * number of fields, because most likely a stray quote has swallowed the lines behind it.
 */
export class RecordReader {
  /** Number of fields of a good record; undefined = any. */
  readonly width: number | undefined
  /** The record's text, without its newline, is `window.bytes[start, end)`. */
  start = 0
  end = 0
  /** Where the next record begins. */
  next = 0
  error: RecordError | undefined
  fields = 0
  /** Where each field's value begins and ends, inside its quotes. */
  readonly from: number[] = []
  readonly to: number[] = []
  /** The value has escaped characters in it. */
  readonly escaped: boolean[] = []
  newline = 0
  /** Where the record's first line ends when a quoted newline was met; NONE otherwise. */
  firstLineEnd = NONE
  /** Other readers may take the quoting differently. */
  unusual = false

  readonly #window: Window
  readonly #syntax: CsvSyntax
  readonly #limits: CsvLimits
  readonly #deadEnd = new DeadEnd()

  constructor(window: Window, syntax: CsvSyntax, limits: CsvLimits, width?: number) {
    this.#window = window
    this.#syntax = syntax
    this.#limits = limits
    this.width = width
  }

  /** Reads the record at `window.start`, which it does not move: set it to `next` to go on. */
  read(): Read {
    const { start, end, final } = this.#window
    if (start >= end) return final ? 'end' : 'more'
    this.#begin(start)
    const at = this.#split(start)
    if (at === MORE) return 'more'
    if (at === BROKEN || this.#swallowed(at)) return this.#firstLineAlone()
    if (!this.#endAt(at)) return 'more'
    if (this.#isBlank()) return 'blank'
    this.error = this.#contentError() ?? this.#widthError()
    return 'record'
  }

  get spansLines(): boolean {
    return this.firstLineEnd !== NONE
  }

  #begin(start: number): void {
    this.start = start
    this.fields = 0
    this.error = undefined
    this.firstLineEnd = NONE
    this.unusual = false
    this.#deadEnd.beginRecord()
  }

  /** Walks over the fields; gives the position of the newline (or the end of the text) behind the last one. */
  #split(start: number): number {
    const { bytes, end } = this.#window
    const { delimiter, quote } = this.#syntax
    let at = start
    for (;;) {
      at = at < end && bytes[at] === quote ? this.#quotedField(at) : this.#bareField(at)
      if (at < 0 || at >= end || bytes[at] !== delimiter) return at
      at++
    }
  }

  #bareField(start: number): number {
    const { bytes, end, final } = this.#window
    const { delimiter, quote, escape: escaper } = this.#syntax
    let at = start
    for (; at < end; at++) {
      const c = bytes[at]
      if (c === delimiter || c === LF || c === CR) break
      if (c === quote || c === escaper) this.unusual = true
    }
    if (at === end && !final) return MORE
    this.#field(start, at, false)
    return at
  }

  #quotedField(start: number): number {
    const { bytes, end } = this.#window
    const { quote, escape: escaper } = this.#syntax
    let escaped = false
    let bound = this.#bound()
    for (let at = start + 1; at < bound; at++) {
      const c = bytes[at]
      if (c === escaper && at + 1 < end && isEscapable(bytes[at + 1], this.#syntax)) {
        escaped = true
        at++
      } else if (c === quote) return this.#closed(start, at, escaped)
      else if (c === escaper) this.unusual = true
      else if (c === LF || c === CR) {
        if (this.#entersDeadEnd(at)) return BROKEN
        bound = this.#bound()
      }
    }
    return this.#neverClosed(bound)
  }

  /** A record that spans lines is followed no further than the look-ahead. */
  #bound(): number {
    const { end } = this.#window
    return this.spansLines ? Math.min(end, this.start + this.#limits.lookAhead) : end
  }

  #closed(start: number, at: number, escaped: boolean): number {
    const { bytes, end, final } = this.#window
    const behind = at + 1
    if (behind >= end && !final) return MORE
    const c = bytes[behind]
    if (behind < end && c !== this.#syntax.delimiter && c !== LF && c !== CR) return this.#dead(behind)
    this.#field(start + 1, at, escaped)
    return behind
  }

  #neverClosed(bound: number): number {
    const { end, final } = this.#window
    const lookedFar = this.spansLines && bound === this.start + this.#limits.lookAhead
    return lookedFar || (final && bound === end) ? this.#dead(bound) : MORE
  }

  #dead(at: number): number {
    this.#deadEnd.broken(this.#window.base + at)
    return BROKEN
  }

  /** At a newline inside quotes: is it known already that this leads nowhere? */
  #entersDeadEnd(at: number): boolean {
    if (!this.spansLines) this.firstLineEnd = at
    return this.#deadEnd.enters(this.#window.base + at, this.fields, (fields, filled) =>
      this.#fits(fields, filled),
    )
  }

  #field(from: number, to: number, escaped: boolean): void {
    this.from[this.fields] = from
    this.to[this.fields] = to
    this.escaped[this.fields] = escaped
    this.fields++
  }

  /** Spans lines, and has the wrong number of fields at its end `at`. */
  #swallowed(at: number): boolean {
    if (!this.spansLines) return false
    const filled = this.#filled()
    if (this.#fits(this.fields, filled)) return false
    this.#deadEnd.misfit(this.#window.base + at, this.fields, filled)
    return true
  }

  #fits(fields: number, filled: number): boolean {
    return this.width === undefined || (fields >= this.width && filled <= this.width)
  }

  /** Number of fields without the empty ones at the end. */
  #filled(): number {
    let filled = this.fields
    while (filled > 0 && this.from[filled - 1] === this.to[filled - 1]) filled--
    return filled
  }

  #firstLineAlone(): Read {
    const { bytes, end, final } = this.#window
    let at = this.firstLineEnd
    if (at === NONE) {
      at = this.start
      while (at < end && bytes[at] !== LF && bytes[at] !== CR) at++
      if (at === end && !final) return 'more'
    }
    if (!this.#endAt(at)) return 'more'
    this.fields = 0
    this.error = this.#contentError() ?? 'broken_quote'
    return 'record'
  }

  /** Takes the newline at `at`; false = whether a line feed follows is not known yet. */
  #endAt(at: number): boolean {
    const { bytes, end, final } = this.#window
    if (at + 1 >= end && bytes[at] === CR && at < end && !final) return false
    const cr = at < end && bytes[at] === CR
    const lf = cr ? at + 1 < end && bytes[at + 1] === LF : at < end
    this.end = at
    this.next = at + Number(cr) + Number(lf)
    this.newline = cr ? (lf ? newlines.crlf : newlines.cr) : lf ? newlines.lf : 0
    return true
  }

  /** No characters but spaces and tabs. In a file of one column that is a value. */
  #isBlank(): boolean {
    if (this.width === 1 || this.fields !== 1 || this.from[0] !== this.start) return false
    const { bytes } = this.#window
    for (let at = this.start; at < this.end; at++) if (bytes[at] !== 0x20 && bytes[at] !== 0x09) return false
    return true
  }

  #contentError(): RecordError | undefined {
    if (this.end <= this.#window.cleanUntil) return undefined
    const text = this.#window.bytes.subarray(this.start, this.end)
    if (text.includes(0)) return 'nul_byte'
    return isUtf8(text) ? undefined : 'invalid_encoding'
  }

  #widthError(): RecordError | undefined {
    if (this.width === undefined || this.fields === this.width) return undefined
    if (this.fields < this.width) return 'too_few_fields'
    return this.#filled() <= this.width ? undefined : 'too_many_fields'
  }
}

function isEscapable(c: number | undefined, { quote, escape: escaper }: CsvSyntax): boolean {
  return c === quote || c === escaper
}
