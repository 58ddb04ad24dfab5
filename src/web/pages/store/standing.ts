/** Where one store stands among all. */
export interface Standing {
  readonly here: number | null
  readonly low: number
  readonly high: number
  readonly median: number
  /** 1 = the highest; equal ones share a place. */
  readonly rank: number | null
  readonly of: number
}

/** Undefined when no store has a value. */
export const standingOf = (here: number | null, all: readonly (number | null)[]): Standing | undefined => {
  const known = all.filter((value) => value !== null).toSorted((a, b) => a - b)
  const [low, high] = [known[0], known.at(-1)]
  if (low === undefined || high === undefined) return undefined
  return {
    here,
    low,
    high,
    median: medianOf(known),
    rank: here === null ? null : known.filter((value) => value > here).length + 1,
    of: known.length,
  }
}

const medianOf = (sorted: readonly number[]): number => {
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}
