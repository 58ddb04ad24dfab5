/** Doubles are equal up to this share of the larger one. */
export const TOLERANCE = 1e-9

/** Whether two doubles are the same up to the tolerance; NaN and each infinity equal themselves, NULL equals NULL. */
export function near(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b
  if (Object.is(a, b) || a === b) return true
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false
  // Halves: the difference of two numbers near the largest would be infinite.
  return Math.abs(a / 2 - b / 2) <= (TOLERANCE / 2) * Math.max(Math.abs(a), Math.abs(b))
}

export const allNear = (a: readonly (number | null)[], b: readonly (number | null)[]): boolean =>
  a.length === b.length && a.every((value, index) => near(value, b[index] ?? null))
