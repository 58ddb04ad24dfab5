import { literal } from './literals.ts'

/** White space as DuckDB's regular expressions know it; Java's `\s` has one more. */
const BLANK = '\\t\\n\\f\\r '

// Spaces, tabs, line ends and the no-break space: what spreadsheets leave around a value.
const SPACE = literal(' \t\n\r\u00a0')

// What Unicode calls a space: DuckDB's plain `trim` takes them all off.
const ANY_SPACE = literal(
  ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
)

const trim = (x: string, characters: string): string => `nullif(trim(both ${characters} from ${x}), '')`

export const trimmed = (x: string): string => trim(x, SPACE)

export const collapseSpaces = (x: string): string => `regexp_replace(${x}, ${literal(`[${BLANK}]+`)}, ' ')`

/** Letter by letter: Spark's own has two letters for `İ`, and another one for `Σ` at the end of a word. */
export const lower = (x: string): string => `lower(translate(${x}, 'İΣ', 'iσ'))`

// Letters that Spark writes as two or three capitals, and what they are as one; the others have none.
const LIGATURES = 'ßŉǰΐΰևẖẗẘẙẚὐὒὔὖᾀ-ᾯᾲ-ᾴᾶᾷᾼῂ-ῄῆῇῌῒ\u1fd3ῖῗῢ\u1fe3ῤῦῧῲ-ῴῶῷῼﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ'
const WITH_CAPITAL = 'ßᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ'
const CAPITALS = 'ẞᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ'

/** Letter by letter. */
export function upper(x: string): string {
  const letter = `case when c360_c rlike '[${LIGATURES}]' then translate(c360_c, '${WITH_CAPITAL}', '${CAPITALS}') else upper(c360_c) end`
  const letters = `regexp_extract_all(${x}, ${literal('[\\s\\S]')}, 0)`
  return `case when ${x} rlike '[${LIGATURES}]' then array_join(transform(${letters}, c360_c -> ${letter}), '') else upper(${x}) end`
}

export const titleCase = (x: string): string =>
  `array_join(transform(split(${lower(x)}, ' '), c360_w -> concat(${upper('substring(c360_w, 1, 1)')}, substring(c360_w, 2))), ' ')`

export const digits = (x: string): string => `regexp_replace(${x}, '[^0-9]', '')`

export const firstWord = (x: string): string => `substring_index(${x}, ' ', 1)`

export const otherWords = (x: string): string =>
  trim(`substring(${x}, length(${firstWord(x)}) + 1)`, ANY_SPACE)

export const beforeLastComma = (x: string): string =>
  trim(`regexp_replace(${x}, ${literal(',[^,]*\\z')}, '')`, ANY_SPACE)

export const afterLastComma = (x: string): string =>
  trim(`regexp_extract(${x}, ${literal(',([^,]*)\\z')}, 1)`, ANY_SPACE)

export const looksLikeEmail = (x: string): string =>
  `${x} rlike ${literal(`\\A[^@${BLANK}]+@[^@${BLANK}]+\\.[^@${BLANK}.]+\\z`)}`

/**
 * `-$ 1,234.50` -> `-1,234.50`, `(12.00)` -> `-12.00`: a number with at most one sign of the currency on each side. Gaps are
 * possessive: Java looks for other ways to split them, which takes long in a text of many spaces.
 */
export function money(x: string, signs: readonly string[]): string {
  const escaped = signs.map((sign) => sign.replaceAll(/[$.*+?()[\]{}|^\\]/g, '\\$&'))
  const gap = `[${BLANK}\\xA0]*+`
  const sign = `${gap}(?:${escaped.join('|')})?${gap}`
  const number = `([0-9.,'${BLANK}\\xA0]*[0-9])`
  const bracketed = literal(`\\A${sign}\\(${sign}${number}${sign}\\)\\z`)
  const plain = literal(`\\A([-+]?)${sign}([-+]?)${number}${sign}\\z`)
  return `regexp_replace(regexp_replace(${x}, ${bracketed}, '-$1'), ${plain}, '$1$2$3')`
}
