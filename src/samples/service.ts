import { stamp, type Today } from './calendar.ts'
import type { Agents } from './catalogue.ts'
import { itemAt, type Random, shares } from './random.ts'
import { type Shop, scheduleOf, stream } from './shop.ts'
import { TicketQueue } from './ticket-queue.ts'
import type { Witness } from './witness.ts'

const issues = shares([
  ['Product Inquiry', 24],
  ['Technical Issue', 28],
  ['Complaint', 21],
  ['Billing', 15],
  ['Other', 12],
])
const failureIssues = shares([
  ['Billing', 70],
  ['Technical Issue', 20],
  ['Complaint', 10],
])
const TICKET_RATE = { online: 0.06, inStore: 0.035, failed: 0.25 } as const
export type Cause = keyof typeof TICKET_RATE

/** Customer service: every ticket follows an order of the same customer, by minutes or by days. */
export class Service {
  kept = 0
  resolved = 0
  private readonly shop: Shop
  private readonly agents: Agents
  private readonly witness: Witness | undefined
  private readonly random: Random
  private readonly schedule
  private readonly queue: TicketQueue
  private lastId = 0

  constructor(shop: Shop, agents: Agents, witness?: Witness) {
    this.witness = witness
    this.shop = shop
    this.agents = agents
    this.random = stream(shop, 'service')
    this.queue = new TicketQueue(this.random, shop.last)
    this.schedule = scheduleOf(shop, 'interactions', Math.floor(shop.sales / 40))
  }

  /** Customer `buyer` (id - 1) ordered at that second; some will write. */
  follow(buyer: number, now: Today, second: number, cause: Cause): void {
    if (this.random.chance(TICKET_RATE[cause])) this.queue.follow(buyer, now, second, cause === 'failed')
  }

  /** Writes the tickets of the day, in order of time. */
  writeDay(now: Today): void {
    for (const { buyer, second, special } of this.queue.due(now)) this.write(now, second, buyer, special)
  }

  private write(now: Today, second: number, buyer: number, failed: boolean): void {
    const { random, shop } = this
    const agent = random.pick(itemAt(this.agents.onShift, Math.floor(second / 3600)))
    const issue = itemAt(failed ? failureIssues : issues, random.next() >>> 24)
    const status = this.outcome(agent, shop.last - now.day)
    const row = [String(++this.lastId), String(buyer + 1), stamp(now, second), String(agent), issue, status]
    if (shop.files.interactions.put(row, this.schedule.next()) === 'held') return
    const resolved = status === 'Resolved'
    this.kept++
    if (resolved) this.resolved++
    this.witness?.contact({ buyer, now, issue, resolved })
  }

  private outcome(agent: number, daysLeft: number): string {
    const { random } = this
    if (daysLeft < 3 && random.chance(0.4)) return 'Pending'
    if (random.chance(this.agents.success[agent] ?? 0)) return 'Resolved'
    return random.chance(0.55) ? 'Escalated' : 'Pending'
  }
}
