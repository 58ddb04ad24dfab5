import { DOT, isDigit, MINUS, ZERO } from './bytes.ts'

/** The decimal digits a double keeps for sure, and all that Excel shows. */
const DIGITS = 15
const LARGEST_PLAIN = 1e38
const SMALLEST_PLAIN = 1e-20

const powers = Array.from({ length: DIGITS + 1 }, (_, i) => 10 ** i)

/** May the bytes `[from, to)` stand as they are: an integer, or a decimal of at most 15 digits without zeros at its end? */
export function isPlainNumber(bytes: Buffer, from: number, to: number): boolean {
  let at = bytes[from] === MINUS ? from + 1 : from
  const first = at
  while (at < to && isDigit(bytes[at] as number)) at++
  const whole = at - first
  if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return false
  if (at === to) return bytes[first] !== ZERO || first === from
  if (bytes[at] !== DOT || to - at < 2 || whole + (to - at - 1) > DIGITS) return false
  for (at++; at < to; at++) if (!isDigit(bytes[at] as number)) return false
  return bytes[to - 1] !== ZERO
}

/** The number the bytes `[from, to)` of a plain number say. */
export function plainValue(bytes: Buffer, from: number, to: number): number {
  const negative = bytes[from] === MINUS
  let value = 0
  let point = to - 1
  for (let at = negative ? from + 1 : from; at < to; at++) {
    const byte = bytes[at] as number
    if (byte === DOT) point = at
    else value = value * 10 + (byte - ZERO)
  }
  const scaled = value / (powers[to - 1 - point] as number)
  return negative ? -scaled : scaled
}

/** A number as Excel shows it: 15 significant digits, and no exponent where it can be avoided. */
export function numberText(value: number): string {
  const rounded = Number(value.toPrecision(DIGITS))
  if (rounded === 0) return '0'
  const text = String(rounded)
  const size = Math.abs(rounded)
  return text.includes('e') && size < LARGEST_PLAIN && size >= SMALLEST_PLAIN ? withoutExponent(text) : text
}

function withoutExponent(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const power = Number(exponent)
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${whole}${fraction}`
  return `${sign}${whole}${fraction.padEnd(power, '0')}`
}
