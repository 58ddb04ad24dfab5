import { infix, isExact, type Operator, operand, refuse, type Target, type Typed } from './target.ts'
import { asDecimal, type Decimal, decimal, type SqlType } from './types.ts'

/** Where an engine gives a result fewer decimals than DuckDB, silently, to keep it within 38 digits. */
export interface Narrowing {
  /** Products of more decimals than this lose some. */
  readonly productScale: number
  /** Whether sums of these two would lose decimals. */
  sumLoses(a: Decimal, b: Decimal): boolean
}

/** `a op b` with operands cast so that the result keeps all decimals; what then does not fit is an overflow. */
export function keepingScale(
  target: Pick<Target, 'name' | 'cast'>,
  narrowing: Narrowing,
  op: Operator,
  a: Typed,
  b: Typed,
  result: SqlType,
): string {
  const [left, right] = [asDecimal(a.type), asDecimal(b.type)]
  if (result.kind !== 'decimal' || !left || !right || op === 'div') return infix(op, a, b)
  const [own, other] =
    op === 'mul'
      ? factors(target.name, narrowing, left, right)
      : summands(narrowing, left, right, isExact(a, left) && isExact(b, right))
  return infix(op, narrowed(target, a, own), narrowed(target, b, other))
}

const narrowed = (target: Pick<Target, 'cast'>, x: Typed, to: Decimal | undefined): Typed =>
  to === undefined || isExact(x, to) ? x : { sql: target.cast(x, to), type: to, atomic: true, exact: true }

type Pair = readonly [Decimal | undefined, Decimal | undefined]
const NONE: Pair = [undefined, undefined]

/** 37 digits for both: the product takes one more. The narrower one keeps up to 18 of its own. */
function factors(name: string, { productScale }: Narrowing, a: Decimal, b: Decimal): Pair {
  if (a.scale + b.scale <= productScale) return NONE
  const [narrow, wide] = a.precision <= b.precision ? [a, b] : [b, a]
  const small = decimal(Math.min(narrow.precision, Math.max(18, narrow.scale + 1)), narrow.scale)
  const large = decimal(Math.min(wide.precision, 37 - small.precision), wide.scale)
  if (large.precision <= large.scale)
    return refuse(name, `a product with ${a.scale + b.scale} decimals`, 'cast to fewer decimals first')
  return narrow === a ? [small, large] : [large, small]
}

function summands({ sumLoses }: Narrowing, a: Decimal, b: Decimal, exact: boolean): Pair {
  const scale = Math.max(a.scale, b.scale)
  const digits = Math.max(a.precision - a.scale, b.precision - b.scale) + scale + 1
  if (!sumLoses(a, b) || (exact && digits <= 38)) return NONE
  return [decimal(37, scale), decimal(37, scale)]
}

/** A decimal fraction of one: `0.01` for two places. */
export const unit = (places: number): string => (places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`)

/** A double that holds a whole number, already rounded, of units of the last place -> the decimal. */
export function fromUnits(units: string, { precision, scale }: Decimal): string {
  if (scale === 0) return `cast(${units} as decimal(${precision},0))`
  const width = scale <= 6 ? precision : Math.min(precision, 37 - scale)
  return `cast(cast(${units} as decimal(${width},0)) * ${unit(scale)} as decimal(${precision},${scale}))`
}

/**
 * `ratio(num, den, scale)` in whole numbers of 38 digits, as `ratio.ts` defines it for DuckDB: rounded half away from zero,
 * NULL when `den` is zero. `%` must be the remainder of whole decimals; what does not fit is an overflow.
 */
export function wholeRatio(target: Pick<Target, 'cast'>, num: Typed, den: Typed, scale: number): string {
  const places = Math.max(placesOf(num.type), placesOf(den.type))
  const doubled = `2 * abs(${scaled(target, num, places)}) * ${10 ** scale}`
  const divisor = `(2 * abs(${scaled(target, den, places)}))`
  const dividend = `(${doubled} + abs(${scaled(target, den, places)}))`
  const quotient = `cast((${dividend} - ${dividend} % ${divisor}) / ${divisor} as decimal(32,0))`
  const [n, d] = [operand(num), operand(den)]
  const sign = `case when ${n} < 0 and ${d} > 0 or ${n} > 0 and ${d} < 0 then -1 else 1 end`
  return `case when ${d} <> 0 then cast(${sign} * ${quotient} * ${unit(scale)} as decimal(38,6)) end`
}

const placesOf = (type: SqlType): number =>
  type.kind === 'double' ? 6 : Math.min(asDecimal(type)?.scale ?? 0, 6)

/** A number as a whole number of its last places. */
function scaled(target: Pick<Target, 'cast'>, x: Typed, places: number): string {
  if (places === 0) return `cast(${x.sql} as decimal(38,0))`
  return `cast(${target.cast(x, decimal(32, places))} * ${10 ** places} as decimal(38,0))`
}
