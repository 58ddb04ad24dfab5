import { describe, expect, it } from 'vitest'
import { verdictOn } from './invariant.ts'

const PER_SHARD = 50

/** `HISTORY_SEED=17 npx vitest run test/history/sequences-1.test.ts` replays one seed alone. */
const alone = process.env.HISTORY_SEED

/** Any sequence of runs gives what one full refresh from bronze gives. */
export function everySeed(shard: number): void {
  const seeds =
    alone === undefined
      ? Array.from({ length: PER_SHARD }, (_, index) => (shard - 1) * PER_SHARD + index + 1)
      : [Number(alone)]
  describe('a random history equals one full refresh', () => {
    it.each(seeds)('seed %i', { timeout: 300_000 }, async (seed) => {
      expect(await verdictOn(seed)).toBe('')
    })
  })
}
