import { LF } from '../csv-syntax.ts'
import type { Fields, ValueKind } from './fields.ts'
import type { Key, Keys } from './keys.ts'
import type { JsonLimits } from './limits.ts'

export type JsonError =
  | 'broken_json'
  | 'not_an_object'
  | 'duplicate_key'
  | 'too_deep'
  | 'key_too_long'
  | 'invalid_encoding'
  | 'nul_byte'

/** In place of a position: the text ends too early, but more of it may follow; or it is wrong (see `error`). */
export const MORE = -1
export const BROKEN = -2

export const QUOTE = 0x22
export const COMMA = 0x2c
export const COLON = 0x3a
export const OPEN_LIST = 0x5b
export const CLOSE_LIST = 0x5d
export const OPEN = 0x7b
export const CLOSE = 0x7d
const BACKSLASH = 0x5c
const ZERO = 0x30
const NINE = 0x39
const LITERALS = ['true', 'false', 'null'].map((word) => Buffer.from(word))

/** Strict JSON (RFC 8259) over bytes. Every method takes the position of what it reads and gives the one behind it, MORE or BROKEN. */
export class Parser {
  bytes: Buffer = Buffer.alloc(0)
  /** Behind the last byte there is. */
  end = 0
  /** More may follow `end`. */
  open = false
  /** Line feeds are white space. */
  multiline = true
  error: JsonError = 'broken_json'
  /** Where it broke. */
  brokenAt = 0
  /** The string last read has escapes in it. */
  escaped = false
  /** Number of the record being read; a new one for each attempt. */
  record = 0
  readonly #limits: JsonLimits
  readonly #keys: Keys
  readonly #fields: Fields

  constructor(limits: JsonLimits, keys: Keys, fields: Fields) {
    this.#limits = limits
    this.#keys = keys
    this.#fields = fields
  }

  space(start: number): number {
    let at = start
    for (; at < this.end; at++) {
      const c = this.bytes[at] as number
      if (c !== 0x20 && c !== 0x09 && c !== 0x0d && (c !== LF || !this.multiline)) break
    }
    return at
  }

  /** Any value; nothing of it is kept. */
  value(at: number, depth: number): number {
    if (at >= this.end) return this.#short(at)
    const c = this.bytes[at] as number
    if (c === QUOTE) return this.string(at + 1)
    if (c === OPEN) return this.object(at + 1, depth + 1, undefined)
    if (c === OPEN_LIST) return this.#list(at + 1, depth + 1)
    if (c === 0x2d || (c >= ZERO && c <= NINE)) return this.#number(at)
    return this.#literal(at)
  }

  /** Behind an opening brace. With `parent`, the values within become fields. */
  object(start: number, depth: number, parent: Key | undefined): number {
    if (depth > this.#limits.depth) return this.#fail(start, 'too_deep')
    let at = this.space(start)
    if (at < this.end && this.bytes[at] === CLOSE) return at + 1
    for (let position = 0; ; position++) {
      at = this.#member(this.space(at), depth, parent, position)
      if (at < 0) return at
      at = this.space(at)
      if (at >= this.end) return this.#short(at)
      if (this.bytes[at] === CLOSE) return at + 1
      if (this.bytes[at] !== COMMA) return this.#fail(at)
      at++
    }
  }

  /** Behind an opening quote. */
  string(start: number): number {
    const { bytes, end } = this
    this.escaped = false
    for (let at = start; at < end; at++) {
      const c = bytes[at] as number
      if (c === QUOTE) return at + 1
      if (c < 0x20) return this.#fail(at)
      if (c !== BACKSLASH) continue
      this.escaped = true
      const behind = this.#escape(at + 1)
      if (behind < 0) return behind
      at = behind - 1
    }
    return this.#short(end)
  }

  #member(at: number, depth: number, parent: Key | undefined, position: number): number {
    if (at >= this.end) return this.#short(at)
    if (this.bytes[at] !== QUOTE) return this.#fail(at)
    const behind = this.string(at + 1)
    if (behind < 0) return behind
    if (behind - at > this.#limits.key) return this.#fail(at, 'key_too_long')
    const key = parent && this.#keys.child(parent, position, this.bytes, at + 1, behind - 1, this.escaped)
    if (key) {
      if (key.seenIn === this.record) return this.#fail(at, 'duplicate_key')
      key.seenIn = this.record
    }
    const colon = this.space(behind)
    if (colon >= this.end) return this.#short(colon)
    if (this.bytes[colon] !== COLON) return this.#fail(colon)
    const from = this.space(colon + 1)
    return key ? this.#field(from, depth, key) : this.value(from, depth)
  }

