/** Characters as the byte scanners see them. */
export const TAB = 0x09
export const LF = 0x0a
export const CR = 0x0d
export const SPACE = 0x20
export const BANG = 0x21
export const QUOTE = 0x22
export const AMPERSAND = 0x26
export const APOSTROPHE = 0x27
export const COMMA = 0x2c
export const MINUS = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const ZERO = 0x30
export const NINE = 0x39
export const COLON = 0x3a
export const LESS = 0x3c
export const EQUALS = 0x3d
export const GREATER = 0x3e
export const QUESTION = 0x3f
export const UNDERSCORE = 0x5f

/** A scanner came to the end of what is in memory before the end of what it reads. */
export const MORE = -1

export const isSpace = (byte: number): boolean => byte === SPACE || byte === LF || byte === CR || byte === TAB

export const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE

/** Do `bytes` have these at `at`? */
export function hasBytes(bytes: Buffer, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false
  return true
}

/** Do `bytes` have this ASCII text at `at`? */
export function hasText(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false
  return true
}
