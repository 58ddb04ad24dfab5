import { DAY_SECONDS, type Day, existing, isoOf, stamp, type Today } from './calendar.ts'
import { drawTime, hours, timesOfDay } from './demand.ts'
import type { Kind } from './dirt.ts'
import type { People } from './people.ts'
import { type Random, shares } from './random.ts'
import { type Shop, scheduleOf, stream } from './shop.ts'

const tiers = [
  { name: 'Platinum', from: 7500 },
  { name: 'Gold', from: 3000 },
  { name: 'Silver', from: 1000 },
] as const

/** The tier that so many points give. */
export const tierOf = (points: number): string => tiers.find(({ from }) => points >= from)?.name ?? 'Bronze'

type Reason = 'Purchase' | 'Referral' | 'Promotion' | 'Correction'

const extras = shares<Exclude<Reason, 'Purchase'>>([
  ['Promotion', 55],
  ['Referral', 33],
  ['Correction', 12],
])

const KEY = 2 ** 32
const NONE = -1
const EXTRAS_A_DAY = 0.0022

/** The loyalty programme: one point for each dollar, and some for other reasons. Accounts are index + 1. */
export class Loyalty {
  accountsKept = 0
  movementsKept = 0
  pointsChanged = 0
  private readonly shop: Shop
  private readonly random: Random
  private readonly dirt: ReadonlyMap<number, Kind>
  private readonly schedule
  private readonly times = timesOfDay(hours.online)
  private readonly owner: Int32Array
  private readonly joined: Int32Array
  private readonly points: Int32Array
  /** Second of the last movement, from the first day on: no two of an account fall together. */
  private readonly busyAt: Int32Array
  private readonly accountOf: Int32Array
  private readonly nextAccount: Int32Array
  private readonly keys: number[] = []
  private readonly accounts: number[] = []
  private readonly changes: number[] = []
  private readonly reasons: Reason[] = []
  private owedExtras = 0

  constructor(shop: Shop, people: People) {
    this.shop = shop
    this.random = stream(shop, 'loyalty')
    const joins = enrol(shop, people, stream(shop, 'loyalty/joins'))
    const count = joins.owner.length
    this.owner = joins.owner
    this.joined = joins.joined
    this.points = new Int32Array(count)
    this.busyAt = new Int32Array(count).fill(NONE)
    this.accountOf = new Int32Array(shop.customers).fill(NONE)
    this.nextAccount = new Int32Array(count).fill(NONE)
    this.dirt = dirtyAccounts(shop, count)
    this.schedule = scheduleOf(shop, 'movements', Math.floor(shop.sales / 10))
    this.openAccounts(people)
  }

  /** Points for a sale of that day to customer `buyer` (id - 1), where they are a member. */
  earn(buyer: number, { day }: Today, second: number, cents: number): void {
    const account = this.eligible(this.accountOf[buyer] ?? NONE, day)
    const points = Math.floor(cents / 100)
    if (account !== NONE && points > 0) this.queue(account, second, points, 'Purchase')
  }

  /** Writes the movements of the day, in order of time. */
  writeDay(now: Today): void {
    this.queueExtras(now)
    const order = Float64Array.from(this.keys).sort()
    for (const key of order) this.move(now, Math.floor(key / KEY), key % KEY)
    for (const list of [this.keys, this.accounts, this.changes, this.reasons]) list.length = 0
  }

  /** Writes LoyaltyAccounts.csv with the points that were reached; calls `pause` now and then. */
  async writeAccounts(pause: () => Promise<void>): Promise<void> {
    const file = this.shop.files.accounts
    for (let i = 0; i < this.owner.length; i++) {
      const points = this.points[i] ?? 0
      const row = [i + 1, (this.owner[i] ?? 0) + 1, points, tierOf(points), isoOf(this.joined[i] ?? 0)].map(
        String,
      )
      if (file.put(row, this.dirt.get(i)) !== 'held') this.accountsKept++
      if (i % 4096 === 4095) await pause()
    }
  }