  #field(at: number, depth: number, key: Key): number {
    if (at < this.end && this.bytes[at] === OPEN) return this.object(at + 1, depth + 1, key)
    const behind = this.value(at, depth)
    if (behind < 0) return behind
    const c = this.bytes[at] as number
    if (c === 0x6e) return behind
    const quoted = Number(c === QUOTE)
    const column = this.#keys.column(key)
    return this.#fields.set(this.record, column, at + quoted, behind - quoted, this.#kind(c))
      ? behind
      : this.#fail(at, 'duplicate_key')
  }

  #kind(first: number): ValueKind {
    if (first === QUOTE) return this.escaped ? 'escaped' : 'plain'
    if (first === OPEN_LIST) return 'nested'
    return first === 0x2d || first <= NINE ? 'number' : 'plain'
  }

  #list(start: number, depth: number): number {
    if (depth > this.#limits.depth) return this.#fail(start, 'too_deep')
    let at = this.space(start)
    if (at < this.end && this.bytes[at] === CLOSE_LIST) return at + 1
    for (;;) {
      at = this.value(this.space(at), depth)
      if (at < 0) return at
      at = this.space(at)
      if (at >= this.end) return this.#short(at)
      if (this.bytes[at] === CLOSE_LIST) return at + 1
      if (this.bytes[at] !== COMMA) return this.#fail(at)
      at++
    }
  }

  #number(start: number): number {
    const digits = start + Number(this.bytes[start] === 0x2d)
    let at = this.#digits(digits)
    if (at < 0 || (this.bytes[digits] === ZERO && at > digits + 1)) return at < 0 ? at : this.#fail(digits)
    if (at < this.end && this.bytes[at] === 0x2e) at = this.#digits(at + 1)
    if (at < 0) return at
    if (at < this.end && ((this.bytes[at] as number) | 0x20) === 0x65) {
      const sign = this.bytes[at + 1]
      at = this.#digits(at + 1 + Number(at + 1 < this.end && (sign === 0x2b || sign === 0x2d)))
    }
    // It may go on where the text does.
    return at === this.end && this.open ? MORE : at
  }

  #digits(start: number): number {
    let at = start
    while (at < this.end && (this.bytes[at] as number) >= ZERO && (this.bytes[at] as number) <= NINE) at++
    if (at > start) return at
    return at >= this.end ? this.#short(at) : this.#fail(at)
  }

  #literal(at: number): number {
    const word = LITERALS.find(([first]) => first === this.bytes[at])
    if (!word) return this.#fail(at)
    for (let i = 1; i < word.length; i++) {
      if (at + i >= this.end) return this.#short(at + i)
      if (this.bytes[at + i] !== word[i]) return this.#fail(at + i)
    }
    return at + word.length
  }

  /** Behind a backslash. What no text can hold (NUL, half a surrogate pair) is an error of its own. */
  #escape(at: number): number {
    if (at >= this.end) return this.#short(at)
    const c = this.bytes[at] as number
    if (c !== 0x75) return isSimpleEscape(c) ? at + 1 : this.#fail(at)
    const unit = this.#unit(at + 1)
    if (unit < 0) return unit
    if (unit === 0) return this.#fail(at, 'nul_byte')
    if (unit < 0xd800 || unit > 0xdfff) return at + 5
    if (unit > 0xdbff) return this.#fail(at, 'invalid_encoding')
    if (at + 7 > this.end && this.open) return MORE
    if (this.bytes[at + 5] !== BACKSLASH || this.bytes[at + 6] !== 0x75)
      return this.#fail(at, 'invalid_encoding')
    const low = this.#unit(at + 7)
    if (low < 0) return low
    return low >= 0xdc00 && low <= 0xdfff ? at + 11 : this.#fail(at, 'invalid_encoding')
  }

  /** Four hexadecimal digits as a number. */
  #unit(at: number): number {
    let unit = 0
    for (let i = at; i < at + 4; i++) {
      if (i >= this.end) return this.#short(i)
      const digit = hexDigit(this.bytes[i] as number)
      if (digit < 0) return this.#fail(i)
      unit = unit * 16 + digit
    }
    return unit
  }

  #short(at: number): number {
    return this.open ? MORE : this.#fail(at)
  }

  #fail(at: number, error: JsonError = 'broken_json'): number {
    this.error = error
    this.brokenAt = at
    return BROKEN
  }
}

const isSimpleEscape = (c: number): boolean => '"\\/bfnrt'.includes(String.fromCharCode(c))

export function hexDigit(c: number): number {
  if (c >= ZERO && c <= NINE) return c - ZERO
  const letter = c | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
