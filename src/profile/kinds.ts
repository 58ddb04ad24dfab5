import { dateText } from './dates.ts'
import { numberText } from './numbers.ts'
import type { Kind, ValueCount } from './types.ts'

const EMAIL = /^[^@\s,;]+@[^@\s,;]+\.[^@\s.,;]{2,}$/
const PHONE = /^(?:\+|00|\()?[\d\s()./-]{6,22}(?:\s?(?:x|ext\.?)\s?\d{1,6})?$/i
const BOOLEAN = /^(?:true|false|t|f|yes|no|y|n|0|1|on|off)$/i
const HOURS = /^\d{1,2}(?::\d\d)?\s?(?:[ap]m)?\s?(?:-|–|to|bis)\s?\d{1,2}(?::\d\d)?\s?(?:[ap]m|uhr)?$/i
const PLACE = /^[\p{L}.' -]{2,40},\s?(?:[A-Z]{2}|\p{L}[\p{L} ]{3,25})$/u
const STREET = /^(?=.*\d)(?=.*\p{L}{3})(?=.*[ ,]).{8,}$/u
const LETTERS = /^[\p{L}][\p{L}\p{M}.'’&/ ()-]*$/u
const WORDS = /^\p{L}[\p{L}\p{M}.'’-]*(?: [\p{L}][\p{L}\p{M}.'’-]*)+$/u

const isPhone = (text: string): boolean => {
  const digits = text.replace(/\D/g, '').length
  const separated = /[\s().+/-]/.test(text)
  return (
    PHONE.test(text) &&
    digits >= 7 &&
    digits <= 17 &&
    separated &&
    !dateText(text) &&
    !/^-?\d+\.\d+$/.test(text)
  )
}

const tests: Readonly<Record<Kind, (text: string) => boolean>> = {
  integer: (text) => /^[+-]?\d{1,18}$/.test(text),
  number: (text) => numberText(text) !== undefined,
  money: (text) => {
    const read = numberText(text)
    return read !== undefined && (read.decimals === 2 || read.symbol !== '')
  },
  date: (text) => dateText(text)?.time === false,
  timestamp: (text) => dateText(text)?.time === true,
  boolean: (text) => BOOLEAN.test(text),
  email: (text) => EMAIL.test(text),
  phone: isPhone,
  digits: (text) => /^\d{7,15}$/.test(text),
  json: (text) => /^\s*[{[].*[}\]]\s*$/s.test(text) && parses(text),
  two_letters: (text) => /^[A-Za-z]{2}$/.test(text),
  letters: (text) => LETTERS.test(text),
  words: (text) => WORDS.test(text),
  place: (text) => PLACE.test(text),
  street: (text) => STREET.test(text) && !EMAIL.test(text),
  hours: (text) => HOURS.test(text),
  url: (text) => /^https?:\/\//i.test(text),
}

function parses(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

/** Share of the values, by count, that are of each kind. */
export function kindShares(values: readonly ValueCount[]): Record<Kind, number> {
  const total = values.reduce((sum, { count }) => sum + count, 0)
  const shares = Object.entries(tests).map(([kind, test]) => {
    const hits = values.reduce((sum, { value, count }) => sum + (test(value.slice(0, 400)) ? count : 0), 0)
    return [kind, total === 0 ? 0 : hits / total]
  })
  return Object.fromEntries(shares) as Record<Kind, number>
}

/** Words that mean `no value` in any column, and those that do where another kind of value is expected. */
const ALWAYS = new Set(['n/a', 'null', '-', '--', '#n/a', '\\n', '(null)', 'nan', '#null!', '<null>'])
const TYPED = new Set([
  'na',
  'none',
  'nil',
  'unknown',
  '?',
  '.',
  'tbd',
  'k.a.',
  'keine',
  'leer',
  'empty',
  'missing',
  'not available',
])

export function isNullWord(text: string, typed: boolean): boolean {
  const word = text.trim().toLowerCase()
  return ALWAYS.has(word) || (typed && TYPED.has(word))
}