  private openAccounts(people: People): void {
    const monthly = (this.shop.sales / this.shop.customers / this.shop.months) * 70
    for (let i = this.owner.length - 1; i >= 0; i--) {
      const buyer = this.owner[i] ?? 0
      const monthsBefore = Math.min(36, Math.max(0, this.shop.first - (this.joined[i] ?? 0)) / 30)
      const spent = monthly * (people.eagerness[buyer] ?? 0) * (people.basket[buyer] ?? 0) * monthsBefore
      this.points[i] = Math.min(60_000, Math.floor(spent * this.random.between(0.4, 0.9)))
      this.nextAccount[i] = this.accountOf[buyer] ?? NONE
      this.accountOf[buyer] = i
    }
  }

  private eligible(first: number, day: Day): number {
    let account = first
    while (account !== NONE && !this.isOpen(account, day)) account = this.nextAccount[account] ?? NONE
    return account
  }

  /** Accounts whose record is held back stay without movements, which would lead nowhere. */
  private isOpen(account: number, day: Day): boolean {
    return (this.joined[account] ?? day) < day && this.dirt.get(account)?.fate !== 'quarantined'
  }

  private queueExtras({ day }: Today): void {
    this.owedExtras += this.owner.length * EXTRAS_A_DAY
    for (; this.owedExtras >= 1; this.owedExtras--) {
      const account = this.random.below(this.owner.length)
      const reason = extras[this.random.next() >>> 24] ?? 'Promotion'
      const second = drawTime(this.times, this.random)
      if (this.isOpen(account, day)) this.queue(account, second, this.extraPoints(reason), reason)
    }
  }

  private extraPoints(reason: Reason): number {
    if (reason === 'Promotion') return 10 + 5 * this.random.below(19)
    return reason === 'Referral' ? 50 * (1 + this.random.below(4)) : this.random.below(81) - 50
  }

  private queue(account: number, second: number, change: number, reason: Reason): void {
    this.keys.push(second * KEY + this.keys.length)
    this.accounts.push(account)
    this.changes.push(change)
    this.reasons.push(reason)
  }

  private move(now: Today, planned: number, slot: number): void {
    const account = this.accounts[slot] ?? 0
    const midnight = (now.day - this.shop.first) * DAY_SECONDS
    const second = existing(now, Math.max(planned, (this.busyAt[account] ?? NONE) + 1 - midnight))
    const points = this.points[account] ?? 0
    const change = Math.max(this.changes[slot] ?? 0, -points)
    if (change === 0 || second >= DAY_SECONDS) return
    this.busyAt[account] = midnight + second
    const row = [String(account + 1), stamp(now, second), String(change), this.reasons[slot] ?? '']
    if (this.shop.files.movements.put(row, this.schedule.next()) === 'held') return
    this.points[account] = points + change
    this.movementsKept++
    this.pointsChanged += change
  }
}

interface Joins {
  /** Customer (id - 1) and day of joining, account by account, in order of joining. */
  readonly owner: Int32Array
  readonly joined: Int32Array
}

function enrol(shop: Shop, people: People, random: Random): Joins {
  const keys: number[] = []
  for (let buyer = 0; buyer < shop.customers; buyer++) {
    const eagerness = people.eagerness[buyer] ?? 0
    if (eagerness === 0 || !random.chance(Math.min(0.85, 0.25 + 0.2 * eagerness))) continue
    const accounts = random.chance(0.94) ? 1 : random.chance(0.9) ? 2 : 3
    for (let n = 0; n < accounts; n++) keys.push(joinDay(shop, people.from[buyer] ?? 0, random) * KEY + buyer)
  }
  const order = Float64Array.from(keys).sort()
  return {
    owner: Int32Array.from(order, (key) => key % KEY),
    joined: Int32Array.from(order, (key) => Math.floor(key / KEY)),
  }
}

/** Not before the customer came. */
function joinDay({ first, last }: Shop, from: number, random: Random): Day {
  const came = first + Math.max(from, -1400)
  const early = from < 0 && random.chance(0.75)
  const day = early
    ? came + random.below(first - came)
    : Math.max(came, first) + random.below(last - first + 1)
  return Math.min(day, last)
}

function dirtyAccounts(shop: Shop, count: number): Map<number, Kind> {
  const schedule = scheduleOf(shop, 'accounts', count)
  const dirty = new Map<number, Kind>()
  for (let i = 0; i < count; i++) {
    const kind = schedule.next()
    if (kind) dirty.set(i, kind)
  }
  return dirty
}
