import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { byValue } from '../history/by-value.ts'
import { verdictOn } from '../history/invariant.ts'
import { market } from '../history/market.ts'
import { shop } from '../history/shop.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { makeLab } from '../support/lab.ts'
import { share } from '../support/long.ts'

const worlds = Object.entries({ shop, market, byValue })
/** `HISTORY_SEED=4 npx vitest run test/azure/history.test.ts` replays one seed alone. */
const alone = process.env.HISTORY_SEED

const seeds =
  alone === undefined ? Array.from({ length: share(18) }, (_, index) => index + 1) : [Number(alone)]

/** Seeds of their own: those of the folders' tests start at 1. */
const BEGIN = 9000

const cases = seeds.map((seed) => {
  const [name, world] = worlds[(seed - 1) % worlds.length] ?? ['shop', shop]
  const freshMachines = seed % 2 === 0
  return {
    seed,
    name,
    world,
    freshMachines,
    by: freshMachines ? 'a new machine for each run' : 'one machine',
  }
})

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
}, 60_000)
afterAll(() => azurite?.[Symbol.asyncDispose]())

describe('a random history on Azure Storage equals one full refresh', () => {
  it.each(cases)('seed $seed ($name, $by)', { timeout: 300_000 }, async ({ seed, world, freshMachines }) => {
    expect(await verdictOn(world, BEGIN + seed, (files) => makeLab(files, { azurite, freshMachines }))).toBe(
      '',
    )
  })
})
