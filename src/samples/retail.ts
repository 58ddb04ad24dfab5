import { mkdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { type Day, dayOf, isoOf, monthsBefore, today } from './calendar.ts'
import { writeAgents, writeProducts, writeStores } from './catalogue.ts'
import type { CsvFile } from './csv-file.ts'
import { allKinds, fileNames } from './kinds.ts'
import { Loyalty } from './loyalty.ts'
import {
  DEFECTS_FILE,
  type Defect,
  MANIFEST_FILE,
  type Manifest,
  money,
  type Sales,
  type Truth,
} from './manifest.ts'
import { writeCustomers } from './people.ts'
import { InStoreSales, OnlineSales, type Parties, type Tally } from './sales.ts'
import { Service } from './service.ts'
import { openFiles, type Shop, sources } from './shop.ts'
import { TextFile } from './text-file.ts'

export interface RetailOptions {
  /** From 50 to 20,000,000; from 100 on every kind of defect is sure to occur. */
  readonly customers: number
  /** The same options give the same bytes. */
  readonly seed: number
  /** Plant defects in about one record of a hundred; default true. */
  readonly dirt?: boolean
  /** Both channels together; default 10. */
  readonly transactionsPerCustomer?: number
  /** Length of the period of sales; default 18. */
  readonly months?: number
  /** Last day of the period, ISO; default 2025-06-30, never the clock. */
  readonly until?: string
  /** Folder of manifest.json and defects.jsonl; default `<dir>.manifest` beside `dir`. */
  readonly manifest?: string
  /** Called with customers and sales written so far, and how many there will be. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

/** Where the manifest of the files in `dir` lies unless said otherwise: outside of it, so that it is not taken for data. */
export const manifestFolder = (dir: string): string =>
  join(dirname(resolve(dir)), `${basename(resolve(dir))}.manifest`)

/**
 * Writes the nine CSV files of a retailer into `dir`, and beside them what was planted in them and what they mean.
 * A file appears under its name only when it is whole; a failed or aborted call leaves none.
 * Throws RangeError for options that make no sense, the signal's reason when aborted, and what the file system throws.
 */
export async function generateRetail(dir: string, options: RetailOptions): Promise<Manifest> {
  const plan = checked(options)
  const folder = options.manifest ?? manifestFolder(dir)
  await Promise.all([mkdir(dir, { recursive: true }), mkdir(folder, { recursive: true })])
  const defects = await TextFile.create(join(folder, DEFECTS_FILE))
  const found: Record<string, number> = {}
  const report = (defect: Defect): void => {
    found[defect.kind] = (found[defect.kind] ?? 0) + 1
    defects.append(`${JSON.stringify(defect)}\n`)
  }
  let files: readonly CsvFile[] = []
  try {
    const shop: Shop = { ...plan, kinds: allKinds(), files: await openFiles(dir, plan.seed, report) }
    files = Object.values(shop.files)
    const truth = await write(shop, options, () => defects.drain())
    for (const file of files) file.finish()
    const manifest = summary(shop, truth, found)
    for (const file of files) await file.publish()
    await defects.publish()
    await writeManifest(folder, manifest)
    return manifest
  } finally {
    await Promise.all([defects, ...files].map((file) => file.discard()))
  }
}

type Plan = Omit<Shop, 'files' | 'kinds'>

function checked(options: RetailOptions): Plan {
  const {
    customers,
    seed,
    dirt = true,
    transactionsPerCustomer = 10,
    months = 18,
    until = '2025-06-30',
  } = options
  const whole = (name: string, value: number, low: number, high: number) => {
    if (Number.isSafeInteger(value) && value >= low && value <= high) return
    throw new RangeError(`${name} must be a whole number from ${low} to ${high}, not ${value}`)
  }
  whole('customers', customers, 50, 20_000_000)
  whole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  whole('months', months, 1, 120)
  if (!(transactionsPerCustomer >= 1 && transactionsPerCustomer <= 1000))
    throw new RangeError(`transactionsPerCustomer must be from 1 to 1000, not ${transactionsPerCustomer}`)
  const last: Day = dayOf(until)
  const sales = Math.round(customers * transactionsPerCustomer)
  return { seed, dirt, customers, sales, months, first: monthsBefore(last, months), last }
}

async function write(shop: Shop, options: RetailOptions, drainMore: () => Promise<void>): Promise<Truth> {
  const pause = async (done: number): Promise<void> => {
    options.signal?.throwIfAborted()
    for (const source of sources) await shop.files[source].drain()
    await drainMore()
    options.onProgress?.(done, shop.customers + shop.sales)
  }
  await pause(0)
  const products = writeProducts(shop)
  const stores = writeStores(shop)
  const agents = writeAgents(shop)
  const people = await writeCustomers(shop, stores, pause)
  const loyalty = new Loyalty(shop, people)
  const service = new Service(shop, agents)
  const parties: Parties = { people, products, stores, loyalty, service }
  const online = new OnlineSales(shop, parties)
  const inStore = new InStoreSales(shop, parties)
  let done = shop.customers
  for (let day = shop.first; day <= shop.last; day++) {
    const now = today(day)
    done += online.writeDay(now) + inStore.writeDay(now)
    loyalty.writeDay(now)
    service.writeDay(now)
    await pause(done)
  }
  await loyalty.writeAccounts(() => pause(done))
  return truthOf(parties, agents.kept, online, inStore)
}

const sales = (...tallies: Tally[]): Sales => ({
  orders: tallies.reduce((sum, { orders }) => sum + orders, 0),
  amount: money(tallies.reduce((sum, { cents }) => sum + cents, 0)),
})

function truthOf(parties: Parties, agents: number, online: OnlineSales, inStore: InStoreSales): Truth {
  const { people, products, stores, loyalty, service } = parties
  const { Completed, Pending, Failed } = online.byStatus
  return {
    customers: people.kept,
    inferredCustomers: online.strangers + inStore.strangers,
    products: products.kept,
    stores: stores.kept,
    agents,
    online: { Completed: sales(Completed), Pending: sales(Pending), Failed: sales(Failed) },
    inStore: sales(inStore.tally),
    allStatuses: sales(Completed, Pending, Failed, inStore.tally),
    completedOnly: sales(Completed, inStore.tally),
    interactions: service.kept,
    resolved: service.resolved,
    loyaltyAccounts: loyalty.accountsKept,
    loyaltyTransactions: loyalty.movementsKept,
    pointsChanged: loyalty.pointsChanged,
  }
}

function summary(shop: Shop, truth: Truth, defects: Record<string, number>): Manifest {
  return {
    generator: 'retail',
    seed: shop.seed,
    customers: shop.customers,
    period: { first: isoOf(shop.first), last: isoOf(shop.last) },
    files: Object.fromEntries(sources.map((source) => [fileNames[source], shop.files[source].counts])),
    truth,
    defects: Object.fromEntries(Object.entries(defects).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = await TextFile.create(join(folder, MANIFEST_FILE))
  file.append(`${JSON.stringify(manifest, null, 2)}\n`)
  await file.publish()
}
