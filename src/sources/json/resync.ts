import { BROKEN, CLOSE, CLOSE_LIST, COLON, COMMA, MORE, OPEN, OPEN_LIST, QUOTE } from './parser.ts'

const BACKSLASH = 0x5c
const DEEPEST = 10_000

/**
 * Where a broken element of an array that begins at `start` ends, judged by quotes and brackets alone. BROKEN where even these
 * make no sense (brackets that do not match, a string that ends its line or stands beside a word): to go on from there could
 * take many good records for part of a bad one.
 */
export function elementEnd(bytes: Buffer, start: number, end: number): number {
  const open: number[] = []
  let before = COMMA
  for (let at = start; at < end; at++) {
    const c = bytes[at] as number
    if (isSpace(c)) continue
    if (c === QUOTE) {
      if (!startsValue(before)) return BROKEN
      at = stringEnd(bytes, at + 1, end) - 1
      if (at < start) return at + 1
    } else {
      if (before === QUOTE && !endsValue(c)) return BROKEN
      if (open.length === 0 && (c === COMMA || c === CLOSE_LIST)) return at
      if (c === OPEN || c === OPEN_LIST) open.push(c)
      else if ((c === CLOSE || c === CLOSE_LIST) && open.pop() !== (c === CLOSE ? OPEN : OPEN_LIST))
        return BROKEN
      if (open.length > DEEPEST) return BROKEN
    }
    before = c
  }
  return MORE
}

/** Behind the closing quote. */
function stringEnd(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const c = bytes[at] as number
    if (c === QUOTE) return at + 1
    if (c === BACKSLASH) at++
    else if (c === 0x0a || c === 0x0d) return BROKEN
  }
  return MORE
}

const isSpace = (c: number): boolean => c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0d
const startsValue = (before: number): boolean =>
  before === OPEN || before === OPEN_LIST || before === COMMA || before === COLON
const endsValue = (c: number): boolean => c === COLON || c === COMMA || c === CLOSE || c === CLOSE_LIST
