import type { NumberFacts, ValueCount } from './types.ts'

const SIGN =
  /^(?<sign>[(+-]?)\s?(?<before>[^\d.,+()-]{0,4})\s?(?<body>[(+-]?[\d.,'\u00a0\u202f ]+)\s?(?<after>[^\d.,()+-]{0,4})(?<close>\)?)$/u
const CURRENCY = /^(?:[$€£¥₹₽₺₩฿]|US\$|CHF|EUR|USD|GBP|SEK|NOK|DKK|PLN|CZK|CAD|AUD|JPY|kr\.?|zł|Fr\.?)$/i

export type Separator = 'point' | 'comma' | 'either' | 'none'

export interface NumberText {
  readonly value: number
  /** What its decimal separator must be. */
  readonly decimal: Separator
  readonly grouped: string
  readonly decimals: number
  readonly symbol: string
}

const forms: readonly { readonly form: RegExp; readonly decimal: Separator; readonly grouped: string }[] = [
  { form: /^\d+$/, decimal: 'none', grouped: '' },
  { form: /^\d{1,3}\.\d{3}$/, decimal: 'either', grouped: '.' },
  { form: /^[1-9]\d{0,2},\d{3}$/, decimal: 'either', grouped: ',' },
  { form: /^\d*\.\d+$/, decimal: 'point', grouped: '' },
  { form: /^\d*,\d+$/, decimal: 'comma', grouped: '' },
  { form: /^\d{1,3}(,\d{3})+\.\d+$/, decimal: 'point', grouped: ',' },
  { form: /^\d{1,3}(,\d{3}){2,}$/, decimal: 'point', grouped: ',' },
  { form: /^\d{1,3}(\.\d{3})+,\d+$/, decimal: 'comma', grouped: '.' },
  { form: /^\d{1,3}(\.\d{3}){2,}$/, decimal: 'comma', grouped: '.' },
  { form: /^\d{1,3}([ \u00a0\u202f]\d{3})+(,\d+)?$/, decimal: 'comma', grouped: ' ' },
  { form: /^\d{1,3}('\d{3})+(\.\d+)?$/, decimal: 'point', grouped: "'" },
]

/** A text as a number, however it is written; undefined when it is none. */
export function numberText(text: string): NumberText | undefined {
  const { sign = '', before = '', body = '', after = '', close = '' } = SIGN.exec(text)?.groups ?? {}
  const symbol = before.trim() || after.trim()
  const bracketed = `${sign}${body}`.includes('(')
  if (body === '' || bracketed !== (close !== '') || (symbol !== '' && !CURRENCY.test(symbol)))
    return undefined
  const digits = body.replace(/^[(+-]/, '').trim()
  const found = forms.find(({ form }) => form.test(digits))
  if (!found) return undefined
  const negative = /[(-]/.test(sign + body)
  const { decimal, grouped } = found
  const point = decimal === 'comma' ? ',' : '.'
  const plain = digits.replace(/[^\d.,]/g, '')
  const [whole = '', fraction = ''] = decimal === 'either' ? [plain.replace(/[.,]/, '')] : split(plain, point)
  const value = Number(`${whole.replace(/[.,]/g, '')}.${fraction}`) * (negative ? -1 : 1)
  return { value, decimal, grouped, decimals: fraction.length, symbol }
}

function split(digits: string, point: string): [string, string] {
  const at = digits.lastIndexOf(point)
  return at < 0 ? [digits, ''] : [digits.slice(0, at), digits.slice(at + 1)]
}

/** How the numbers among the values are written; undefined when there are none. */
export function numberFacts(values: readonly ValueCount[]): NumberFacts | undefined {
  const counts = { point: 0, comma: 0, either: 0 }
  const grouped: Record<string, number> = {}
  const symbols = new Map<string, number>()
  let [negative, decimals, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { value, count } of values) {
    const read = numberText(value)
    if (!read) continue
    if (read.decimal !== 'none') counts[read.decimal] += count
    if (read.grouped !== '' && read.decimal !== 'either')
      grouped[read.grouped] = (grouped[read.grouped] ?? 0) + count
    if (read.symbol !== '') symbols.set(read.symbol, (symbols.get(read.symbol) ?? 0) + count)
    if (read.value < 0) negative += count
    decimals = Math.max(decimals, read.decimals)
    min = Math.min(min, read.value)
    max = Math.max(max, read.value)
  }
  if (max < min) return undefined
  const list = [...symbols].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
  return { ...counts, grouped, symbols: list, negative, decimals, min, max }
}

/** Decimal and thousands separator of a table's numbers, with the evidence. */
export interface NumberStyleFound {
  readonly decimal: '.' | ','
  readonly thousands: string
  readonly evidence: string
  readonly certain: boolean
}

/** One style per file: every column of numbers has a say. */
export function numberStyle(facts: readonly NumberFacts[]): NumberStyleFound {
  const sum = (of: (f: NumberFacts) => number) => facts.reduce((total, f) => total + of(f), 0)
  const [point, comma, either] = [sum((f) => f.point), sum((f) => f.comma), sum((f) => f.either)]
  const decimal = comma > point ? ',' : '.'
  const group = (separator: string) => sum((f) => f.grouped[separator] ?? 0)
  const candidates = decimal === ',' ? ['.', ' ', "'"] : [',', ' ', "'"]
  const known = candidates.find((separator) => group(separator) > 0)
  const certain = either === 0 || point + comma > 0
  const thousands =
    known ?? (either > 0 && decimal === '.' && point === 0 ? ',' : either > 0 && decimal === ',' ? '.' : '')
  const says = (n: number, what: string) => (n > 0 ? [`${n.toLocaleString('en-US')} values ${what}`] : [])
  const evidence = [
    ...says(decimal === ',' ? comma : point, `have a decimal ${decimal === ',' ? 'comma' : 'point'}`),
    ...says(decimal === ',' ? point : comma, `only fit a decimal ${decimal === ',' ? 'point' : 'comma'}`),
    ...(known === undefined ? says(either, 'can be read either way, as 1,234 can') : []),
  ].join(', ')
  return { decimal, thousands, evidence, certain }
}
