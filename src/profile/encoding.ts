import type { CsvFormat } from '../project/types.ts'

export type Encoding = CsvFormat['encoding']

/** Characters beyond ASCII: sequences that are UTF-8, and bytes that are none. */
export interface WideBytes {
  readonly sequences: number
  readonly strays: number
}

/** The encoding of some bytes: by byte order mark, by zero bytes, and by whether they are UTF-8. The end may cut a character. */
export function sniffEncoding(bytes: Buffer): Encoding {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'utf-16'
  const zeros = bytes.subarray(0, 4096).reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0)
  if (zeros * 4 > Math.min(bytes.length, 4096)) return 'utf-16'
  return encodingOf(wideBytes(bytes))
}

/** A few broken characters make no other encoding of a text in UTF-8: Latin-1 hardly ever looks like it by chance. */
export const encodingOf = ({ sequences, strays }: WideBytes): 'utf-8' | 'latin-1' =>
  strays === 0 || sequences > strays ? 'utf-8' : 'latin-1'

const SEQUENCE = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g
const CUT = /^[\x80-\xbf]{1,3}|[\xc2-\xf4][\x80-\xbf]{0,2}$/g

/** Both ends of a piece may cut a character. */
export function wideBytes(piece: Buffer): WideBytes {
  let sequences = 0
  const rest = piece.toString('latin1').replace(SEQUENCE, () => {
    sequences += 1
    return ''
  })
  return { sequences, strays: rest.replace(CUT, '').match(/[\x80-\xff]/g)?.length ?? 0 }
}

/** The text of a beginning. */
export function decodeText(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'latin-1') return new TextDecoder('windows-1252').decode(bytes)
  if (encoding === 'utf-8') return new TextDecoder('utf-8').decode(bytes)
  const even = bytes.subarray(0, bytes.length & ~1)
  const big = even[0] === 0xfe || (even[0] === 0 && even[1] !== 0)
  return new TextDecoder('utf-16le').decode(big ? Buffer.from(even).swap16() : even)
}
