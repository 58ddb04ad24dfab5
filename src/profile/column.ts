import { dateFacts } from './dates.ts'
import { isNullWord, kindShares } from './kinds.ts'
import { numberFacts } from './numbers.ts'
import type { ColumnProfile, Kind, ValueCount } from './types.ts'
import { names, tokensOf } from './vocabulary.ts'

/** What was counted in the file; `values` are different values with their counts, at most some thousands. */
export interface Measured {
  readonly name: string
  readonly rows: number
  readonly filled: number
  readonly distinct: number
  readonly distinctExact: boolean
  readonly values: readonly ValueCount[]
}

/** More different values than this are no list of words. */
const WORDS = 40

/** What a column holds, from its values alone but for names of people, which only a header tells. */
export function columnProfile(measured: Measured): ColumnProfile {
  const trimmed = merged(measured.values)
  const typed = dominant(kindShares(trimmed.filter(({ value }) => !isNullWord(value, true))))
  const real = trimmed.filter(({ value }) => !isNullWord(value, typed))
  const nullWords = trimmed.filter(({ value }) => isNullWord(value, typed))
  const prefix = commonPrefix(real)
  const values =
    prefix === undefined
      ? real
      : real.map(({ value, count }) => ({ value: value.slice(prefix.length).trim(), count }))
  const kinds = kindShares(values)
  const looked = values.reduce((sum, { count }) => sum + count, 0)
  const personal = personalKind(measured.name, kinds)
  const numbers = kinds.number > 0 ? numberFacts(values) : undefined
  const dates = kinds.date + kinds.timestamp >= 0.5 ? dateFacts(values) : undefined
  const few = real.length <= WORDS && (measured.distinct <= WORDS || !measured.distinctExact)
  return {
    name: measured.name,
    rows: measured.rows,
    filled: measured.filled,
    distinct: measured.distinct,
    distinctExact: measured.distinctExact,
    looked,
    kinds,
    ...(numbers ? { numbers } : {}),
    ...(dates ? { dates } : {}),
    nullWords,
    values:
      personal === undefined && few && looked > real.length
        ? [...real].sort((a, b) => b.count - a.count)
        : [],
    ...(prefix === undefined ? {} : { prefix }),
    ...(personal === undefined ? {} : { personal }),
    untidy: untidiness(measured.values),
    ...(personal === 'phone' ? callingCode(real) : {}),
    longest: real.reduce((most, { value }) => Math.max(most, value.length), 0),
  }
}

function merged(values: readonly ValueCount[]): ValueCount[] {
  const counts = new Map<string, number>()
  for (const { value, count } of values) {
    const text = value.replaceAll('\u00a0', ' ').trim()
    if (text !== '') counts.set(text, (counts.get(text) ?? 0) + count)
  }
  return [...counts].map(([value, count]) => ({ value, count }))
}

/** Values of one strict kind: then a word like `unknown` is no value of it. */
const dominant = (kinds: Readonly<Record<Kind, number>>): boolean =>
  (['number', 'date', 'timestamp', 'email', 'phone'] as const).some((kind) => kinds[kind] >= 0.7)

/** Text before every value that hides what they are: `Date: 2024-03-05`, `TXN-00012` is left alone. */
function commonPrefix(values: readonly ValueCount[]): string | undefined {
  if (values.length < 2) return undefined
  const [first = ''] = values.map(({ value }) => value)
  const candidate = /^[\p{L} ]{2,20}[:=]\s*/u.exec(first)?.[0].trimEnd()
  if (candidate === undefined) return undefined
  const total = values.reduce((sum, { count }) => sum + count, 0)
  const hits = values.reduce((sum, { value, count }) => sum + (value.startsWith(candidate) ? count : 0), 0)
  return hits / total >= 0.9 ? candidate : undefined
}

function personalKind(header: string, kinds: Readonly<Record<Kind, number>>): ColumnProfile['personal'] {
  const tokens = tokensOf(header)
  const has = (concept: string) => names(tokens, concept)
  if (kinds.email >= 0.3) return 'email'
  if (kinds.phone >= 0.5 || (has('phone') && kinds.digits + kinds.phone >= 0.3)) return 'phone'
  const thing = ['product', 'category', 'store', 'shop'].some(has)
  if (!thing && kinds.letters >= 0.5 && ['name', 'firstname', 'lastname', 'manager'].some(has)) return 'name'
  if (has('address') && kinds.street >= 0.3) return 'address'
  if (kinds.street >= 0.8 && kinds.date + kinds.timestamp + kinds.json + kinds.hours + kinds.url < 0.1)
    return 'address'
  return undefined
}

const CALLING = /^(?:\+|00)\s?\(?(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/

function callingCode(values: readonly ValueCount[]): { callingCode?: string } {
  const codes = new Map<string, number>()
  for (const { value, count } of values) {
    const [, code] = CALLING.exec(value) ?? []
    if (code !== undefined) codes.set(code, (codes.get(code) ?? 0) + count)
  }
  const total = [...codes.values()].reduce((sum, count) => sum + count, 0)
  const [top] = [...codes].sort((a, b) => b[1] - a[1])
  return top && top[1] * 5 >= total * 4 ? { callingCode: `+${top[0]}` } : {}
}

function untidiness(values: readonly ValueCount[]): ColumnProfile['untidy'] {
  const spaces = values.reduce(
    (sum, { value, count }) => sum + (/\S(?:\s{2,}|[\r\n\t])\S/.test(value) ? count : 0),
    0,
  )
  const folded = new Map<string, Set<string>>()
  for (const { value } of values) {
    const text = value.trim().replace(/\s+/g, ' ')
    const key = text.toLowerCase()
    folded.set(key, (folded.get(key) ?? new Set()).add(text))
  }
  const cases = [...folded.values()].filter((variants) => variants.size > 1).length
  return { spaces, cases }
}
