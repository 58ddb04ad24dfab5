import { literal } from './literals.ts'
import { BLANK, matches, replaced } from './pieces.ts'

// Spaces, tabs, line ends and the no-break space: what spreadsheets leave around a value.
const SPACE = literal(' \t\n\r\u00a0')

// What Unicode calls a space: DuckDB's plain `trim` takes them all off.
const ANY_SPACE = literal(
  ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
)

const trim = (x: string, characters: string): string => `nullif(trim(${x}, ${characters}), '')`

export const trimmed = (x: string): string => trim(x, SPACE)

export const collapseSpaces = (x: string): string => replaced(x, `[${BLANK}]+`, ' ')

export const lower = (x: string): string => `lower(${x})`

export const upper = (x: string): string => `upper(${x})`

export const titleCase = (x: string): string => `initcap(${x}, ' ')`

export const digits = (x: string): string => replaced(x, '[^0-9]', '')

export const startsWith = (x: string, prefix: string): string => `startswith(${x}, ${literal(prefix)})`

export const substringFrom = (x: string, from: number): string => `substr(${x}, ${from})`

export const firstWord = (x: string): string => `split_part(${x}, ' ', 1)`

export const otherWords = (x: string): string => trim(`substr(${x}, length(${firstWord(x)}) + 1)`, ANY_SPACE)

export const beforeLastComma = (x: string): string => trim(replaced(x, ',[^,]*$', ''), ANY_SPACE)

export const afterLastComma = (x: string): string =>
  `case when position(',', ${x}) > 0 then ${trim(`split_part(${x}, ',', -1)`, ANY_SPACE)} end`

export const looksLikeEmail = (x: string): string =>
  matches(x, `[^@${BLANK}]+@[^@${BLANK}]+\\.[^@${BLANK}.]+`)

export const isIn = (x: string, words: readonly string[]): string =>
  `${x} in (${words.map(literal).join(', ')})`

export const beside = (
  x: string,
  pairs: readonly (readonly [from: string, to: string])[],
  otherwise: string,
): string =>
  `case ${x} ${pairs.map(([from, to]) => `when ${literal(from)} then ${literal(to)}`).join(' ')} else ${otherwise} end`

/** Snowflake's own `concat_ws` is NULL as soon as one of them is. */
export const joinTexts = (separator: string, list: readonly string[]): string => {
  const parts = list.map((x) => `coalesce(${literal(separator)} || ${x}, '')`)
  return `substr(${parts.join(' || ')}, ${separator.length + 1})`
}

/** `-$ 1,234.50` -> `-1,234.50`, `(12.00)` -> `-12.00`: a number with at most one sign of the currency on each side. */
export function money(x: string, signs: readonly string[]): string {
  const escaped = signs.map((sign) => sign.replaceAll(/[$.*+?()[\]{}|^\\]/g, '\\$&'))
  const gap = `[${BLANK}\u00a0]*`
  const sign = `${gap}(${escaped.join('|')})?${gap}`
  const number = `([0-9.,'${BLANK}\u00a0]*[0-9])`
  const bracketed = replaced(x, `^${sign}\\(${sign}${number}${sign}\\)$`, '-\\3')
  return replaced(bracketed, `^([-+]?)${sign}([-+]?)${number}${sign}$`, '\\1\\3\\4')
}

// A text as JSON writes it; control characters that have no short form are rare, and left to Snowflake.
const ESCAPES: readonly (readonly [string, string])[] = [
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\b', '\\b'],
  ['\f', '\\f'],
]
const OTHER_CONTROLS = '\u0001-\u0007\u000b\u000e-\u001f'

function jsonString(x: string): string {
  const escaped = ESCAPES.reduce(
    (text, [from, to]) => `replace(${text}, ${literal(from)}, ${literal(to)})`,
    x,
  )
  return `case when ${matches(x, `[^${OTHER_CONTROLS}]*`)} then '"' || ${escaped} || '"' else to_json(to_variant(${x})) end`
}

/** Written out, because Snowflake's own objects sort their keys. */
export function jsonObject(pairs: readonly (readonly [key: string, expression: string])[]): string {
  const members = pairs.map(([key, x]) => `${literal(JSON.stringify(key))} || ':' || ${jsonString(x)}`)
  return `'{' || ${joinTexts(',', members)} || '}'`
}

export const jsonText = (x: string, key: string): string =>
  `cast(try_parse_json(${x})[${literal(key)}] as varchar)`
