import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { C360Error, errorTable } from '../../src/errors.ts'
import type { RunOptions } from '../../src/run/run.ts'
import { configs } from '../history/shop.ts'
import { csv, customers, ORDER, orders, texts } from '../history/small.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { type Fault, type Faulty, startFaulty } from '../support/faulty.ts'
import { type Lab, makeLab } from '../support/lab.ts'
import { isLong, share } from '../support/long.ts'
import { type Random, randomFrom } from '../support/random.ts'

const files = {
  config: configs[0] ?? '',
  contracts: { customers: customers(), orders: orders('load: append') },
  only: ['fact_transactions'],
}

const GOLD = 'select transaction_id, customer_id, amount from gold.fact_transactions order by 1'
const NAMES = 'select customer_id, name from silver.customers order by 1'

/** Waits as short as a test's patience; the ways are those of every run. */
const storage = { patienceMs: 1500, firstMs: 10, longestMs: 50, idleMs: 400, partBytes: 2 ** 16 }

let azurite: Azurite
let network: Faulty
let expected: End
beforeAll(async () => {
  azurite = await startAzurite()
  network = await startFaulty(azurite.blobEndpoint)
  expected = await quietEnd()
}, 60_000)
afterAll(async () => {
  await network?.[Symbol.asyncDispose]()
  await azurite?.[Symbol.asyncDispose]()
})

const quiet = () => undefined
beforeEach(() => {
  network.fault = quiet
})

const busy = (status: number, code: string): Fault => ({
  answer: status,
  headers: { 'retry-after': '0', 'x-ms-error-code': code },
})

const anyFault = (random: Random): Fault =>
  random.pick<Fault>([
    busy(429, 'TooManyRequests'),
    busy(500, 'InternalError'),
    busy(503, 'ServerBusy'),
    'cut',
    'lose answer',
    'lose answer',
    'silence',
    { cutAfter: random.below(400) },
    { delayMs: random.below(60) },
  ])

/** Some files for each of three runs: what the shop has sold so far. */
async function delivered(lab: Lab, run: number): Promise<void> {
  const lines = Array.from({ length: 4 }, (_, n) => `${run}${n},C${n % 3},2024-01-0${run},${n + 1}`)
  await lab.put(`orders-${run}.csv`, csv(ORDER, ...lines))
  await lab.put(
    'customers.csv',
    csv('ID,Name', ...['Ann', 'Bea', 'Cy'].map((name, n) => `C${n},${name} ${run}`)),
  )
}

interface End {
  readonly gold: readonly string[]
  readonly names: readonly string[]
  /** Of each source: the files that bronze was given, in order. */
  readonly deliveries: Readonly<Record<string, readonly string[]>>
}

async function endOf(lab: Lab): Promise<End> {
  const { sources } = await lab.lake()
  const deliveries = Object.entries(sources).map(([source, bronze]) => [
    source,
    bronze.deliveries.map(({ delivery, path, rows }) => `${delivery} ${path} ${rows}`),
  ])
  return {
    gold: await texts(lab, GOLD),
    names: await texts(lab, NAMES),
    deliveries: Object.fromEntries(deliveries),
  }
}

const RUNS = [1, 2, 3]

async function quietEnd(): Promise<End> {
  await using lab = await makeLab(files)
  for (const run of RUNS) {
    await delivered(lab, run)
    await lab.run()
  }
  return await endOf(lab)
}

/** How a run ended: its outcome, or STORAGE_UNREACHABLE, which is all that a bad network may do. */
async function attempt(lab: Lab, options: RunOptions = {}): Promise<string> {
  try {
    return (await lab.run({ storage, ...options })).outcome
  } catch (error) {
    if (error instanceof C360Error && error.code === 'STORAGE_UNREACHABLE') return error.code
    throw error
  }
}

