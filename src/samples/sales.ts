import { existing, stamp, type Today, weekdayOf } from './calendar.ts'
import type { Products, Store, Stores } from './catalogue.ts'
import { dailyCounts, drawTime, hours, isSaleDay, timesOfDay } from './demand.ts'
import type { Loyalty } from './loyalty.ts'
import { money, type OnlineStatus } from './manifest.ts'
import { drawBuyer, type People } from './people.ts'
import { exp, itemAt, type Random, shares } from './random.ts'
import type { Service } from './service.ts'
import { type Shop, scheduleOf, stream } from './shop.ts'
import type { Witness } from './witness.ts'

/** Orders and their value in cents. */
export interface Tally {
  orders: number
  cents: number
}

const count = (tally: Tally, cents: number): void => {
  tally.orders++
  tally.cents += cents
}

/** Everything a sale touches. */
export interface Parties {
  readonly people: People
  readonly products: Products
  readonly stores: Stores
  readonly loyalty: Loyalty
  readonly service: Service
  readonly witness?: Witness
}

const KEY = 2 ** 32
const ONLINE_SHARE = 0.55
const onlinePayments = shares([
  ['Credit Card', 48],
  ['PayPal', 27],
  ['Debit Card', 19],
  ['Gift Card', 6],
])
const inStorePayments = shares([
  ['Credit Card', 46],
  ['Debit Card', 41],
  ['Gift Card', 8],
  ['PayPal', 5],
])
const pieces = shares([
  [1, 84],
  [2, 12],
  [3, 4],
])
const discounts = shares([
  [0, 84],
  [10, 10],
  [15, 6],
])
const saleDiscounts = shares([
  [0, 15],
  [10, 25],
  [20, 40],
  [30, 20],
])
const statuses = shares<OnlineStatus>([
  ['Completed', 92],
  ['Failed', 5],
  ['Pending', 3],
])
const freshStatuses = shares<OnlineStatus>([
  ['Completed', 64],
  ['Pending', 31],
  ['Failed', 5],
])

const onlineTotal = ({ sales }: Shop): number => Math.round(sales * ONLINE_SHARE)

/** Sales in the web shop, day by day. */
export class OnlineSales {
  readonly byStatus: Record<OnlineStatus, Tally> = {
    Completed: { orders: 0, cents: 0 },
    Pending: { orders: 0, cents: 0 },
    Failed: { orders: 0, cents: 0 },
  }
  strangers = 0
  private readonly shop: Shop
  private readonly parties: Parties
  private readonly random: Random
  private readonly schedule
  private readonly counts: readonly number[]
  private readonly times = timesOfDay(hours.online)
  private lastId = 0

  constructor(shop: Shop, parties: Parties) {
    this.shop = shop
    this.parties = parties
    this.random = stream(shop, 'online')
    this.counts = dailyCounts('online', onlineTotal(shop), shop.first, shop.last)
    this.schedule = scheduleOf(shop, 'online', onlineTotal(shop))
  }

  /** Writes the orders of the day in order of time; gives how many. */
  writeDay(now: Today): number {
    const seconds = new Uint32Array(this.counts[now.day - this.shop.first] ?? 0)
    for (let i = 0; i < seconds.length; i++) seconds[i] = existing(now, drawTime(this.times, this.random))
    seconds.sort()
    const off = isSaleDay(now.day) ? saleDiscounts : discounts
    const outcomes = this.shop.last - now.day < 3 ? freshStatuses : statuses
    for (const second of seconds) this.write(now, second, off, outcomes)
    return seconds.length
  }

