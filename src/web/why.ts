/** One part's figures in both periods; null where it had none. */
export interface Part {
  readonly key: string
  readonly label: string
  readonly now: number | null
  readonly before: number | null
  /** What a ratio is weighted with: orders for the average order value, interactions for a rate. */
  readonly weightNow?: number | null
  readonly weightBefore?: number | null
}

export interface Effect {
  readonly key: string
  readonly label: string
  readonly now: number | null
  readonly before: number | null
  /** What this part did to the total, in the total's unit. All effects add up to the change. */
  readonly effect: number
}

/**
 * Revenue = orders x average order value. Each factor's change is valued at the mean of the other one's two values,
 * which leaves nothing over: dO * mean(A) + dA * mean(O) = O1*A1 - O0*A0.
 */
export const factorEffects = (
  now: { readonly revenue: number; readonly orders: number },
  before: { readonly revenue: number; readonly orders: number },
): { readonly orders: number; readonly aov: number } | null => {
  if (now.orders === 0 || before.orders === 0) return null
  const [a1, a0] = [now.revenue / now.orders, before.revenue / before.orders]
  return {
    orders: (now.orders - before.orders) * ((a1 + a0) / 2),
    aov: (a1 - a0) * ((now.orders + before.orders) / 2),
  }
}

/** What each part of a sum added to its change, the largest effect first. */
export const sumEffects = (parts: readonly Part[]): readonly Effect[] =>
  parts
    .map((part) => ({ ...plain(part), effect: (part.now ?? 0) - (part.before ?? 0) }))
    .toSorted(largestFirst)

/**
 * What each part added to the change of a ratio: its own change at its mean share, plus its shift in share valued by
 * how far it lies from the mean of the totals. Shares sum to one, so the shifts' common level cancels and the effects
 * add up to the change exactly.
 */
export const ratioEffects = (parts: readonly Part[]): readonly Effect[] | null => {
  const total = (key: 'weightNow' | 'weightBefore') => parts.reduce((sum, part) => sum + (part[key] ?? 0), 0)
  const [weight1, weight0] = [total('weightNow'), total('weightBefore')]
  if (weight1 === 0 || weight0 === 0) return null
  const shared = parts.map((part) => {
    const [share1, share0] = [(part.weightNow ?? 0) / weight1, (part.weightBefore ?? 0) / weight0]
    // A part that was not there before (or is gone) has no own change: its whole effect is the shift of weight.
    const value1 = part.now ?? part.before ?? 0
    const value0 = part.before ?? part.now ?? 0
    return { part, share1, share0, value1, value0 }
  })
  const level = shared.reduce(
    (sum, { share1, share0, value1, value0 }) => sum + (value1 * share1 + value0 * share0) / 2,
    0,
  )
  return shared
    .map(({ part, share1, share0, value1, value0 }) => ({
      ...plain(part),
      effect:
        (value1 - value0) * ((share1 + share0) / 2) + (share1 - share0) * ((value1 + value0) / 2 - level),
    }))
    .toSorted(largestFirst)
}

/** What the parts leave of the total's change; a rounding error counts as nothing. */
export const restOf = (effects: readonly Effect[], change: number): number => {
  const rest = change - effects.reduce((sum, { effect }) => sum + effect, 0)
  return Math.abs(rest) < 0.005 + Math.abs(change) * 1e-9 ? 0 : rest
}

const plain = ({ key, label, now, before }: Part) => ({ key, label, now, before })
const largestFirst = (a: Effect, b: Effect): number => Math.abs(b.effect) - Math.abs(a.effect)
