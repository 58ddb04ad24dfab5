import { AMPERSAND, CR, LF, QUOTE, UNDERSCORE } from './bytes.ts'
import { corrupt, tooLarge } from './refusals.ts'

const SEMICOLON = 0x3b
const HASH = 0x23
const LOWER_X = 0x78
const LONGEST_ENTITY = 12
const named: Readonly<Record<string, number>> = { amp: 0x26, lt: 0x3c, gt: 0x3e, quot: 0x22, apos: 0x27 }

/**
 * Collects text out of XML as UTF-8: entities and `_x000D_` escapes resolved, line ends made `\n`, double quotes written
 * twice if `quotes` says so, as the canonical copy has them.
 */
export class XmlText {
  bytes: Buffer
  at = 0
  /** A line end was written since this was last cleared. */
  newline = false
  readonly #quotes: boolean
  readonly #limit: number

  constructor(limit: number, quotes = false, capacity = 65_536) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.#limit = limit
    this.#quotes = quotes
  }

  /** Makes room for `more` bytes. */
  reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return
    if (this.at + more > this.#limit) throw tooLarge('The text of one row or cell', this.#limit)
    const larger = Buffer.allocUnsafeSlow(Math.min(2 * (this.at + more), this.#limit))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  /** Bytes as they are. */
  raw(from: Buffer, start: number, end: number): void {
    this.reserve(end - start)
    if (end - start > 48) {
      from.copy(this.bytes, this.at, start, end)
      this.at += end - start
      return
    }
    const out = this.bytes
    let at = this.at
    for (let i = start; i < end; i++) out[at++] = from[i] as number
    this.at = at
  }

  ascii(text: string): void {
    this.reserve(text.length)
    for (let i = 0; i < text.length; i++) this.bytes[this.at++] = text.charCodeAt(i)
  }

  /** Character data `[start, end)`; `literal` for a CDATA section, `escapes` where `_x000D_` means something. */
  text(from: Buffer, start: number, end: number, literal: boolean, escapes: boolean): void {
    this.reserve(2 * (end - start))
    const out = this.bytes
    let at = this.at
    for (let i = start; i < end; i++) {
      const byte = from[i] as number
      if (byte > UNDERSCORE || (byte > AMPERSAND && byte !== UNDERSCORE)) out[at++] = byte
      else if (byte === AMPERSAND && !literal) {
        this.at = at
        i = this.#entity(from, i, end)
        at = this.at
      } else if (byte === UNDERSCORE && escapes && from[i + 1] === LOWER_X) {
        this.at = at
        i = this.#escape(from, i, end)
        at = this.at
      } else if (byte === QUOTE && this.#quotes) {
        out[at++] = QUOTE
        out[at++] = QUOTE
      } else if (byte === LF || byte === CR) {
        if (byte === CR && from[i + 1] === LF) i++
        out[at++] = LF
        this.newline = true
      } else out[at++] = byte
    }
    this.at = at
  }

  /** `&...;` at `at`; the position of its semicolon. */
  #entity(from: Buffer, at: number, end: number): number {
    const semicolon = from.indexOf(SEMICOLON, at)
    if (semicolon < 0 || semicolon >= end || semicolon - at > LONGEST_ENTITY) throw badEntity()
    const name = from.toString('latin1', at + 1, semicolon)
    const code = from[at + 1] === HASH ? numeric(name) : (named[name] ?? 0)
    if (!isCharacter(code)) throw badEntity()
    this.#character(code)
    return semicolon
  }

  /** `_xHHHH_` at `at`, a UTF-16 unit; the position of its last byte, or `at` if it is nothing but text. */
  #escape(from: Buffer, at: number, end: number): number {
    const unit = unitAt(from, at, end)
    if (isHigh(unit)) {
      const low = unitAt(from, at + 7, end)
      if (low >= 0xdc00 && low <= 0xdfff) {
        this.#character(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00))
        return at + 13
      }
    }
    // Half a character, or NUL, cannot be text: it stays as it is written.
    if (unit <= 0 || (unit >= 0xd800 && unit <= 0xdfff)) {
      this.bytes[this.at++] = UNDERSCORE
      return at
    }
    this.#character(unit)
    return at + 6
  }

  #character(code: number): void {
    const out = this.bytes
    if (code === QUOTE && this.#quotes) out[this.at++] = QUOTE
    if (code === LF || code === CR) this.newline = true
    if (code < 0x80) out[this.at++] = code
    else this.at += out.write(String.fromCodePoint(code), this.at)
  }
}

const badEntity = (): Error => corrupt('its XML has an entity that does not exist')

function numeric(name: string): number {
  const hexadecimal = name[1] === 'x'
  const digits = name.slice(hexadecimal ? 2 : 1)
  if (!(hexadecimal ? /^[0-9a-fA-F]+$/ : /^[0-9]+$/).test(digits)) return 0
  return Number.parseInt(digits, hexadecimal ? 16 : 10)
}

const isCharacter = (code: number): boolean =>
  code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

function unitAt(from: Buffer, at: number, end: number): number {
  if (at + 7 > end || from[at] !== UNDERSCORE || from[at + 1] !== LOWER_X || from[at + 6] !== UNDERSCORE)
    return -1
  const digits = from.toString('latin1', at + 2, at + 6)
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1
}

/** Text of an attribute or of a small document, entities resolved. */
export function xmlString(text: string, escapes = false): string {
  const bytes = Buffer.from(text)
  const out = new XmlText(1 << 26, false, 2 * bytes.length + 16)
  out.text(bytes, 0, bytes.length, false, escapes)
  return out.bytes.toString('utf8', 0, out.at)
}