  private write(now: Today, second: number, off: readonly number[], outcomes: readonly OnlineStatus[]): void {
    const { random } = this
    const { people, products } = this.parties
    const buyer = drawBuyer(people, people.online, now.day - this.shop.first, random)
    const product = products.popularity.draw(random)
    const bits = random.next()
    const full = (products.price[product] ?? 0) * (pieces[bits >>> 24] ?? 1)
    const cents = Math.round((full * (100 - (off[(bits >>> 16) & 255] ?? 0))) / 100)
    const payment = onlinePayments[(bits >>> 8) & 255] ?? ''
    const status = itemAt(outcomes, bits & 255)
    const id = ++this.lastId
    const kind = this.schedule.next()
    if (kind) {
      const row = [
        String(id),
        String(buyer + 1),
        String(product + 1),
        stamp(now, second),
        payment,
        money(cents),
        status,
      ]
      const outcome = this.shop.files.online.plant(row, kind)
      if (outcome === 'held') return
      count(this.byStatus[status], cents)
      if (outcome === 'stranger') {
        this.strangers++
        this.parties.witness?.sale({ now, second, cents, status })
        return
      }
    } else {
      count(this.byStatus[status], cents)
      const line = `${id},${buyer + 1},${product + 1},${stamp(now, second)},${payment},${money(cents)},${status}`
      this.shop.files.online.add(line)
    }
    if (status === 'Completed') this.parties.loyalty.earn(buyer, now, second, cents)
    this.parties.service.follow(buyer, now, second, status === 'Failed' ? 'failed' : 'online')
    this.parties.witness?.sale({ buyer, now, second, cents, status })
  }
}

const BASKETS = 4096
const HOME_SHARE = 0.85

/** Sales at the tills, day by day, within each store's opening hours. */
export class InStoreSales {
  readonly tally: Tally = { orders: 0, cents: 0 }
  strangers = 0
  private readonly shop: Shop
  private readonly parties: Parties
  private readonly random: Random
  private readonly schedule
  private readonly counts: readonly number[]
  /** Values of a till receipt in cents, skewed as such values are. */
  private readonly baskets: Float64Array
  private lastId = 0

  constructor(shop: Shop, parties: Parties) {
    this.shop = shop
    this.parties = parties
    this.random = stream(shop, 'in_store')
    const total = shop.sales - onlineTotal(shop)
    this.counts = dailyCounts('inStore', total, shop.first, shop.last)
    this.schedule = scheduleOf(shop, 'inStore', total)
    const random = stream(shop, 'baskets')
    this.baskets = Float64Array.from({ length: BASKETS }, () => 4600 * exp(0.75 * random.normal()))
  }

  /** Writes the sales of the day in order of time; gives how many. */
  writeDay(now: Today): number {
    const { random } = this
    const { people, stores } = this.parties
    const size = this.counts[now.day - this.shop.first] ?? 0
    const [keys, buyers, places] = [new Float64Array(size), new Int32Array(size), new Uint16Array(size)]
    const weekday = weekdayOf(now.day)
    const isWeekend = weekday === 0 || weekday === 6
    for (let i = 0; i < size; i++) {
      const buyer = drawBuyer(people, people.inStore, now.day - this.shop.first, random)
      const place = random.chance(HOME_SHARE) ? (people.homeStore[buyer] ?? 0) : stores.footfall.draw(random)
      const store = itemAt(stores.list, place)
      buyers[i] = buyer
      places[i] = place
      keys[i] = drawTime(isWeekend ? store.weekend : store.workday, random) * KEY + i
    }
    for (const key of keys.sort()) {
      const slot = key % KEY
      this.write(now, Math.floor(key / KEY), buyers[slot] ?? 0, itemAt(stores.list, places[slot] ?? 0))
    }
    return size
  }

  private write(now: Today, second: number, buyer: number, store: Store): void {
    const bits = this.random.next()
    const basket = (this.baskets[bits >>> 20] ?? 0) * (this.parties.people.basket[buyer] ?? 1)
    const cents = 100 + Math.floor(basket * store.level * (0.9 + ((bits >>> 8) & 4095) / 20_480))
    const payment = inStorePayments[bits & 255] ?? ''
    const id = ++this.lastId
    const kind = this.schedule.next()
    if (kind) {
      const row = [String(id), String(buyer + 1), String(store.id), stamp(now, second), money(cents), payment]
      const outcome = this.shop.files.inStore.plant(row, kind)
      if (outcome === 'held') return
      count(this.tally, cents)
      if (outcome === 'stranger') {
        this.strangers++
        this.parties.witness?.sale({ now, second, cents, status: 'inStore' })
        return
      }
    } else {
      count(this.tally, cents)
      const line = `${id},${buyer + 1},${store.id},${stamp(now, second)},${money(cents)},${payment}`
      this.shop.files.inStore.add(line)
    }
    this.parties.loyalty.earn(buyer, now, second, cents)
    this.parties.service.follow(buyer, now, second, 'inStore')
    this.parties.witness?.sale({ buyer, now, second, cents, status: 'inStore' })
  }
}
