import type { Stores } from './catalogue.ts'
import { addressIn, emailOf, personName } from './names.ts'
import { exp, itemAt, type Random, Sampler } from './random.ts'
import { type Shop, scheduleOf, stream } from './shop.ts'
import type { Witness } from './witness.ts'
import { cities } from './words.ts'

/** First and last day as a customer, by id - 1, counted from the first day of the period. */
export interface Presence {
  readonly from: Int32Array
  readonly until: Int32Array
}

/** What is known of each customer beyond the file, by id - 1; typed arrays, so that millions fit. */
export interface People extends Presence {
  readonly kept: number
  /** How often they buy, 1 on average; 0 for those whose record is held back. */
  readonly eagerness: Float32Array
  /** How much they buy at a time, around 1. */
  readonly basket: Float32Array
  /** Index into the list of stores. */
  readonly homeStore: Uint16Array
  readonly online: Sampler
  readonly inStore: Sampler
}

const FOR_EVER = 1_000_000

/** Writes Customers.csv; calls `pause` now and then. */
export async function writeCustomers(
  shop: Shop,
  stores: Stores,
  pause: (done: number) => Promise<void>,
  witness?: Witness,
): Promise<People> {
  const { customers, files } = shop
  const random = stream(shop, 'customers')
  const schedule = scheduleOf(shop, 'customers', customers)
  const people = emptyPeople(customers)
  const preference = new Float32Array(customers)
  let kept = 0
  for (let i = 0; i < customers; i++) {
    const city = settle(people, i, shop, stores, random)
    preference[i] = random.between(0.1, 0.9)
    const name = personName(random)
    const [email, address] = [emailOf(name, i + 1), addressIn(city, random)]
    const kind = schedule.next()
    const outcome = files.customers.put([String(i + 1), name, email, address], kind)
    if (outcome === 'held') people.eagerness[i] = 0
    else kept++
    witness?.customer({ id: i + 1, name, email, address, city, kind, outcome })
    if (i % 4096 === 4095) await pause(i + 1)
  }
  const { eagerness } = people
  const inStore = new Sampler(eagerness.map((weight, i) => weight * (1 - (preference[i] ?? 0))))
  return {
    ...people,
    kept,
    inStore,
    online: new Sampler(eagerness.map((weight, i) => weight * (preference[i] ?? 0))),
  }
}

const emptyPeople = (count: number) => ({
  eagerness: new Float32Array(count),
  basket: new Float32Array(count),
  homeStore: new Uint16Array(count),
  from: new Int32Array(count),
  until: new Int32Array(count),
})

/** Gives customer `i` a home and habits; returns the city. */
function settle(
  people: ReturnType<typeof emptyPeople>,
  i: number,
  shop: Shop,
  stores: Stores,
  random: Random,
): number {
  const { customers, first, last } = shop
  const store = stores.footfall.draw(random)
  const days = last - first + 1
  // Ids were given in order of arrival: two thirds were there before the period began.
  const from = Math.floor(((i + 1) / customers - 0.66) * 2.6 * days)
  const stays = random.chance(0.62)
  people.homeStore[i] = store
  people.from[i] = from
  people.until[i] = stays ? FOR_EVER : Math.max(from, 0) + random.below(Math.ceil(1.4 * days))
  // The mean of e^(1.15 n) over a normal n is 1.94.
  people.eagerness[i] = Math.min(12, exp(1.15 * random.normal()) / 1.94)
  people.basket[i] = exp(0.35 * random.normal())
  return random.chance(0.9) ? itemAt(stores.list, store).city : random.below(cities.length)
}

/** A customer (id - 1) of that day. */
export function drawBuyer(people: Presence, sampler: Sampler, dayIndex: number, random: Random): number {
  let one = sampler.draw(random)
  for (let tries = 0; tries < 32; tries++) {
    if (dayIndex >= (people.from[one] ?? 0) && dayIndex <= (people.until[one] ?? 0)) break
    one = sampler.draw(random)
  }
  return one
}
