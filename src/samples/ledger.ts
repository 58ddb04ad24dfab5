import { type Day, isoOf } from './calendar.ts'
import { CHURN_DAYS, Churn } from './churn.ts'
import {
  type ActivityTruth,
  type DurationBucket,
  durationBuckets,
  type ResolutionBucket,
  resolutionBuckets,
  signedMoney,
} from './manifest.ts'
import { Months } from './months.ts'
import { emptyStanding, lifetimeOf, NEVER, placesOf, type Standing, statusOf } from './standing.ts'
import { Visitors } from './visitors.ts'
import { cities, states } from './words.ts'

/** What is known of a customer from its own record; places are indexes. */
export interface MemberFacts {
  /** NEVER where it does not say. */
  readonly signup: Day
  /** Index into `cities`; NONE where it does not say. */
  readonly city: number
  /** Index into `cities` of a city in that state; NONE where it does not say. */
  readonly state: number
  readonly emailOptIn: boolean
  readonly smsOptIn: boolean
}

export interface TicketFacts {
  readonly issue: string
  readonly resolved: boolean
  /** From opening to resolution, where it says. */
  readonly seconds?: number
  readonly score?: number
}

export interface SessionFacts {
  readonly seconds?: number
  readonly pages?: number
  readonly device?: string
}

type Sum<T> = { -readonly [name in keyof T]: number }
const tally = () => ({ orders: 0, cents: 0 })

/** Sums up what the data means while it is made. Days must be told in order. */
export class Ledger {
  private readonly customers: number
  private readonly standing: Standing
  private readonly months: Months
  private readonly signups = new Map<string, number>()
  private readonly counted = tally()
  private readonly refunds = tally()
  private readonly tickets = new Map<string, Sum<ActivityTruth['tickets'][string]>>()
  private readonly resolution = new Map<ResolutionBucket, number>()
  private readonly durations: Visitors<DurationBucket>
  private readonly devices: Visitors<string>
  private readonly churn: Churn
  /** Sessions and tickets of days after the newest transaction's. */
  private ahead: { readonly who: number; readonly day: Day }[] = []
  private readonly optIns = { email: 0, sms: 0 }
  private readonly capacity: number
  private used: number
  private asOf: Day = NEVER

  /** `strangers`: how many customers without a record there may be. */
  constructor(customers: number, strangers: number, first: Day, last: Day) {
    this.customers = customers
    this.capacity = customers + strangers
    this.used = customers
    this.months = new Months(this.capacity, first, last)
    this.standing = emptyStanding(this.capacity)
    this.churn = new Churn(this.standing, first)
    this.durations = new Visitors(this.capacity)
    this.devices = new Visitors(this.capacity)
  }

  /** A customer nobody describes. */
  stranger(): number {
    if (this.used === this.capacity) throw new RangeError(`more than ${this.capacity} customers`)
    return this.used++
  }

  /** Somebody describes the customer, but not as a member does. */
  know(who: number): void {
    this.standing.known[who] = 1
  }

  isKnown(who: number): boolean {
    return this.standing.known[who] === 1
  }

  member(who: number, { signup, city, state, emailOptIn, smsOptIn }: MemberFacts): void {
    this.know(who)
    this.standing.city[who] = city
    this.standing.state[who] = state
    if (emailOptIn) this.optIns.email++
    if (smsOptIn) this.optIns.sms++
    if (signup === NEVER) return
    const month = isoOf(signup).slice(0, 7)
    this.signups.set(month, (this.signups.get(month) ?? 0) + 1)
  }

  transaction(who: number, day: Day, cents: number): void {
    const { standing } = this
    this.months.transaction(who, day, cents, standing.firstBought[who] === NEVER)
    for (const sum of cents < 0 ? [this.counted, this.refunds] : [this.counted]) {
      sum.orders++
      sum.cents += cents
    }
    add(standing.cents, who, cents)
    add(standing.transactions, who, 1)
    if (standing.firstBought[who] === NEVER) standing.firstBought[who] = day
    standing.lastBought[who] = day
    if (day > this.asOf) this.advance(day)
    this.churn.seen(who, day)
  }

