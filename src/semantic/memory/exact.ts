import type { Figure } from '../figure.ts'

/** `units` of the last of `scale` decimal places. */
export interface Exact {
  readonly units: bigint
  readonly scale: number
}

const power = (places: number): bigint => 10n ** BigInt(places)

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/** A figure over the columns of one group; null as SQL's NULL. Exact: nothing is rounded but a quotient, to its own places. */
export function figureValue(figure: Figure, column: (name: string) => Exact | null): Exact | null {
  const inner = (one: Figure) => figureValue(one, column)
  switch (figure.op) {
    case 'column':
      return column(figure.name)
    case 'unknown':
      return null
    case 'add':
      return figure.terms.map(inner).reduce((a, b) => (a === null || b === null ? null : added(a, b)))
    case 'negate': {
      const of = inner(figure.of)
      return of && { ...of, units: -of.units }
    }
    case 'divide': {
      const [numerator, denominator] = [inner(figure.numerator), inner(figure.denominator)]
      if (numerator === null || denominator === null) return null
      const { times = 1, per = 1, scale } = figure
      return quotient(multiple(numerator, times), multiple(denominator, per), scale)
    }
  }
}

function added(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale)
  return { units: a.units * power(scale - a.scale) + b.units * power(scale - b.scale), scale }
}

export const difference = (a: Exact, b: Exact): Exact => added(a, { ...b, units: -b.units })

const multiple = ({ units, scale }: Exact, factor: number): Exact => ({
  units: units * BigInt(factor),
  scale,
})

/** Rounded half away from zero, as `ratio` is; null over zero. */
function quotient(a: Exact, b: Exact, scale: number): Exact | null {
  if (b.units === 0n) return null
  const over = abs(a.units) * power(b.scale + scale)
  const under = abs(b.units) * power(a.scale)
  const units = (2n * over + under) / (2n * under)
  return { units: a.units < 0n === b.units < 0n ? units : -units, scale }
}

/** A whole number or a decimal as an engine gives it: a bigint, a number without a fraction, or decimal text. */
export function exactly(value: unknown): Exact | null {
  if (value === null || value === undefined) return null
  const [whole = '', decimals = ''] = String(value).split('.')
  return { units: BigInt(whole + decimals), scale: decimals.length }
}

/** The nearest number to it. */
export function toNumber({ units, scale }: Exact): number {
  const whole = Number(units)
  if (Number.isSafeInteger(whole)) return whole / 10 ** scale
  const digits = String(abs(units)).padStart(scale + 1, '0')
  const text = `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`
  return Number(units < 0n ? `-${text}` : text)
}
