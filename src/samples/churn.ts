import { type Day, isoOf } from './calendar.ts'
import type { ChurnTruth } from './manifest.ts'
import { NEVER, type Standing } from './standing.ts'

/** Without a sale, session or ticket for longer than that a customer has gone. */
export const CHURN_DAYS = 30

/** Who comes, stays and goes, month by month. Days must be told in order. */
export class Churn {
  private readonly standing: Standing
  private readonly firstSeen: Int32Array
  /** 1 for those who had not gone at the end of the month before. */
  private readonly stayed: Uint8Array
  private readonly months: ChurnTruth[] = []
  private start: Day
  private end: Day

  constructor(standing: Standing, first: Day) {
    this.standing = standing
    this.firstSeen = new Int32Array(standing.known.length).fill(NEVER)
    this.stayed = new Uint8Array(standing.known.length)
    this.start = first
    this.end = monthEnd(first)
  }

  seen(who: number, day: Day): void {
    while (day > this.end) this.close(this.end)
    if (this.firstSeen[who] === NEVER) this.firstSeen[who] = day
    this.standing.lastSeen[who] = day
  }

  /** The months up to the one of `asOf`, which ends with it. Nothing may be told after it. */
  truth(asOf: Day): ChurnTruth[] {
    while (this.end < asOf) this.close(this.end)
    this.close(asOf)
    return this.months
  }

  private close(end: Day): void {
    const { standing, start, firstSeen, stayed } = this
    const month = { atStart: 0, atEnd: 0, fresh: 0, retained: 0, returned: 0, churned: 0, lapsed: 0 }
    for (let who = 0; who < stayed.length; who++) {
      const last = standing.lastSeen[who] ?? NEVER
      if (standing.known[who] !== 1 || last === NEVER) continue
      const [before, stays] = [stayed[who] === 1, end - last <= CHURN_DAYS]
      const isFresh = (firstSeen[who] ?? NEVER) >= start
      stayed[who] = stays ? 1 : 0
      if (before) month.atStart++
      if (stays) month.atEnd++
      if (before) month[stays ? 'retained' : 'churned']++
      else if (last >= start) {
        month[isFresh ? 'fresh' : 'returned']++
        if (!stays) month.lapsed++
      }
    }
    this.months.push({ month: isoOf(start).slice(0, 7), isComplete: end === monthEnd(start), ...month })
    this.start = this.end + 1
    this.end = monthEnd(this.start)
  }
}

function monthEnd(day: Day): Day {
  const [year = 0, month = 0, date = 0] = isoOf(day).split('-').map(Number)
  return day - date + new Date(Date.UTC(year, month, 0)).getUTCDate()
}
