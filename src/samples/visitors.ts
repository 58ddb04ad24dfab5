import type { SessionTruth } from './manifest.ts'

interface Sum {
  readonly bit: number
  sessions: number
  seconds: number
  pages: number
}

/** Web sessions by one of their properties, which has at most eight values. */
export class Visitors<K extends string> {
  private readonly sums = new Map<K, Sum>()
  /** A bit for each value that the customer had a session of. */
  private readonly seen: Uint8Array

  constructor(customers: number) {
    this.seen = new Uint8Array(customers)
  }

  add(name: K, who: number, session: { readonly seconds?: number; readonly pages?: number }): void {
    const sum = this.sums.get(name) ?? { bit: 1 << this.sums.size, sessions: 0, seconds: 0, pages: 0 }
    if (sum.bit > 128) throw new RangeError(`a ninth value: ${name}`)
    this.sums.set(name, sum)
    sum.sessions++
    sum.seconds += session.seconds ?? 0
    sum.pages += session.pages ?? 0
    this.seen[who] = (this.seen[who] ?? 0) | sum.bit
  }

  names(): K[] {
    return [...this.sums.keys()].sort()
  }

  truth(name: K): SessionTruth {
    const { bit = 0, sessions = 0, seconds = 0, pages = 0 } = this.sums.get(name) ?? {}
    let customers = 0
    for (const bits of this.seen) if ((bits & bit) !== 0) customers++
    return { sessions, customers, seconds, pages }
  }
}
