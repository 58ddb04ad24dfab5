import { DAY_SECONDS, existing, type Today } from './calendar.ts'
import type { Crowd } from './crowd.ts'
import { dailyCounts, drawTime, hours, timesOfDay } from './demand.ts'
import { drawBuyer } from './people.ts'
import { exp, type Random, shares } from './random.ts'
import { type Scene, sceneSchedule, sceneStream } from './scene.ts'

const KEY = 2 ** 32
const devices = ['Mobile', 'Desktop', 'Tablet']
/** As the pages write it: each has its own idea. */
const spellings = [
  ['mobile', 'Mobile', 'MOBILE', 'mobile'],
  ['desktop', 'Desktop', 'DESKTOP', 'Desktop'],
  ['tablet', 'Tablet', 'TABLET', 'tablet'],
]
const favourites = shares([
  [0, 58],
  [1, 35],
  [2, 7],
])
/** A visit that ends where it began. */
const BOUNCE = 0.28
const LONGEST = 3 * 3600

interface Visit {
  readonly buyer: number
  readonly pages: number
  readonly duration: number
}

/** The web shop's sessions: some before a purchase, most without one. */
export class Visits {
  private readonly scene: Scene
  private readonly crowd: Crowd
  private readonly random: Random
  private readonly schedule
  private readonly counts: readonly number[]
  private readonly times = timesOfDay(hours.online)
  private readonly keys: number[] = []
  private readonly visits: Visit[] = []
  private lastId = 0

  /** `browsing`: how many sessions there are without a purchase. */
  constructor(scene: Scene, crowd: Crowd, browsing: number) {
    this.scene = scene
    this.crowd = crowd
    this.random = sceneStream(scene, 'web')
    this.counts = dailyCounts('online', browsing, scene.first, scene.last)
    this.schedule = sceneSchedule(scene, 'web', browsing)
  }

  /** Customer `buyer` (id - 1) buys at that second of the day and has looked around before. */
  before(buyer: number, now: Today, second: number): void {
    const { random } = this
    const pages = 5 + random.below(14)
    const duration = Math.min(LONGEST, Math.round(pages * random.between(12, 60)))
    const start = second - duration - random.below(90)
    if (start >= 0)
      this.queue(existing(now, start) <= start ? start : start - 3600, { buyer, pages, duration })
  }

  /** Writes the sessions of the day, in order of time. */
  writeDay(now: Today): void {
    const dayIndex = now.day - this.scene.first
    for (let i = this.counts[dayIndex] ?? 0; i > 0; i--) this.browse(now, dayIndex)
    for (const key of Float64Array.from(this.keys).sort()) {
      const visit = this.visits[key % KEY]
      if (visit) this.write(now, Math.floor(key / KEY), visit)
    }
    this.keys.length = 0
    this.visits.length = 0
  }

  private browse(now: Today, dayIndex: number): void {
    const { random } = this
    const buyer = drawBuyer(this.crowd, this.crowd.visitors, dayIndex, random)
    const second = existing(now, drawTime(this.times, random))
    if (random.chance(BOUNCE)) {
      this.queue(second, { buyer, pages: 1, duration: random.below(14) })
      return
    }
    const pages = 2 + Math.floor(2.2 * exp(0.8 * random.normal()))
    const duration = Math.min(LONGEST, Math.round(pages * 16 * exp(0.6 * random.normal())))
    this.queue(second, { buyer, pages, duration })
  }

  private queue(second: number, visit: Visit): void {
    this.keys.push(second * KEY + this.visits.length)
    this.visits.push(visit)
  }

  private write(now: Today, second: number, { buyer, pages, duration }: Visit): void {
    const { random, scene } = this
    const bits = random.next()
    // Everybody has a device of their own, and now and then another one at hand.
    const own = favourites[Math.imul(buyer + 1, 0x9e3779b1) >>> 24] ?? 0
    const device = (bits & 255) < 215 ? own : (favourites[(bits >>> 8) & 255] ?? 0)
    const cells = [
      `WEB-${String(++this.lastId).padStart(9, '0')}`,
      buyer + 1,
      { dateTime: (now.day * DAY_SECONDS + second) * 1000 },
      pages,
      duration,
      spellings[device]?.[(bits >>> 16) & 3] ?? null,
    ]
    const kind = this.schedule.next()
    const outcome = scene.files.web.put(cells, kind)
    if (outcome === 'held') return
    const who = outcome === 'stranger' ? scene.ledger.stranger() : buyer
    const lost = kind?.lost ? kind.column : undefined
    const name = devices[device]
    scene.ledger.session(who, now.day, {
      ...(lost !== 'pages_viewed' && { pages }),
      ...(lost !== 'session_duration' && { seconds: duration }),
      ...(lost !== 'device_type' && name !== undefined && { device: name }),
    })
  }
}
