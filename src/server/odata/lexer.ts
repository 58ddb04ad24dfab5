import { quotedName } from './names.ts'
import { invalid, unsupported } from './refusals.ts'
import type { Token, TokenType } from './syntax.ts'

const DAY = '\\d{4}-\\d{2}-\\d{2}'
const NUMBER = '-?\\d+'

/** In this order: a day begins as a number does. */
const PATTERNS: readonly (readonly [TokenType | 'guid' | 'time' | 'alien', RegExp])[] = [
  ['guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy],
  ['instant', new RegExp(`${DAY}T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,12})?)?(?:Z|[+-]\\d{2}:\\d{2})`, 'iy')],
  ['date', new RegExp(DAY, 'y')],
  ['time', /\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?/y],
  ['double', new RegExp(`${NUMBER}(?:\\.\\d+)?[eE][+-]?\\d+`, 'y')],
  ['decimal', new RegExp(`${NUMBER}\\.\\d+`, 'y')],
  ['integer', new RegExp(NUMBER, 'y')],
  ['text', /'(?:[^']|'')*'/y],
  ['alien', /\p{L}+'/uy],
  ['word', /[\p{L}_][\p{L}\p{N}_.]*/uy],
  ['mark', /[(),=*/:]/y],
]

/** The words, literals and marks of an expression. USAGE for what is none of them, NOT_SUPPORTED for literals of types that gold has not. */
export function tokens(text: string, where: string): Token[] {
  const found: Token[] = []
  let at = skipSpace(text, 0)
  while (at < text.length) {
    const token = tokenAt(text, at, where)
    found.push({ ...token.token, spaced: at > 0 && isSpace(text[at - 1]) })
    at = skipSpace(text, token.end)
  }
  return [...found, { type: 'end', text: '', at, spaced: true }]
}

const isSpace = (character: string | undefined): boolean => character === ' ' || character === '\t'

function skipSpace(text: string, from: number): number {
  let at = from
  while (isSpace(text[at])) at++
  return at
}

function tokenAt(text: string, at: number, where: string) {
  for (const [type, pattern] of PATTERNS) {
    pattern.lastIndex = at
    const [whole] = pattern.exec(text) ?? []
    if (whole === undefined) continue
    if (type === 'guid' || type === 'time')
      throw unsupported(where, `no column is a ${type === 'guid' ? 'GUID' : 'time of day'}.`)
    if (type === 'alien')
      throw unsupported(
        where,
        `literals of the form ${whole}..' are not of OData 4 or not of a type that gold has.`,
      )
    const end = at + whole.length
    if (type !== 'text' && type !== 'mark' && type !== 'word' && isWordy(text[end]))
      throw invalid(where, `the number or time at ${at + 1} goes on with a letter.`)
    const value = type === 'text' ? whole.slice(1, -1).replaceAll("''", "'") : whole
    return { token: { type, text: value, at }, end }
  }
  const character = text[at] ?? ''
  if (character === "'")
    throw invalid(where, `the text at ${at + 1} has no end; a quote in it is written twice.`)
  if (character === '$' || character === '@')
    throw unsupported(
      where,
      `${quotedName(/^[$@]\w*/.exec(text.slice(at))?.[0] ?? character)} is not known here.`,
    )
  if (character === '-' || character === '+') throw unsupported(where, 'there is no arithmetic.')
  throw invalid(where, `the character at ${at + 1} cannot stand there.`)
}

const isWordy = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_']/u.test(character)
