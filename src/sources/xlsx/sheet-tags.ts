import { type CellType, types } from './cell-value.ts'
import { corrupt } from './refusals.ts'

const LOWER_S = 0x73

const cellTypes: Readonly<Record<string, CellType>> = {
  n: types.number,
  s: types.shared,
  str: types.string,
  b: types.boolean,
  e: types.error,
  d: types.date,
  inlineStr: types.inline,
}

export function typeOf(bytes: Buffer, from: number, to: number): CellType {
  if (to - from === 1 && bytes[from] === LOWER_S) return types.shared
  const type = cellTypes[bytes.toString('latin1', from, Math.min(to, from + 16))]
  if (type === undefined) throw corrupt('a cell is of a type that does not exist')
  return type
}

/** Compared with every cell, so they are bytes. */
export interface Tags {
  readonly row: Uint8Array
  readonly rowEnd: Uint8Array
  readonly cell: Uint8Array
  readonly value: Uint8Array
  readonly valueEnd: Uint8Array
  /** Bytes needed to tell the tags of a row and what is in it apart. */
  readonly longest: number
}

export function tagsOf(prefix: string): Tags {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text))
  const rowEnd = bytes(`</${prefix}row`)
  return {
    row: bytes(`<${prefix}row`),
    rowEnd,
    cell: bytes(`<${prefix}c`),
    value: bytes(`<${prefix}v>`),
    valueEnd: bytes(`</${prefix}v></${prefix}c>`),
    longest: rowEnd.length + 1,
  }
}
