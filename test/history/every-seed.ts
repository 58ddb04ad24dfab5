import { describe, expect, it } from 'vitest'
import { share } from '../support/long.ts'
import { verdictOn } from './invariant.ts'
import type { World } from './world.ts'

/** `HISTORY_SEED=17 npx vitest run test/history/sequences-1.test.ts` replays one seed alone. */
const alone = process.env.HISTORY_SEED

/** Any sequence of runs gives what one full refresh from bronze gives. */
export function everySeed(world: World, shard: number, perShard: number): void {
  const seeds =
    alone === undefined
      ? Array.from({ length: share(perShard, 12) }, (_, index) => (shard - 1) * perShard + index + 1)
      : [Number(alone)]
  describe('a random history equals one full refresh', () => {
    it.each(seeds)('seed %i', { timeout: 300_000 }, async (seed) => {
      expect(await verdictOn(world, seed)).toBe('')
    })
  })
}
