import { literal } from './names.ts'
import { inSteps } from './steps.ts'

/** White space as DuckDB's regular expressions know it. */
export const BLANK = '\t\n\f\r '

// Spaces, tabs, line ends and the no-break space: what spreadsheets leave around a value.
const SPACE = literal(' \t\n\r\u00a0')

// What Unicode calls a space: DuckDB's plain `trim` takes them all off.
const ANY_SPACE = literal(
  ' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
)

// Noncharacters of Unicode: no text may have them, so they may stand for something while a text is changed.
const [OPEN, CLOSE] = ['\ufdd0', '\ufdd1']

export const concat = (parts: readonly string[]): string =>
  `(${parts.map((part, place) => (place === 0 ? `cast(${part} as varchar(max))` : part)).join(' + ')})`

/** LEN leaves out trailing spaces. */
export const length = (x: string): string => `(len(cast(${x} as varchar(max)) + '.') - 1)`

const trim = (x: string, characters: string): string => `nullif(trim(${characters} from ${x}), '')`

export const trimmed = (x: string): string => trim(x, SPACE)

/** A run of spaces becomes a row of pairs, of which all but one vanish where they meet. */
export const collapseSpaces = (x: string): string =>
  [
    [literal(' '), literal(OPEN + CLOSE)],
    [literal(CLOSE + OPEN), "''"],
    [literal(OPEN + CLOSE), literal(' ')],
  ].reduce(
    (inner, [from, to]) => `replace(${inner}, ${from}, ${to})`,
    `translate(${x}, ${literal('\t\n\f\r')}, ${literal('    ')})`,
  )

export const lower = (x: string): string => `lower(${x})`
export const upper = (x: string): string => `upper(${x})`

/** Words in their order, each through `word`; the text's spaces stay as they are. */
const byWord = (x: string, word: string): string =>
  `(select string_agg(cast(${word} as varchar(max)), ' ') within group (order by ordinal) from string_split(${x}, ' ', 1))`

export const titleCase = (x: string): string =>
  byWord(lower(x), `${upper('left(value, 1)')} + substring(value, 2, 2147483647)`)

/** `like` with a binary collation means the ten ASCII digits alone. */
export const digits = (x: string): string =>
  inSteps(
    [{ x }],
    `case when x is not null then coalesce((select string_agg(cast(substring(x, value, 1) as varchar(max)), '') within group (order by value) from generate_series(1, cast(len(x + '.') - 1 as int)) where substring(x, value, 1) like '[0-9]'), '') end`,
  )

export const startsWith = (x: string, prefix: string): string =>
  prefix === '' ? `${x} is not null` : `charindex(${literal(prefix)}, ${x}) = 1`

export const substringFrom = (x: string, from: number): string => `substring(${x}, ${from}, 2147483647)`

export const firstWord = (x: string): string =>
  `case when charindex(' ', ${x}) > 0 then left(${x}, charindex(' ', ${x}) - 1) else ${x} end`

export const otherWords = (x: string): string =>
  `case when charindex(' ', ${x}) > 0 then ${trim(`substring(${x}, charindex(' ', ${x}), 2147483647)`, ANY_SPACE)} end`

/** How many characters stand behind the last comma. */
const behindComma = (x: string): string => `charindex(',', reverse(${x})) - 1`

export const beforeLastComma = (x: string): string =>
  trim(
    `case when charindex(',', ${x}) > 0 then left(${x}, ${length(x)} - (${behindComma(x)}) - 1) else ${x} end`,
    ANY_SPACE,
  )

export const afterLastComma = (x: string): string =>
  `case when charindex(',', ${x}) > 0 then ${trim(`right(${x}, ${behindComma(x)})`, ANY_SPACE)} end`

/** One @ with something before it, and behind it a dot with something on both sides; no white space, no dot at the end. */
export const looksLikeEmail = (x: string): string =>
  `(${x} like '_%@_%._%' and ${x} not like '%@%@%' and ${x} not like '%.' and ${x} not like ${literal(`%[${BLANK}]%`)})`

const GAP = literal(`${BLANK}\u00a0`)
const NO_FIGURE = literal(`%[^0-9.,'${BLANK}\u00a0]%`)

/**
 * `-$ 1,234.50` -> `-1,234.50`, `(12.00)` -> `-12.00`: a number with at most one sign of the currency on each side; another text
 * stays as it is.
 */
export function money(x: string, signs: readonly string[]): string {
  const head = (text: string): string => `ltrim(${unsignedHead(`ltrim(${text}, ${GAP})`, signs)}, ${GAP})`
  const tail = (text: string): string => `rtrim(${unsignedTail(`rtrim(${text}, ${GAP})`, signs)}, ${GAP})`
  const figures = (text: string): string => `${text} not like ${NO_FIGURE} and right(${text}, 1) like '[0-9]'`
  const sign = (text: string): string =>
    `case when left(${text}, 1) in ('-', '+') then left(${text}, 1) else '' end`
  const behind = (text: string, before: string): string =>
    `substring(${text}, ${length(before)} + 1, 2147483647)`
  return inSteps(
    [
      { x },
      { a: sign('x'), o: head('x') },
      {
        b: head(behind('x', 'a')),
        i: `case when left(o, 1) = '(' and right(o, 1) = ')' then substring(o, 2, ${length('o')} - 2) end`,
      },
      { c: sign('b'), j: tail(head('i')) },
      { n: tail(behind('b', 'c')) },
    ],
    `case when ${figures('j')} then '-' + j when ${figures('n')} then a + c + n else x end`,
  )
}

const unsignedHead = (x: string, signs: readonly string[]): string =>
  `case ${signs.map((sign) => `when charindex(${literal(sign)}, ${x}) = 1 then substring(${x}, ${[...sign].length + 1}, 2147483647)`).join(' ')} else ${x} end`

const unsignedTail = (x: string, signs: readonly string[]): string =>
  `case ${signs.map((sign) => `when right(${x}, ${[...sign].length}) = ${literal(sign)} then left(${x}, ${length(x)} - ${[...sign].length})`).join(' ')} else ${x} end`
