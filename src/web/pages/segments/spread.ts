/** So many points can still be told apart, and drawn in no time. */
export const mostPoints = 1500

/** Every n-th item, so that at most `most` are left, spread over the whole list. */
export const spread = <T>(items: readonly T[], most: number): readonly T[] => {
  const step = Math.max(1, Math.ceil(items.length / most))
  return step === 1 ? items : items.filter((_, index) => index % step === 0)
}
