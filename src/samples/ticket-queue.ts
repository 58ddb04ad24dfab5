import { DAY_SECONDS, type Day, existing, type Today } from './calendar.ts'
import { drawTime, hours, timesOfDay } from './demand.ts'
import type { Random } from './random.ts'

const laterDelays = [1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 13]
const CUSTOMERS = 2 ** 26

/** A ticket that will be written: who, the second of its day, and whether its cause is the special one. */
export interface Waiting {
  readonly buyer: number
  readonly second: number
  readonly special: boolean
}

/** Tickets that follow something a customer did, by minutes or by days; a number each, so that millions may wait. */
export class TicketQueue {
  private readonly random: Random
  private readonly last: Day
  private readonly times = timesOfDay(hours.service)
  /** By day: (second x CUSTOMERS + buyer) x 2 + 1 where special. */
  private readonly waiting = new Map<number, number[]>()

  constructor(random: Random, last: Day) {
    this.random = random
    this.last = last
  }

  /** Customer `buyer` (id - 1) did something at that second of the day. */
  follow(buyer: number, now: Today, second: number, special: boolean): void {
    const { random } = this
    const soon = second + 300 + random.below(4 * 3600)
    const sameDay = random.chance(0.3) && soon < DAY_SECONDS - 60
    const day = sameDay ? now.day : now.day + random.pick(laterDelays)
    if (day > this.last) return
    const at = sameDay ? soon : drawTime(this.times, random)
    const ticket = (at * CUSTOMERS + buyer) * 2 + (special ? 1 : 0)
    const queue = this.waiting.get(day)
    if (queue) queue.push(ticket)
    else this.waiting.set(day, [ticket])
  }

  /** The tickets of the day, in order of time; each is given once. */
  *due(now: Today): Generator<Waiting> {
    const tickets = Float64Array.from(this.waiting.get(now.day) ?? []).sort()
    this.waiting.delete(now.day)
    for (const ticket of tickets) {
      const rest = Math.floor(ticket / 2)
      const second = existing(now, Math.floor(rest / CUSTOMERS))
      yield { buyer: rest % CUSTOMERS, second, special: ticket % 2 === 1 }
    }
  }
}