describe('runs over a bad network', () => {
  const rates = [0.03, 0.1, 0.5]
  const seeds = Array.from({ length: share(18, 12) }, (_, index) => index + 1)

  it.each(seeds)('lose nothing and double nothing (seed %i)', { timeout: 240_000 }, async (seed) => {
    const random = randomFrom(seed)
    const rate = rates[seed % rates.length] ?? 0.1
    await using lab = await makeLab(files, { azurite, endpoint: network.url, freshMachines: seed % 2 === 0 })
    const ends: string[] = []
    let faults = 0
    for (const run of RUNS) {
      await delivered(lab, run)
      network.fault = () => {
        if (!random.chance(rate)) return undefined
        faults += 1
        return anyFault(random)
      }
      let outcome = ''
      for (let tries = 1; tries <= 5 && outcome !== 'published' && outcome !== 'unchanged'; tries++) {
        outcome = await attempt(lab)
        ends.push(outcome)
      }
      network.fault = quiet
      if (outcome === 'STORAGE_UNREACHABLE') await attempt(lab)
    }
    console.log(`seed ${seed}: ${faults} faults at ${rate}, runs ended ${ends.join(', ')}`)
    expect(faults).toBeGreaterThan(0)
    expect(await endOf(lab)).toEqual(expected)
  })
})

describe('conditional writes whose answers are lost', () => {
  it('are taken for what they did: no delivery twice, no version thrown away', async () => {
    await using lab = await makeLab(files, { azurite, endpoint: network.url })
    const lost = new Map<string, number>()
    network.fault = ({ method, url, headers }) => {
      const isConditional = headers['if-none-match'] === '*' || headers['if-match'] !== undefined
      const path = url.split('?')[0] ?? ''
      if (method !== 'PUT' || !isConditional || (lost.get(path) ?? 0) >= 2) return undefined
      lost.set(path, (lost.get(path) ?? 0) + 1)
      return 'lose answer'
    }
    const ends: string[] = []
    const events: string[] = []
    for (const run of RUNS) {
      lost.clear()
      await delivered(lab, run)
      ends.push(await attempt(lab, { onEvent: ({ type }) => void events.push(type) }))
      const written = [...lost.keys()].map((path) => path.replace(/.*\//, ''))
      expect(written).toContain('current.json')
      expect(written.filter((name) => /^\d{20}\.json$/.test(name))).toHaveLength(2)
    }
    network.fault = quiet
    expect(ends).toEqual(['published', 'published', 'published'])
    expect(events).not.toContain('overtaken')
    expect(await endOf(lab)).toEqual(expected)
  })
})

describe('a network that is gone for longer than patience', () => {
  const boundaries = [
    'lake.before_commit',
    'lake.after_commit',
    'step.model',
    'warehouse.before_rename',
  ] as const
  it.each(boundaries.filter((_, at) => isLong || at % 2 === 1))(
    'at %s ends the run by exit code 17; the next one goes on from there',
    async (name) => {
      await using lab = await makeLab(files, { azurite, endpoint: network.url })
      await delivered(lab, 1)
      await lab.run()
      await delivered(lab, 2)
      const before = await lab.places.stores.warehouse.read('current.json')
      const events: string[] = []
      const boundary = (at: string) => {
        if (at === name) network.fault = () => 'cut'
      }
      const failing = lab.run({
        storage,
        boundary,
        onEvent: (event) => void events.push(JSON.stringify(event)),
      })
      const error = await failing.catch((thrown: unknown) => thrown)
      network.fault = quiet
      expect(error).toMatchObject({ code: 'STORAGE_UNREACHABLE', message: expect.stringContaining('after ') })
      expect(errorTable.STORAGE_UNREACHABLE.exit).toBe(17)
      expect(await lab.places.stores.warehouse.read('current.json')).toEqual(before)
      const said = [String(error), JSON.stringify(error), (error as Error).stack ?? '', ...events].join('\n')
      expect(said).not.toContain(azurite.key)
      expect(await filesWith(lab.root, azurite.key)).toEqual([])
      expect((await lab.run()).outcome).toBe('published')
      await delivered(lab, 3)
      await lab.run()
      expect(await endOf(lab)).toEqual(expected)
    },
  )
})

async function filesWith(folder: string, text: string): Promise<string[]> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true })
  const found: string[] = []
  for (const item of items.filter((each) => each.isFile())) {
    const path = join(item.parentPath, item.name)
    if ((await readFile(path)).includes(text)) found.push(path)
  }
  return found
}
