import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits: nobody guesses it, whoever holds it is the local actor. */
export const newToken = (): string => randomBytes(32).toString('base64url')

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Takes as long for a wrong token as for the right one, whatever their lengths. */
export const sameToken = (given: string, token: string): boolean =>
  timingSafeEqual(digest(given), digest(token))

/** Wrong tokens per minute; beyond that they are refused without being looked at more closely. */
const MOST = 20
const WINDOW_MS = 60_000

/** Counts wrong tokens, whoever sent them: everyone comes from the loopback. The right token always passes. */
export class Tries {
  private failed: number[] = []
  private readonly now: () => number

  constructor(now: () => number = Date.now) {
    this.now = now
  }

  /** Notes a wrong token; true when there were too many. */
  tooMany(): boolean {
    const since = this.now() - WINDOW_MS
    this.failed = [...this.failed.filter((at) => at > since), this.now()].slice(-MOST - 1)
    return this.failed.length > MOST
  }
}
