const SCALES = [0, 1, 2, 3, 4, 5, 6]

/** A decimal as a whole number of millionths. */
const millionths = (x: string): string => `cast(cast(${x} as decimal(38,6)) * 1000000 as hugeint)`

const powers = (exponent: (scale: number) => number): string =>
  `case scale ${SCALES.map((s) => `when ${s} then ${10 ** exponent(s)}`).join(' ')} else error('ratio: the scale must be 0 to 6') end`

/**
 * DuckDB's definition of `ratio(num, den, scale)`, to be executed once per database.
 * `num / den` in whole-number arithmetic, rounded half away from zero to `scale` (0 to 6) places; NULL when either
 * is NULL or `den` is zero. Takes integers and decimals of up to six places and 10^26, returns DECIMAL(38,6).
 */
export function ratioMacro(): string {
  const doubled = `2 * abs(${millionths('num')}) * ${powers((s) => s)}`
  const den = `abs(${millionths('den')})`
  const rounded = `(${doubled} + ${den}) // (2 * ${den})`
  const signed = `cast(sign(num) * sign(den) * (${rounded}) * ${powers((s) => 6 - s)} as decimal(38,0))`
  return `create or replace macro main.ratio(num, den, scale) as case when den <> 0 then ${signed} * cast(0.000001 as decimal(7,6)) end`
}
