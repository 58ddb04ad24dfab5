import { isAscii } from 'node:buffer'
import type { CsvFormat } from '../project/types.ts'
import { Refusal } from './refusal.ts'

export type Encoding = CsvFormat['encoding']

const boms = { utf8: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] } as const
const SAMPLE = 4096

/** Length of the byte order mark that belongs to `encoding`, 0 if there is none. */
export function bomLength(head: Buffer, encoding: Encoding): number {
  if (encoding === 'utf-8') return startsWith(head, boms.utf8) ? 3 : 0
  if (encoding === 'utf-16') return startsWith(head, boms.utf16le) || startsWith(head, boms.utf16be) ? 2 : 0
  return 0
}

/** Refuses a file that is plainly in another encoding than the contract says. */
export function refuseOtherEncodings(head: Buffer, encoding: Encoding): void {
  const seen = looksLike(head)
  if (encoding === 'utf-16' ? seen !== 'utf-16' : seen !== undefined && seen !== encoding && seen !== 'ascii')
    throw new Refusal(
      'csv_encoding',
      `The file is ${seen === 'utf-16' ? 'UTF-16' : 'UTF-8 or another one-byte encoding'}, but the contract says ${encoding}.`,
      `Write encoding: ${seen === 'utf-16' ? 'utf-16' : 'utf-8'} in the contract's format, or export the file as ${encoding}.`,
    )
}

/** UTF-16 where a byte order mark or a pattern of zero bytes shows it, else UTF-8. */
export const unicodeOf = (head: Buffer): Encoding => (looksLike(head) === 'utf-16' ? 'utf-16' : 'utf-8')

/** `undefined`: no byte order mark and no pattern of zero bytes, so it may be anything of one byte per letter. */
function looksLike(head: Buffer): Encoding | 'ascii' | undefined {
  if (startsWith(head, boms.utf8)) return 'utf-8'
  if (startsWith(head, boms.utf16le) || startsWith(head, boms.utf16be)) return 'utf-16'
  return zeroParity(head) === undefined ? undefined : 'utf-16'
}

/** Which half of the byte pairs is mostly zero: `odd` in little-endian western text, `even` in big-endian. */
function zeroParity(head: Buffer): 'odd' | 'even' | undefined {
  const pairs = Math.min(head.length, SAMPLE) >> 1
  let even = 0
  let odd = 0
  for (let i = 0; i < pairs * 2; i += 2) {
    if (head[i] === 0) even++
    if (head[i + 1] === 0) odd++
  }
  if (odd > 0 && odd * 4 >= pairs && even * 20 <= odd) return 'odd'
  return even > 0 && even * 4 >= pairs && odd * 20 <= even ? 'even' : undefined
}

export function isBigEndian(head: Buffer): boolean {
  if (startsWith(head, boms.utf16le)) return false
  return startsWith(head, boms.utf16be) || zeroParity(head) === 'even'
}

function startsWith(head: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte)
}

/**
 * UTF-16 to UTF-8. A surrogate without its other half keeps its own three bytes, which are no valid UTF-8:
 * its record is reported as wrongly encoded instead of losing a character.
 */
export async function* utf16ToUtf8(
  chunks: AsyncIterable<Buffer>,
  bigEndian: boolean,
  type: 'csv' | 'json' | 'xlsx',
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const joined = Buffer.concat([rest, chunk])
    const even = joined.subarray(0, joined.length & ~1)
    const text = (bigEndian ? Buffer.from(even).swap16() : even).toString('utf16le')
    const cut = endsInHighSurrogate(text) ? text.length - 1 : text.length
    rest = Buffer.from(joined.subarray(cut * 2))
    yield encode(text.slice(0, cut))
  }
  if (rest.length % 2 === 1)
    throw new Refusal(
      `${type}_truncated`,
      'The UTF-16 file ends in the middle of a character.',
      'Transfer or export the file again.',
    )
  if (rest.length > 0) yield encode((bigEndian ? rest.swap16() : rest).toString('utf16le'))
}

function endsInHighSurrogate(text: string): boolean {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800
}

function encode(text: string): Buffer {
  if (isWellFormed(text)) return Buffer.from(text)
  const parts = text.split(/(\p{Surrogate})/u)
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 0 ? Buffer.from(part) : loneSurrogate(part.charCodeAt(0)))),
  )
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

function loneSurrogate(unit: number): Buffer {
  return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)])
}

/** What windows-1252 has at 0x80..0x9f, where Latin-1 has control characters nobody writes. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Latin-1 to UTF-8, read as its superset windows-1252 as browsers do; `onChange` tells that a byte needed it. */
export async function* latin1ToUtf8(
  chunks: AsyncIterable<Buffer>,
  onChange: () => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    if (isAscii(chunk)) {
      yield chunk
      continue
    }
    onChange()
    const text = chunk
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (c) => windows1252[c.charCodeAt(0) - 0x80] ?? c)
    yield Buffer.from(text)
  }
}
