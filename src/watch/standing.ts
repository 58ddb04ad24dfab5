import { isSame, type Look } from './look.ts'
import type { Failure, Reason } from './types.ts'

const LONGEST_MS = 3_600_000

/** How the newest run ended, over what, and when to try again by itself. */
export class Standing {
  /** What the last good run saw: its landing was listed before it began. */
  seen: Look | undefined
  /** Of the newest run; undefined when it ended well. */
  failure: Failure | undefined
  private tried: Look | undefined
  private failures = 0
  private againAt = 0

  /** Only a change of the project's files can help. */
  get isBroken(): boolean {
    return this.failure?.code === 'PROJECT_INVALID'
  }

  succeeded(now: Look): void {
    this.seen = now
    this.failure = undefined
    this.failures = 0
  }

  /** Tried again after `everyMs`, then twice as long, up to an hour; a run that somebody cancelled, only when something changes. */
  failed(failure: Failure, now: Look | undefined, everyMs: number): void {
    this.failure = failure
    this.tried = now
    this.failures++
    const isFinal = this.isBroken || failure.code === 'CANCELLED'
    const wait = Math.min(LONGEST_MS, everyMs * 2 ** Math.min(this.failures - 1, 20))
    this.againAt = isFinal ? Number.POSITIVE_INFINITY : Date.now() + wait
  }

  untilAgain(at: number): number {
    return this.failure ? Math.max(0, this.againAt - at) : Number.POSITIVE_INFINITY
  }

  reasonFor(now: Look, at: number): Reason | undefined {
    if (!this.failure) {
      if (!this.seen) return 'start'
      return isSame(this.seen, now) ? undefined : 'files'
    }
    if (this.isBroken) return undefined
    // Without a look at the last try, this one shows that what stopped it is over.
    if (at >= this.againAt || !this.tried) return 'again'
    return isSame(this.tried, now) ? undefined : 'files'
  }
}
