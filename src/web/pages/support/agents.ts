import { wilson } from '../../wilson.ts'

/** Rates in percent from which an agent is fair, and good; rules of the project. */
export interface Limits {
  readonly fair: number
  readonly good: number
}

export type Tier = 'low' | 'middle' | 'high' | 'none'
export const tiers: readonly Tier[] = ['high', 'middle', 'low', 'none']

export interface Agent {
  readonly id: string
  readonly name: string
  readonly interactions: number
  readonly resolved: number
  /** 0..100; null without interactions. */
  readonly rate: number | null
  readonly interval: Interval | null
  readonly tier: Tier
}

/** Both ends in percent. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/** Null without cases. */
const intervalOf = (resolved: number, total: number): Interval | null => {
  if (total <= 0) return null
  const { low, high } = wilson(resolved, total)
  return { low: 100 * low, high: 100 * high }
}

export const tierOf = (rate: number | null, { fair, good }: Limits): Tier => {
  if (rate === null) return 'none'
  return rate < fair ? 'low' : rate < good ? 'middle' : 'high'
}

export const agentOf = (
  id: string,
  name: string,
  interactions: number,
  resolved: number,
  rate: number | null,
  limits: Limits,
): Agent => ({
  id,
  name,
  interactions,
  resolved,
  rate,
  interval: intervalOf(resolved, interactions),
  tier: tierOf(rate, limits),
})

/** Those with interactions in the answer, then those who have none: they are agents all the same. */
export const withIdle = (
  busy: readonly Agent[],
  all: readonly { readonly id: string; readonly name: string }[],
  limits: Limits,
): readonly Agent[] => {
  const known = new Set(busy.map(({ id }) => id))
  return [
    ...busy,
    ...all.filter(({ id }) => !known.has(id)).map(({ id, name }) => agentOf(id, name, 0, 0, null, limits)),
  ]
}
