/**
 * A text in Spark SQL. A backslash begins an escape there, two quotes in a row are two literals to older versions, and
 * `${` asks for a variable: all of them, and what is no printable sign, are written as code points.
 */
export function literal(value: string): string {
  const safe = value
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', '\\u0024{')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
    .replaceAll(/[\u0000-\u001f\u007f-\u00a0\u2028\u2029]/g, codePoint)
  return `'${safe}'`
}

const codePoint = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

export const ident = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** A dotted name, such as `main.c360_silver`, with each part quoted. */
export const dotted = (name: string): string => name.split('.').map(ident).join('.')
