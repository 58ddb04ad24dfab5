import type { Today } from './calendar.ts'
import { MOST_MEMBERS, strangersAmong } from './choice.ts'
import { bookKinds, conflictKinds } from './choice-kinds.ts'
import type { Crowd } from './crowd.ts'
import { produce } from './generation.ts'
import { Ledger } from './ledger.ts'
import { signedMoney, type Truth, type UnifiedManifest, type UnifiedTruth } from './manifest.ts'
import { enterMember, memberRow } from './members.ts'
import { type Plan, planOf, type SampleOptions } from './options.ts'
import type { People } from './people.ts'
import { Purchases } from './purchases.ts'
import type { Random } from './random.ts'
import { filesOf, openShop, SALES_PER_CUSTOMER, writeRetail } from './retail.ts'
import { books, openBooks, type Scene, sceneSchedule, sceneStream } from './scene.ts'
import { Support } from './support.ts'
import { Visits } from './visits.ts'
import type { ContactSeen, CustomerSeen, SaleSeen, Witness } from './witness.ts'

/** Sales of the marketplace and sessions without a purchase, for each sale of the retailer's own. */
const MARKETPLACE = 0.15
const BROWSING = 0.45
/** Chance that who orders online was seen to look around before. */
const SEEN_BEFORE = 0.8
/** Share of the customers whom the customer master knows. */
const MEMBERS = 0.97
const GUEST = 0.35
const GUEST_DAYS = 150
/** Every round of defects plants so many more conflicts than other kinds. */
const CONFLICTS = 6

/**
 * Writes the nine CSV files just as `generateRetail` does, and four workbooks about the same customers.
 * Throws like `generateRetail`.
 */
export async function generateUnified(dir: string, options: SampleOptions): Promise<UnifiedManifest> {
  const plan = planOf(options, MOST_MEMBERS, SALES_PER_CUSTOMER)
  return produce('unified', dir, plan, options, async (report) => {
    const shop = await openShop(dir, plan, report)
    const files = openBooks(dir, plan.seed, report)
    const kinds = bookKinds()
    const conflicts = Array.from({ length: CONFLICTS }, conflictKinds).flat()
    const scene: Scene = {
      ...plan,
      files,
      ledger: new Ledger(plan.customers, strangersAmong(3 * plan.sales), plan.first, plan.last),
      kinds: { ...kinds, master: [...kinds.master, ...conflicts] },
    }
    const observer = new Observer(scene, plan)
    return {
      files: [...filesOf(shop), ...books.map((book) => files[book])],
      write: async (pause) => observer.truth(await writeRetail(shop, pause, observer)),
    }
  })
}

interface Desks {
  readonly purchases: Purchases
  readonly support: Support
  readonly visits: Visits
}

/** Looks on while the retailer's files are written, and writes the workbooks that fit them. */
class Observer implements Witness {
  private readonly scene: Scene
  private readonly plan: Plan
  private readonly random: Random
  private readonly members: Random
  private readonly schedule
  private readonly city: Uint8Array
  private readonly conflicts = { name: 0, email: 0 }
  private readonly only = { customers: 0, master: 0 }
  private readonly channels = { online: tally(), in_store: tally() }
  private desks: Desks | undefined

  constructor(scene: Scene, plan: Plan) {
    this.scene = scene
    this.plan = plan
    this.random = sceneStream(scene, 'observer')
    this.members = sceneStream(scene, 'members')
    this.schedule = sceneSchedule(scene, 'master', Math.floor(plan.customers * 0.9))
    this.city = new Uint8Array(plan.customers)
  }

  customer(seen: CustomerSeen): void {
    const { id, city, outcome } = seen
    const inCustomers = outcome !== 'held'
    this.city[id - 1] = city
    if (inCustomers) this.scene.ledger.know(id - 1)
    const inMaster = this.members.chance(MEMBERS) && this.writeMember(seen)
    if (inCustomers && !inMaster) this.only.customers++
    if (inMaster && !inCustomers) this.only.master++
  }

  opened(people: People): void {
    const { scene, plan } = this
    const crowd: Crowd = { ...people, city: this.city, buyers: people.inStore, visitors: people.online }
    const visits = new Visits(scene, crowd, Math.round(plan.sales * BROWSING))
    const sales = Math.round(plan.sales * MARKETPLACE)
    const support = new Support(scene, crowd, Math.floor(plan.sales / 20))
    this.desks = { visits, support, purchases: new Purchases(scene, crowd, support, visits, sales) }
  }

  sale({ buyer, now, second, cents, status }: SaleSeen): void {
    const { ledger } = this.scene
    const who = buyer ?? ledger.stranger()
    if (status === 'Completed' || status === 'inStore') {
      const channel = this.channels[status === 'inStore' ? 'in_store' : 'online']
      channel.orders++
      channel.cents += cents
      ledger.transaction(who, now.day, cents)
    }
    if (buyer === undefined || !this.desks) return
    if (status !== 'inStore' && this.random.chance(SEEN_BEFORE)) this.desks.visits.before(buyer, now, second)
    if (status === 'Completed') this.desks.support.follow(buyer, now, second, 'bought')
  }

  contact({ buyer, now, issue, resolved }: ContactSeen): void {
    this.scene.ledger.ticket(buyer, now.day, { issue, resolved })
  }

  closed(now: Today): void {
    this.desks?.purchases.writeDay(now)
    this.desks?.support.writeDay(now)
    this.desks?.visits.writeDay(now)
  }

  truth(retail: Truth): UnifiedTruth {
    const marketplace = this.desks?.purchases.kept ?? tally()
    return {
      retail,
      channels: {
        online: salesOf(this.channels.online),
        in_store: salesOf(this.channels.in_store),
        marketplace: salesOf(marketplace),
      },
      activity: this.scene.ledger.truth(),
      conflicts: this.conflicts,
      onlyInCustomers: this.only.customers,
      onlyInMaster: this.only.master,
    }
  }

  /** Says whether the customer master's record is kept. */
  private writeMember({ id, name, email, address, city, kind: other, outcome }: CustomerSeen): boolean {
    const { members, scene } = this
    const person = { id, name, email, address, city, since: this.signup(id) }
    const row = memberRow(person, members)
    const kind = this.schedule.next()
    if (scene.files.master.put(row.cells, kind) === 'held') return false
    enterMember(scene.ledger, person, row, kind)
    if (outcome === 'held') return true
    const isTold =
      other?.column !== 'Email' || (other.name !== 'null_word' && other.name !== 'empty_optional')
    if (kind?.name === 'conflicting_name') this.conflicts.name++
    if (kind?.name === 'conflicting_email' && isTold) this.conflicts.email++
    return true
  }

  /** As Customers.csv counts its customers in order of arrival; some bought as guests at first. */
  private signup(id: number): number {
    const { first, last, customers } = this.plan
    const days = last - first + 1
    const came = first + Math.floor((id / customers - 0.66) * 2.6 * days)
    return Math.min(last, came + (this.members.chance(GUEST) ? this.members.below(GUEST_DAYS) : 0))
  }
}

const tally = () => ({ orders: 0, cents: 0 })

const salesOf = ({ orders, cents }: { orders: number; cents: number }) => ({
  orders,
  amount: signedMoney(cents),
})
