/**
 * Upper case in quotes: the same name as the one written without quotes, and never a reserved word. Only letters of ASCII
 * have two cases in names.
 */
export const ident = (name: string): string =>
  `"${name.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()).replaceAll('"', '""')}"`

/** A name as Snowflake gives it back, in the case in which we write it. */
export const plainName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())

/** A backslash begins an escape in Snowflake's literals. */
export const literal = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\0', '\\0')}'`

/** A dotted name, each part quoted. */
export const dotted = (...names: readonly string[]): string => names.map(ident).join('.')
