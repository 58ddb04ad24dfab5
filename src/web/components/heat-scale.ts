/** One or more hours of a weekday. */
export interface Block {
  readonly weekday: number
  readonly hours: readonly number[]
  readonly value: number | null
}

/** Seven weekdays of 24 / `width` blocks. */
export const blocksOf = (
  read: (weekday: number, hour: number) => number | null,
  width: number,
  combine: 'sum' | 'mean',
): readonly Block[] =>
  Array.from({ length: 7 * (24 / width) }, (_, index) => {
    const weekday = Math.floor(index / (24 / width)) + 1
    const first = (index % (24 / width)) * width
    const hours = Array.from({ length: width }, (_, hour) => first + hour)
    const known = hours.map((hour) => read(weekday, hour)).filter((value) => value !== null)
    const sum = known.reduce((total, value) => total + value, 0)
    return { weekday, hours, value: known.length === 0 ? null : combine === 'sum' ? sum : sum / known.length }
  })

/** The block with the largest value, the earliest of equals; null when there is none above zero. */
export const busiest = (blocks: readonly Block[]): Block | null =>
  blocks.reduce<Block | null>((best, block) => ((block.value ?? 0) > (best?.value ?? 0) ? block : best), null)

/** 0 (nothing) to 6 (the most); with two sides -3 to 3 around zero, written as 0 to 6. */
export const stepOf = (value: number | null, most: number, scale: 'sequential' | 'diverging'): number => {
  if (scale === 'diverging') return most === 0 ? 3 : 3 + Math.round(((value ?? 0) / most) * 3)
  return value === null || value <= 0 || most === 0 ? 0 : Math.max(1, Math.ceil((value / most) * 6))
}
