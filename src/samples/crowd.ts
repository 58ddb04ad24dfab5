import type { Day } from './calendar.ts'
import { dailyCounts } from './demand.ts'
import type { Presence } from './people.ts'
import { exp, type Random, Sampler } from './random.ts'
import { cities } from './words.ts'

/** The customers as those see them who sell to them, by id - 1. */
export interface Crowd extends Presence {
  /** How much they buy at a time, around 1. */
  readonly basket: Float32Array
  /** Index into `cities`. */
  readonly city: Uint8Array
  readonly buyers: Sampler
  readonly visitors: Sampler
}

/** How often and how much each customer buys and browses, and from when to when. */
export interface Habits extends Omit<Crowd, 'buyers' | 'visitors'> {
  /** 1 on average; 0 for those whose record is held back. */
  readonly eagerness: Float32Array
  readonly browsing: Float32Array
}

const FOR_EVER = 1_000_000
/** Share of the customers who were there before the period began, and for how long at most. */
const OLD = 0.62
const OLDEST_DAYS = 4 * 365

export function habitsOf(customers: number, first: Day, last: Day, random: Random): Habits {
  const days = last - first + 1
  const settled = Math.round(customers * OLD)
  const from = arrivals(customers, settled, first, last)
  const habits = {
    from,
    until: new Int32Array(customers),
    basket: new Float32Array(customers),
    city: new Uint8Array(customers),
    eagerness: new Float32Array(customers),
    browsing: new Float32Array(customers),
  }
  const places = new Sampler(cities.map((_, i) => 1 / (4 + i)))
  for (let i = 0; i < customers; i++) {
    const came = Math.max(from[i] ?? 0, 0)
    habits.until[i] = random.chance(0.64) ? FOR_EVER : came + random.below(Math.ceil(1.3 * days))
    habits.basket[i] = exp(0.35 * random.normal())
    habits.city[i] = places.draw(random)
    // The mean of e^(1.15 n) over a normal n is 1.94.
    const eagerness = Math.min(12, exp(1.15 * random.normal()) / 1.94)
    habits.eagerness[i] = eagerness
    habits.browsing[i] = 0.3 + eagerness * random.between(0.4, 1.2)
  }
  return habits
}

/** Ids were given in order of arrival; newcomers come as shoppers do, most before Christmas. */
function arrivals(customers: number, settled: number, first: Day, last: Day): Int32Array {
  const before = dailyCounts('online', settled, first - OLDEST_DAYS, first - 1)
  const since = dailyCounts('online', customers - settled, first, last)
  const from = new Int32Array(customers)
  let next = 0
  for (const [i, count] of [...before, ...since].entries()) {
    from.fill(i - OLDEST_DAYS, next, next + count)
    next += count
  }
  return from
}

export const crowdOf = (habits: Habits): Crowd => ({
  ...habits,
  buyers: new Sampler(habits.eagerness),
  // Who is held back is nobody, and so does not browse.
  visitors: new Sampler(habits.browsing.map((weight, i) => (habits.eagerness[i] === 0 ? 0 : weight))),
})
