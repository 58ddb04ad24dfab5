/** The Wilson 95 % interval of a rate: `hits` of `cases`, both ends as shares 0..1. */
export const wilson = (hits: number, cases: number): { readonly low: number; readonly high: number } => {
  if (cases === 0) return { low: 0, high: 1 }
  const z = 1.959964
  const rate = hits / cases
  const middle = rate + (z * z) / (2 * cases)
  const spread = z * Math.sqrt((rate * (1 - rate)) / cases + (z * z) / (4 * cases * cases))
  const whole = 1 + (z * z) / cases
  return { low: Math.max(0, (middle - spread) / whole), high: Math.min(1, (middle + spread) / whole) }
}
