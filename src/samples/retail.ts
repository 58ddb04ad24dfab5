import { today } from './calendar.ts'
import { writeAgents, writeProducts, writeStores } from './catalogue.ts'
import { type Pause, produce, type Work } from './generation.ts'
import { allKinds } from './kinds.ts'
import { Loyalty } from './loyalty.ts'
import { type Defect, money, type RetailManifest, type Sales, type Truth } from './manifest.ts'
import { type Plan, planOf, type SampleOptions } from './options.ts'
import { writeCustomers } from './people.ts'
import { InStoreSales, OnlineSales, type Parties, type Tally } from './sales.ts'
import { Service } from './service.ts'
import { openFiles, type Shop, sources } from './shop.ts'
import type { Witness } from './witness.ts'

export const MOST_CUSTOMERS = 20_000_000
export const SALES_PER_CUSTOMER = 10

/**
 * Writes the nine CSV files of a retailer into `dir`, and beside them what was planted in them and what they mean.
 * A file appears under its name only when it is whole; a failed or aborted call leaves none.
 * Throws RangeError for options that make no sense, the signal's reason when aborted, and what the file system throws.
 */
export async function generateRetail(dir: string, options: SampleOptions): Promise<RetailManifest> {
  const plan = planOf(options, MOST_CUSTOMERS, SALES_PER_CUSTOMER)
  return produce('retail', dir, plan, options, async (report) => {
    const shop = await openShop(dir, plan, report)
    return { files: filesOf(shop), write: (pause) => writeRetail(shop, pause) } satisfies Work<Truth>
  })
}

export const openShop = async (dir: string, plan: Plan, report: (defect: Defect) => void): Promise<Shop> => ({
  ...plan,
  kinds: allKinds(),
  files: await openFiles(dir, plan.seed, report),
})

export const filesOf = ({ files }: Shop) => sources.map((source) => files[source])

/** `witness` is told what happens, day by day, and changes none of it. */
export async function writeRetail(shop: Shop, pause: Pause, witness?: Witness): Promise<Truth> {
  await pause(0)
  const products = writeProducts(shop)
  const stores = writeStores(shop)
  const agents = writeAgents(shop)
  const people = await writeCustomers(shop, stores, pause, witness)
  witness?.opened(people)
  const loyalty = new Loyalty(shop, people)
  const service = new Service(shop, agents, witness)
  const parties: Parties = { people, products, stores, loyalty, service, ...(witness && { witness }) }
  const online = new OnlineSales(shop, parties)
  const inStore = new InStoreSales(shop, parties)
  let done = shop.customers
  for (let day = shop.first; day <= shop.last; day++) {
    const now = today(day)
    done += online.writeDay(now) + inStore.writeDay(now)
    loyalty.writeDay(now)
    service.writeDay(now)
    witness?.closed(now)
    await pause(done)
  }
  await loyalty.writeAccounts(() => pause(done))
  return truthOf(parties, agents.kept, online, inStore)
}

export const salesOf = (...tallies: Tally[]): Sales => ({
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
    online: { Completed: salesOf(Completed), Pending: salesOf(Pending), Failed: salesOf(Failed) },
    inStore: salesOf(inStore.tally),
    allStatuses: salesOf(Completed, Pending, Failed, inStore.tally),
    completedOnly: salesOf(Completed, inStore.tally),
    interactions: service.kept,
    resolved: service.resolved,
    loyaltyAccounts: loyalty.accountsKept,
    loyaltyTransactions: loyalty.movementsKept,
    pointsChanged: loyalty.pointsChanged,
  }
}