  ticket(who: number, day: Day, { issue, resolved, seconds, score }: TicketFacts): void {
    this.months.ticket(day)
    const sum = this.tickets.get(issue) ?? emptyTickets()
    this.tickets.set(issue, sum)
    sum.tickets++
    if (resolved) sum.resolved++
    if (resolved && seconds !== undefined) {
      sum.timed++
      sum.resolutionSeconds += seconds
    }
    if (score !== undefined) {
      sum.answered++
      sum.scores += score
      if (score >= 4) sum.satisfied++
    }
    const bucket = resolved ? resolutionBucket(seconds) : 'open'
    this.resolution.set(bucket, (this.resolution.get(bucket) ?? 0) + 1)
    add(this.standing.tickets, who, 1)
    if (!resolved) add(this.standing.openTickets, who, 1)
    this.seen(who, day)
  }

  session(who: number, day: Day, facts: SessionFacts): void {
    this.months.session(day)
    this.durations.add(durationBucket(facts.seconds), who, facts)
    this.devices.add(facts.device ?? 'unknown', who, facts)
    add(this.standing.sessions, who, 1)
    this.seen(who, day)
  }

  truth(): ActivityTruth {
    const { standing, customers, used, asOf } = this
    const known = range(0, customers).filter((who) => this.isKnown(who))
    const inferred = range(customers, used)
    return {
      customers: known.length,
      inferredCustomers: inferred.length,
      emailOptIns: this.optIns.email,
      smsOptIns: this.optIns.sms,
      asOf: isoOf(asOf),
      transactions: sales(this.counted),
      refunds: sales(this.refunds),
      months: this.months.truth(),
      signups: sorted(this.signups),
      tickets: sorted(this.tickets),
      resolution: ordered(resolutionBuckets, (name) => this.resolution.get(name) ?? 0),
      sessionsByDuration: ordered(durationBuckets, (name) => this.durations.truth(name)),
      sessionsByDevice: ordered(this.devices.names(), (name) => this.devices.truth(name)),
      status: { known: statusOf(standing, known, asOf), inferred: statusOf(standing, inferred, asOf) },
      churn: this.churn.truth(asOf),
      places: placesOf(standing, known, asOf, CHURN_DAYS, placeNames),
      lifetime: { ...lifetimeOf(standing, customers, used), customerMonths: this.months.pairs },
    }
  }

  private seen(who: number, day: Day): void {
    if (day > this.asOf) this.ahead.push({ who, day })
    else this.churn.seen(who, day)
  }

  private advance(day: Day): void {
    this.asOf = day
    for (const { who, day: then } of this.ahead) this.churn.seen(who, then)
    this.ahead = []
  }
}

const range = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to - from }, (_, i) => from + i)

const add = (sums: Int32Array | Float64Array, who: number, by: number): void => {
  sums[who] = (sums[who] ?? 0) + by
}

const sales = ({ orders, cents }: { orders: number; cents: number }) => ({
  orders,
  amount: signedMoney(cents),
})

const sorted = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))

const ordered = <K extends string, T>(names: readonly K[], of: (name: K) => T): Record<K, T> =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Record<K, T>

const emptyTickets = () => ({
  tickets: 0,
  resolved: 0,
  timed: 0,
  resolutionSeconds: 0,
  answered: 0,
  scores: 0,
  satisfied: 0,
})

const placeNames = (city: number, state: number) => ({
  city: cities[city]?.[0] ?? null,
  state: states[cities[state]?.[1] ?? '']?.name ?? null,
})

function resolutionBucket(seconds: number | undefined): ResolutionBucket {
  if (seconds === undefined) return 'unknown'
  const hours = seconds / 3600
  if (hours < 24) return hours < 12 ? '0-12h' : '12-24h'
  if (hours < 120) return hours < 48 ? '1-2d' : '2-5d'
  return '5d+'
}

function durationBucket(seconds: number | undefined): DurationBucket {
  if (seconds === undefined) return 'unknown'
  if (seconds <= 10) return seconds === 0 ? '0' : '1-10'
  if (seconds <= 120) return seconds <= 60 ? '11-60' : '61-120'
  return seconds <= 180 ? '121-180' : '181+'
}
