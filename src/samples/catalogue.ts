import { hours, type TimesOfDay, timesOfDay } from './demand.ts'
import { money } from './manifest.ts'
import { personName } from './names.ts'
import { itemAt, type Random, Sampler } from './random.ts'
import { type Shop, scheduleOf, stream } from './shop.ts'
import { categories, cities, quarters } from './words.ts'

/** The range of goods; product ids are index + 1. */
export interface Products {
  readonly kept: number
  /** List price in cents. */
  readonly price: Int32Array
  readonly popularity: Sampler
}

export interface Store {
  readonly id: number
  /** Index into `cities`. */
  readonly city: number
  /** Size of its baskets, around 1. */
  readonly level: number
  readonly workday: TimesOfDay
  readonly weekend: TimesOfDay
}

export interface Stores {
  readonly kept: number
  readonly list: readonly Store[]
  readonly footfall: Sampler
}

export interface Agents {
  readonly kept: number
  /** For each hour of the day the ids of those at work. */
  readonly onShift: readonly (readonly number[])[]
  /** By id, the chance that a ticket is resolved. */
  readonly success: Float64Array
}

/** Grows with the fourth root of the customers: ten thousand times as many make a list ten times as long. */
const scaled = (at100: number, customers: number): number =>
  Math.round(at100 * Math.sqrt(Math.sqrt(customers / 100)))

const endings = [0, 49, 95, 99, 99, 99]

function listPrice(random: Random, low: number, high: number): number {
  const dollars = Math.floor(low + (high - low) * random.float() * random.float())
  return dollars * 100 + random.pick(endings)
}

/** Writes Products.csv. A product whose record is held back is never sold. */
export function writeProducts(shop: Shop): Products {
  const random = stream(shop, 'products')
  const count = scaled(160, shop.customers)
  const schedule = scheduleOf(shop, 'products', count)
  const range = new Sampler(categories.map(({ weight }) => weight))
  const price = new Int32Array(count)
  const popularity = new Float64Array(count)
  let kept = 0
  for (let i = 0; i < count; i++) {
    const { name, styles, things } = itemAt(categories, range.draw(random))
    const [thing, low, high] = random.pick(things)
    const cents = listPrice(random, low, high)
    price[i] = cents
    const row = [String(i + 1), `${random.pick(styles)} ${thing}`, name, money(cents)]
    if (shop.files.products.put(row, schedule.next()) === 'held') continue
    kept++
    popularity[i] = 1 / (3 + random.below(count))
  }
  return { kept, price, popularity: new Sampler(popularity) }
}

const opening = [8, 9, 10]
const closing = [18, 19, 20, 21]

/** Writes Stores.csv. A store whose record is held back sells nothing. */
export function writeStores(shop: Shop): Stores {
  const random = stream(shop, 'stores')
  const count = scaled(12, shop.customers)
  const schedule = scheduleOf(shop, 'stores', count)
  const list: Store[] = []
  for (let i = 0; i < count; i++) {
    const [open, close] = [random.pick(opening), random.pick(closing)]
    const quarter = quarters[Math.floor(i / cities.length)] ?? ` ${i + 1}`
    const city = i % cities.length
    const location = `${itemAt(cities, city)[0]}${quarter}`
    const times = `${open}:00 AM - ${close - 12}:00 PM`
    const level = random.between(0.8, 1.25)
    const row = [String(i + 1), location, personName(random), times]
    if (shop.files.stores.put(row, schedule.next()) === 'held') continue
    const workday = timesOfDay(hours.workday, open, close)
    list.push({ id: i + 1, city, level, workday, weekend: timesOfDay(hours.weekend, open, close) })
  }
  return { kept: list.length, list, footfall: new Sampler(list.map((_, i) => 1 / (4 + i))) }
}

const departments = ['Billing', 'General Inquiry', 'Sales', 'Technical Support']
const shifts = [
  { name: 'Morning', from: 6, hours: 8 },
  { name: 'Afternoon', from: 12, hours: 8 },
  { name: 'Evening', from: 16, hours: 8 },
  { name: 'Night', from: 22, hours: 9 },
]

/** Writes Agents.csv. An agent whose record is held back answers nobody. */
export function writeAgents(shop: Shop): Agents {
  const random = stream(shop, 'agents')
  const count = scaled(20, shop.customers)
  const schedule = scheduleOf(shop, 'agents', count)
  const success = new Float64Array(count + 1)
  const onShift: number[][] = Array.from({ length: 24 }, () => [])
  const all: number[] = []
  for (let id = 1; id <= count; id++) {
    const shift = random.chance(0.12) ? itemAt(shifts, 3) : itemAt(shifts, id % 3)
    success[id] = 1 - 0.42 * random.float() * random.between(0.05, 1)
    const row = [String(id), personName(random), random.pick(departments), shift.name]
    if (shop.files.agents.put(row, schedule.next()) === 'held') continue
    all.push(id)
    for (let h = 0; h < shift.hours; h++) onShift[(shift.from + h) % 24]?.push(id)
  }
  return { kept: all.length, onShift: onShift.map((ids) => (ids.length > 0 ? ids : all)), success }
}
