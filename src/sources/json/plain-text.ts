import { LF } from '../csv-syntax.ts'
import { hexDigit, QUOTE } from './parser.ts'

const BACKSLASH = 0x5c
const SIMPLE: Readonly<Record<number, number>> = { 98: 0x08, 102: 0x0c, 110: LF, 114: 0x0d, 116: 0x09 }

/**
 * Takes the escapes out of the checked string `bytes[from, to)` where it lies, and gives its new end: no escape is shorter than
 * the UTF-8 of what it means.
 */
export function unescapeInPlace(bytes: Buffer, from: number, to: number): number {
  let out = from
  for (let at = from; at < to; at++) {
    const c = bytes[at] as number
    if (c !== BACKSLASH) {
      bytes[out++] = c
      continue
    }
    const letter = bytes[++at] as number
    if (letter !== 0x75) {
      bytes[out++] = SIMPLE[letter] ?? letter
      continue
    }
    let code = unitAt(bytes, at + 1)
    at += 4
    if (code >= 0xd800 && code <= 0xdbff) {
      code = 0x10000 + ((code - 0xd800) << 10) + unitAt(bytes, at + 3) - 0xdc00
      at += 6
    }
    out += bytes.write(String.fromCodePoint(code), out)
  }
  return out
}

function unitAt(bytes: Buffer, at: number): number {
  let unit = 0
  for (let i = at; i < at + 4; i++) unit = unit * 16 + hexDigit(bytes[i] as number)
  return unit
}

/** Takes the white space between the tokens of checked JSON away where it lies, and gives its new end. */
export function compactInPlace(bytes: Buffer, from: number, to: number): number {
  let out = from
  let quoted = false
  for (let at = from; at < to; at++) {
    const c = bytes[at] as number
    if (!quoted && c <= 0x20) continue
    if (c === QUOTE) quoted = !quoted
    bytes[out++] = c
    if (c === BACKSLASH) bytes[out++] = bytes[++at] as number
  }
  return out
}
