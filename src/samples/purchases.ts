import { type Day, existing, stamp, type Today, weekdayOf } from './calendar.ts'
import type { Crowd } from './crowd.ts'
import { dailyCounts, drawTime, hours, timesOfDay } from './demand.ts'
import type { Ledger } from './ledger.ts'
import { money } from './manifest.ts'
import { drawBuyer } from './people.ts'
import { exp, itemAt, type Random, shares } from './random.ts'
import { type Scene, sceneSchedule, sceneStream } from './scene.ts'
import type { Support } from './support.ts'
import type { Visits } from './visits.ts'
import { cities } from './words.ts'

const KEY = 2 ** 32
const BASKETS = 4096
const REFUND_RATE = 0.035
const VISIT_RATE = 0.42
const payments = shares([
  ['Credit Card', 47],
  ['Debit Card', 33],
  ['PayPal', 14],
  ['Gift Card', 6],
])
const returned = shares([
  [1, 64],
  [0.5, 24],
  [0.25, 12],
])
type AmountForm = readonly [sign: boolean, separator: boolean]
/** What an export writes around an amount: a currency sign, a separator. */
const amountForms = shares<AmountForm>([
  [[false, false], 80],
  [[true, false], 20],
])
const thousandForms = shares<AmountForm>([
  [[true, true], 58],
  [[false, true], 22],
  [[false, false], 20],
])
/** Now and then somebody buys something large. */
const LARGE_RATE = 0.015
const LARGE = 9

interface Refund {
  readonly buyer: number
  readonly cents: number
}

/** A shop of many places whose export writes dates and amounts as text. */
export class Purchases {
  kept = { orders: 0, cents: 0 }
  private readonly scene: Scene
  private readonly crowd: Crowd
  private readonly ledger: Ledger
  private readonly support: Support
  private readonly visits: Visits
  private readonly random: Random
  private readonly schedule
  private readonly counts: readonly number[]
  private readonly workday = timesOfDay(hours.workday, 9, 21)
  private readonly weekend = timesOfDay(hours.weekend, 9, 20)
  /** Values of a receipt in cents, skewed as such values are. */
  private readonly baskets: Float64Array
  private readonly refunds = new Map<Day, Refund[]>()
  private lastId = 0

  constructor(scene: Scene, crowd: Crowd, support: Support, visits: Visits, total: number) {
    this.scene = scene
    this.crowd = crowd
    this.ledger = scene.ledger
    this.support = support
    this.visits = visits
    this.random = sceneStream(scene, 'transactions')
    this.counts = dailyCounts('inStore', total, scene.first, scene.last)
    this.schedule = sceneSchedule(scene, 'transactions', total)
    const random = sceneStream(scene, 'baskets')
    this.baskets = Float64Array.from({ length: BASKETS }, () => 5200 * exp(0.8 * random.normal()))
  }

  /** Writes the transactions of the day in order of time; gives how many of them are sales. */
  writeDay(now: Today): number {
    const { random } = this
    const dayIndex = now.day - this.scene.first
    const sold = this.counts[dayIndex] ?? 0
    // What is to be given back on a day without opening hours waits for the next one.
    const refunds = this.dueRefunds(now.day, sold > 0)
    const keys = new Float64Array(sold + refunds.length)
    const weekday = weekdayOf(now.day)
    const times = weekday === 0 || weekday === 6 ? this.weekend : this.workday
    for (let i = 0; i < keys.length; i++) keys[i] = existing(now, drawTime(times, random)) * KEY + i
    for (const key of keys.sort()) {
      const second = Math.floor(key / KEY)
      const refund = refunds[(key % KEY) - sold]
      if (refund) this.write(now, second, refund.buyer, -refund.cents)
      else this.sell(now, second, drawBuyer(this.crowd, this.crowd.buyers, dayIndex, random))
    }
    return sold
  }

  private dueRefunds(day: Day, open: boolean): Refund[] {
    const due = this.refunds.get(day) ?? []
    this.refunds.delete(day)
    if (open || due.length === 0) return due
    this.refunds.set(day + 1, [...due, ...(this.refunds.get(day + 1) ?? [])])
    return []
  }

  private sell(now: Today, second: number, buyer: number): void {
    const { random } = this
    const basket = (this.baskets[random.next() >>> 20] ?? 0) * (this.crowd.basket[buyer] ?? 1)
    const size = random.chance(LARGE_RATE) ? LARGE : 1
    const cents = 100 + Math.floor(size * basket * random.between(0.9, 1.1))
    if (!this.write(now, second, buyer, cents)) return
    if (random.chance(VISIT_RATE)) this.visits.before(buyer, now, second)
    const isReturned = random.chance(REFUND_RATE)
    this.support.follow(buyer, now, second, isReturned ? 'returned' : 'bought')
    if (!isReturned) return
    const day = now.day + 1 + random.below(20)
    const part = returned[random.next() >>> 24] ?? 1
    const refund = { buyer, cents: Math.max(1, Math.round(cents * part)) }
    if (day <= this.scene.last) this.refunds.set(day, [...(this.refunds.get(day) ?? []), refund])
  }

  /** Says whether it counts as a transaction of that customer. */
  private write(now: Today, second: number, buyer: number, cents: number): boolean {
    const bits = this.random.next()
    const city = cities[this.crowd.city[buyer] ?? 0] ?? cities[0]
    const ms = String((bits & 1023) % 1000).padStart(3, '0')
    const cells = [
      `TRX-${String(++this.lastId).padStart(10, '0')}`,
      buyer + 1,
      `Date: ${stamp(now, second)}.${ms}`,
      amountText(cents, (bits >>> 10) & 255),
      payments[(bits >>> 18) & 255] ?? '',
      `${city?.[0]}, ${city?.[1]}`,
    ]
    const outcome = this.scene.files.transactions.put(cells, this.schedule.next())
    if (outcome === 'held') return false
    this.kept.orders++
    this.kept.cents += cents
    const who = outcome === 'stranger' ? this.ledger.stranger() : buyer
    this.ledger.transaction(who, now.day, cents)
    return outcome === 'kept'
  }
}

/** `form`: from 0 to 255. */
function amountText(cents: number, form: number): string {
  const [sign, separator] = itemAt(Math.abs(cents) < 100_000 ? amountForms : thousandForms, form)
  const plain = money(Math.abs(cents))
  const grouped = separator ? plain.replace(/\d(?=(\d{3})+\.)/g, '$&,') : plain
  return `${cents < 0 ? '-' : ''}${sign ? '$' : ''}${grouped}`
}
