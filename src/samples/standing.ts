import { type Day, isoOf, monthsBefore } from './calendar.ts'
import { type PlaceTruth, type ProfileTruth, type StatusTruth, signedMoney } from './manifest.ts'

const ACTIVE_MONTHS = 3
const TOP = 10

export const NONE = -1
/** Earlier than any day. */
export const NEVER = -1_000_000

/** What became of each customer: known ones by id - 1, then those nobody describes. Typed arrays, so that millions fit. */
export interface Standing {
  readonly known: Uint8Array
  readonly cents: Float64Array
  readonly transactions: Int32Array
  readonly firstBought: Int32Array
  readonly lastBought: Int32Array
  readonly lastSeen: Int32Array
  readonly tickets: Int32Array
  readonly openTickets: Int32Array
  readonly sessions: Int32Array
  /** Indexes, NONE where nobody says. */
  readonly city: Int16Array
  readonly state: Int16Array
}

export const emptyStanding = (customers: number): Standing => ({
  known: new Uint8Array(customers),
  cents: new Float64Array(customers),
  transactions: new Int32Array(customers),
  firstBought: new Int32Array(customers).fill(NEVER),
  lastBought: new Int32Array(customers).fill(NEVER),
  lastSeen: new Int32Array(customers).fill(NEVER),
  tickets: new Int32Array(customers),
  openTickets: new Int32Array(customers),
  sessions: new Int32Array(customers),
  city: new Int16Array(customers).fill(NONE),
  state: new Int16Array(customers).fill(NONE),
})

/** Who of these customers bought lately, before that, or never. */
export function statusOf(standing: Standing, who: Iterable<number>, asOf: Day): StatusTruth {
  const since = monthsBefore(asOf - 1, ACTIVE_MONTHS)
  const found = { active: 0, dormant: 0, inactive: 0 }
  for (const one of who) {
    const last = standing.lastBought[one] ?? NEVER
    found[last === NEVER ? 'inactive' : last >= since ? 'active' : 'dormant']++
  }
  return found
}

/** Who was heard of lately, by place, the largest places first; `name` gives the words for the indexes. */
export function placesOf(
  standing: Standing,
  who: Iterable<number>,
  asOf: Day,
  churnDays: number,
  name: (city: number, state: number) => Pick<PlaceTruth, 'city' | 'state'>,
): PlaceTruth[] {
  const places = new Map<string, { -readonly [key in keyof PlaceTruth]: PlaceTruth[key] }>()
  for (const one of who) {
    const named = name(standing.city[one] ?? NONE, standing.state[one] ?? NONE)
    const key = `${named.state}/${named.city}`
    const place = places.get(key) ?? { ...named, customers: 0, active: 0, lapsed: 0, never: 0 }
    places.set(key, place)
    const last = standing.lastSeen[one] ?? NEVER
    place.customers++
    place[last === NEVER ? 'never' : asOf - last > churnDays ? 'lapsed' : 'active']++
  }
  const keyed = [...places].sort(([a, x], [b, y]) => y.customers - x.customers || (a < b ? -1 : 1))
  return keyed.map(([, place]) => place)
}

/** What buyers are worth; the customers up to `end`, those before `strangers` with an id of their own. */
export function lifetimeOf(standing: Standing, strangers: number, end: number) {
  const { firstBought, lastBought, cents } = standing
  const best: number[] = []
  let [buyers, sum, days] = [0, 0, 0]
  for (let who = 0; who < end; who++) {
    if (firstBought[who] === NEVER) continue
    buyers++
    sum += cents[who] ?? 0
    days += (lastBought[who] ?? 0) - (firstBought[who] ?? 0)
    if (who < strangers) keepBest(best, who, cents)
  }
  return { buyers, amount: signedMoney(sum), days, top: best.map((who) => profileOf(standing, who)) }
}

/** Of equal amounts the smaller id comes first. */
function keepBest(best: number[], who: number, cents: Float64Array): void {
  const amount = cents[who] ?? 0
  const at = best.findIndex((other) => (cents[other] ?? 0) < amount)
  if (at >= 0) best.splice(at, 0, who)
  else best.push(who)
  if (best.length > TOP) best.pop()
}

const profileOf = (standing: Standing, who: number): ProfileTruth => ({
  customerId: String(who + 1),
  transactions: standing.transactions[who] ?? 0,
  amount: signedMoney(standing.cents[who] ?? 0),
  first: isoOf(standing.firstBought[who] ?? NEVER),
  last: isoOf(standing.lastBought[who] ?? NEVER),
  tickets: standing.tickets[who] ?? 0,
  openTickets: standing.openTickets[who] ?? 0,
  sessions: standing.sessions[who] ?? 0,
})
