import { DAY_SECONDS, existing, instant, type Today, today } from './calendar.ts'
import type { Crowd } from './crowd.ts'
import { exp, itemAt, type Random, shares } from './random.ts'
import { type Scene, sceneSchedule, sceneStream } from './scene.ts'
import { TicketQueue } from './ticket-queue.ts'

interface Issue {
  readonly name: string
  /** Half of the tickets take longer. */
  readonly medianHours: number
  /** Score that a quick answer gets on average. */
  readonly liking: number
}

const issues = {
  account: { name: 'Account', medianHours: 4, liking: 4.7 },
  billing: { name: 'Billing', medianHours: 15, liking: 4.3 },
  delivery: { name: 'Delivery', medianHours: 26, liking: 4.2 },
  inquiry: { name: 'Product Inquiry', medianHours: 6, liking: 4.9 },
  returns: { name: 'Return', medianHours: 40, liking: 4.4 },
  technical: { name: 'Technical Issue', medianHours: 20, liking: 4.4 },
} as const satisfies Record<string, Issue>

const causes = {
  bought: shares<Issue>([
    [issues.delivery, 30],
    [issues.inquiry, 22],
    [issues.technical, 19],
    [issues.billing, 17],
    [issues.account, 12],
  ]),
  returned: shares<Issue>([
    [issues.returns, 84],
    [issues.billing, 16],
  ]),
}
export type Cause = keyof typeof causes
const RATE: Readonly<Record<Cause, number>> = { bought: 0.07, returned: 0.75 }

const SPREAD = 1.1
const ANSWERED = 0.6
const FORGOTTEN = 0.02
/** What somebody who is about to leave takes off a score. */
const LEAVING_DAYS = 60

/** A ticket desk: every ticket follows a purchase of the same customer, and says how long it took and how it was liked. */
export class Support {
  private readonly scene: Scene
  private readonly crowd: Crowd
  private readonly random: Random
  private readonly schedule
  private readonly queue: TicketQueue
  private lastId = 0

  constructor(scene: Scene, crowd: Crowd, expected: number) {
    this.scene = scene
    this.crowd = crowd
    this.random = sceneStream(scene, 'support')
    this.queue = new TicketQueue(this.random, scene.last)
    this.schedule = sceneSchedule(scene, 'support', expected)
  }

  /** Customer `buyer` (id - 1) bought something at that second; some will write. */
  follow(buyer: number, now: Today, second: number, cause: Cause): void {
    if (this.random.chance(RATE[cause])) this.queue.follow(buyer, now, second, cause === 'returned')
  }

  /** Writes the tickets of the day, in order of time. */
  writeDay(now: Today): void {
    for (const { buyer, second, special } of this.queue.due(now))
      this.write(now, second, buyer, special ? 'returned' : 'bought')
  }

  private write(now: Today, second: number, buyer: number, cause: Cause): void {
    const { random, scene } = this
    const issue = itemAt(causes[cause], random.next() >>> 24)
    const took = Math.ceil(3600 * issue.medianHours * exp(SPREAD * random.normal()))
    const score = random.chance(ANSWERED) ? this.score(issue, took, buyer, now) : undefined
    const done = random.chance(FORGOTTEN) ? undefined : resolution(now.day, second, took, scene.last)
    const cells = [
      `TCK-${String(++this.lastId).padStart(7, '0')}`,
      buyer + 1,
      issue.name,
      { dateTime: (now.day * DAY_SECONDS + second) * 1000 },
      done === undefined ? null : { dateTime: done * 1000 },
      done === undefined ? null : score,
    ]
    const kind = this.schedule.next()
    const outcome = scene.files.support.put(cells, kind)
    if (outcome === 'held') return
    const who = outcome === 'stranger' ? scene.ledger.stranger() : buyer
    const isAnswered = done !== undefined && score !== undefined && !kind?.lost
    scene.ledger.ticket(who, now.day, {
      issue: issue.name,
      resolved: done !== undefined,
      ...(done !== undefined && { seconds: instantOf(done) - instant(now.day, second) }),
      ...(isAnswered && { score }),
    })
  }

  /** The longer it takes the less it is liked; those who leave like nothing much. */
  private score(issue: Issue, took: number, buyer: number, now: Today): number {
    const days = Math.min(6, took / DAY_SECONDS)
    const left = (this.crowd.until[buyer] ?? 0) - (now.day - this.scene.first)
    const mood = issue.liking - 0.35 * days - (left < LEAVING_DAYS ? 0.9 : 0) + 0.9 * this.random.normal()
    return Math.max(1, Math.min(5, Math.round(mood)))
  }
}

/** Wall clock seconds since 1970 of the resolution; none if the export was made before. */
function resolution(day: number, second: number, took: number, last: number): number | undefined {
  const wall = day * DAY_SECONDS + second + took
  const then = today(Math.floor(wall / DAY_SECONDS))
  return then.day > last ? undefined : then.day * DAY_SECONDS + existing(then, wall % DAY_SECONDS)
}

const instantOf = (wall: number): number => instant(Math.floor(wall / DAY_SECONDS), wall % DAY_SECONDS)
