import { currencySigns } from '../../plan/columns.ts'
import { stateCode, stateName } from '../../plan/states.ts'
import type { CleanStep, Column, SourceFormat } from '../../project/types.ts'
import { pattern, quoted } from './text.ts'
import { timeSteps } from './times.ts'

/** From the text in a column to what stands in it afterwards: `x` may be named several times, so each step is a derivation of its own. */
export type Step = (x: string) => string

/** What is done to the text of a column, in order, before it is given its type: the contract's steps, as silver does them. */
export function cleaning(column: Column, format: SourceFormat, currency: string): readonly Step[] {
  const numeric = column.type === 'integer' || column.type === 'decimal'
  return [
    ...trim,
    ...column.clean.filter((step) => !isForState(column, step)).flatMap((step) => stepsOf(step, currency)),
    ...(numeric ? plainNumber(format) : []),
    ...timeSteps(column),
  ]
}

/** Of a `City, ST` only the part after the comma is a state. */
const isForState = ({ split }: Column, { op }: CleanStep): boolean =>
  split === 'city_state' && (op === 'state_code' || op === 'state_name')

const SPACE = '[ \\t\\n\\r\\xA0]'

const replaced = (x: string, regex: string, by: string): string =>
  `regexReplace(${x}, ${pattern(regex)}, ${quoted(by)})`

export const withoutEnds: Step = (x) => replaced(x, `^${SPACE}+|${SPACE}+$`, '')

/** An empty text is no value, as `iif` without another branch gives none. */
export const orNothing: Step = (x) => `iif(${x} != '', ${x})`

const trim: readonly Step[] = [withoutEnds, orNothing]

const words = { lower: (x: string) => `lower(${x})`, beside }

/** `x` is one of the words on the left: what is beside it; else `otherwise`. */
function beside(x: string, pairs: readonly (readonly [string, string])[], otherwise: string): string {
  const branches = pairs.map(([from, to]) => `${x} == ${quoted(from)}, ${quoted(to)}`)
  return `case(${[...branches, otherwise].join(', ')})`
}

export const namedState: Readonly<Record<'state_code' | 'state_name', Step>> = {
  state_code: (x) => stateCode(words, x),
  state_name: (x) => stateName(words, x),
}

function stepsOf(step: CleanStep, currency: string): readonly Step[] {
  switch (step.op) {
    case 'trim':
      return trim
    case 'collapse_spaces':
      return [(x) => replaced(x, '[\\t\\n\\f\\r ]+', ' ')]
    case 'lower':
    case 'email':
      return [(x) => `lower(${x})`]
    case 'upper':
      return [(x) => `upper(${x})`]
    case 'title_case':
      return [(x) => `initCap(lower(${x}))`]
    case 'strip_prefix':
      return [withoutPrefix(step.prefix), ...trim]
    case 'phone':
      return [phone(step.country)]
    case 'money':
      return money(currency)
    case 'state_code':
    case 'state_name':
      return [namedState[step.op]]
    case 'nulls':
      return [(x) => `iif(!in([${nullWords(step.words).map(quoted).join(', ')}], lower(${x})), ${x})`]
  }
}

const nullWords = (list: readonly string[]): string[] => list.map((word) => word.trim().toLowerCase())

const withoutPrefix =
  (prefix: string): Step =>
  (x) =>
    `iif(startsWith(${x}, ${quoted(prefix)}), substring(${x}, ${prefix.length + 1}), ${x})`

/** '+' and digits, as silver has them: a number without its own '+' or '00' gets the country's prefix, its trunk zero dropped. */
const phone =
  (country: string): Step =>
  (x) => {
    const digits = replaced(x, '[^0-9]', '')
    const prefix = country.replaceAll(/\D/g, '')
    const international =
      prefix === '1'
        ? [`length(${digits}) == 11 && startsWith(${digits}, '1')`, `concat('+', ${digits})`]
        : []
    return `case(${[
      `${digits} == ''`,
      'toString(null())',
      `startsWith(${x}, '+')`,
      `concat('+', ${digits})`,
      `startsWith(${digits}, '00')`,
      `concat('+', substring(${digits}, 3))`,
      ...international,
      `concat(${quoted(`+${prefix}`)}, ${replaced(digits, '^0', '')})`,
    ].join(', ')})`
  }

/** `-$ 1,234.50` -> `-1,234.50`, `(12.00)` -> `-12.00`. */
function money(currency: string): readonly Step[] {
  const signs = currencySigns(currency).map((sign) => sign.replaceAll(/[$.*+?()[\]{}|^\\]/g, '\\$&'))
  return [
    (x) => replaced(x, `${signs.join('|')}|[\\s\\xA0]`, ''),
    (x) => `iif(rlike(${x}, ${pattern('^\\([^()]*\\)$')}), concat('-', ${replaced(x, '[()]', '')}), ${x})`,
  ]
}

function plainNumber(format: SourceFormat): Step[] {
  if (format.type === 'parquet') return []
  const { decimal, thousands } = format
  return [
    ...(thousands === '' ? [] : [(x: string) => `replace(${x}, ${quoted(thousands)}, '')`]),
    ...(decimal === '.' ? [] : [(x: string) => `replace(${x}, ${quoted(decimal)}, '.')`]),
  ]
}
