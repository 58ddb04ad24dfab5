import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { C360Error } from '../../src/errors.ts'
import type { RunOptions } from '../../src/run/run.ts'
import { configs } from '../history/shop.ts'
import { csv, customers, ORDER, orders, texts } from '../history/small.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { type Lab, makeLab } from '../support/lab.ts'
import { isLong } from '../support/long.ts'
import { type PlaceName, placeNames } from '../support/places.ts'

const products = [
  'files: products*.json',
  'entity: product',
  'key: [product_id]',
  'format: { type: json }',
  'columns:',
  '  ID: product_id',
  '  Name: name',
  '',
].join('\n')

const files = {
  // One thread: sources are read one after the other, so that it is known which comes first.
  config: (configs[0] ?? '').replace(/^threads: \d+$/m, 'threads: 1'),
  contracts: { customers: customers(), orders: orders('key: [transaction_id]'), products },
  only: ['dim_customers', 'fact_transactions'],
}

const GOLD = 'select transaction_id, customer_id, amount from gold.fact_transactions order by 1'

let azurite: Azurite
let folder: Lab
let cloud: Lab
let orderCount = 2

beforeAll(async () => {
  azurite = await startAzurite()
  folder = await makeLab(files)
  cloud = await makeLab(files, { azurite })
  for (const lab of [folder, cloud]) {
    await lab.put('customers.csv', csv('ID,Name', 'C1,Ann', 'C2,Bea'))
    await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    await lab.run()
    await lab.put('orders-2.csv', csv(ORDER, '2,C2,2024-01-02,20'))
    await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bea Two'))
    await lab.run()
  }
}, 60_000)
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]()
  await cloud?.[Symbol.asyncDispose]()
  await azurite?.[Symbol.asyncDispose]()
})

/** What a person is told, with the places' names taken out: then it must be the same for a folder and a container. */
function inPlaces({ places }: Lab, text: string): string {
  const named = placeNames.reduce(
    (said, name) => said.replaceAll(places.stores[name].url(''), `<${name}>`),
    text,
  )
  return named.replace(/[0-9TZ]+-[0-9a-f]{6,}(?=\.parquet)/g, '<run>')
}

async function told(lab: Lab, options: RunOptions = {}): Promise<string> {
  try {
    const { outcome, files: read } = await lab.run(options)
    return [
      outcome,
      ...read.map((file) =>
        inPlaces(lab, `${file.path} ${file.outcome} ${file.problem?.message ?? ''}`.trim()),
      ),
    ].join('; ')
  } catch (error) {
    if (!(error instanceof C360Error)) throw error
    return `${error.code}: ${inPlaces(lab, error.message)} | ${error.hint}`
  }
}

/** One more order in both, so that there is something to do. */
async function oneMore(): Promise<void> {
  const n = ++orderCount
  for (const lab of [folder, cloud]) await lab.put(`orders-${n}.csv`, csv(ORDER, `${n},C1,2024-01-03,${n}0`))
}

async function object(lab: Lab, place: PlaceName, name: RegExp): Promise<string> {
  const found = (await lab.places.stores[place].list('')).filter(({ path }) => name.test(path)).at(-1)
  if (!found) throw new Error(`${place} has no ${name}`)
  return found.path
}

/** Does it to the object; gives what it was before. */
async function change(lab: Lab, place: PlaceName, path: string, make: Damage['make']): Promise<Buffer> {
  const store = lab.places.stores[place]
  const before = await store.read(path)
  if (before === undefined) throw new Error(`${path} is not there`)
  const after = make(before)
  if (after === undefined) await store.remove(path)
  else await store.put(path, after)
  return before
}

interface Damage {
  readonly what: string
  readonly place: PlaceName
  readonly name: RegExp
  readonly make: (content: Buffer) => Buffer | string | undefined
  /** What both say. */
  readonly says: RegExp
  readonly options?: RunOptions
}

const half = (content: Buffer) => content.subarray(0, content.length / 2)
const gone = () => undefined
const noise = (content: Buffer) => Buffer.alloc(content.length, 'no such thing ')
const pointer = /^current\.json$/
const database = /^\d{6}\.duckdb$/
const parquet = /^bronze\/customers\/.*\.parquet$/
const firstCommit = /customers\/_delta_log\/0{20}\.json$/
const fullRefresh = { fullRefresh: true }

/** Ends with a full refresh, which is what the hint says. */
const ofTheWarehouse: readonly Omit<Damage, 'place'>[] = [
  {
    what: 'current.json cut short',
    name: pointer,
    make: half,
    says: /^WAREHOUSE_DAMAGED: <warehouse>\/current.json is not readable JSON.*--full-refresh/,
  },
  {
    what: 'current.json empty',
    name: pointer,
    make: () => '',
    says: /^WAREHOUSE_DAMAGED: <warehouse>\/current.json /,
  },
  {
    what: 'a manifest that is no JSON',
    name: /^\d{6}\.json$/,
    make: noise,
    says: /^WAREHOUSE_DAMAGED: <warehouse>\/\d{6}.json is not readable/,
  },
  {
    what: 'a database cut short',
    name: database,
    make: half,
    says: /^WAREHOUSE_DAMAGED: <warehouse>\/\d{6}.duckdb.*--full-refresh/,
  },
  {
    what: 'a database of noise',
    name: database,
    make: noise,
    says: /^WAREHOUSE_DAMAGED: <warehouse>\/\d{6}.duckdb/,
  },
  {
    what: 'an empty database file',
    name: database,
    make: () => '',
    says: /^WAREHOUSE_DAMAGED: <warehouse>\/\d{6}.duckdb/,
  },
  {
    what: 'a database that is gone',
    name: database,
    make: gone,
    says: /^WAREHOUSE_DAMAGED: <warehouse>\/\d{6}.duckdb is missing/,
  },
]

/** Ends when the object is put back. */
const ofTheLake: readonly Omit<Damage, 'place'>[] = [
  {
    what: 'a bronze file cut short',
    name: parquet,
    make: half,
    options: fullRefresh,
    says: /^LAKE_DAMAGED: .*<lake>\/bronze\/customers\/\d{6}-/,
  },
  {
    what: 'a bronze file of noise',
    name: parquet,
    make: noise,
    options: fullRefresh,
    says: /^LAKE_DAMAGED: .*<lake>\/bronze\/customers\/\d{6}-/,
  },
  {
    what: 'a bronze file that is gone',
    name: parquet,
    make: gone,
    options: fullRefresh,
    says: /^LAKE_DAMAGED: .*<lake>\/bronze\/customers\/\d{6}-/,
  },
  {
    what: 'a missing log entry',
    name: firstCommit,
    make: gone,
    says: /^LAKE_DAMAGED: bronze\/customers\/_delta_log\/0{20}.json is missing/,
  },
  {
    what: 'a torn log entry',
    name: firstCommit,
    make: half,
    says: /^LAKE_DAMAGED: <lake>\/bronze\/customers\/_delta_log\/0{20}.json/,
  },
  {
    what: 'an empty log entry',
    name: firstCommit,
    make: () => '',
    says: /^LAKE_DAMAGED: <lake>\/bronze\/customers\/_delta_log\/0{20}.json is empty/,
  },
]

/** Both say the same of the damage, which is undone afterwards. */
async function bothSay({ place, name, make, says, options }: Damage): Promise<void> {
  await oneMore()
  const said: string[] = []
  for (const lab of [folder, cloud]) {
    const path = await object(lab, place, name)
    const before = await change(lab, place, path, make)
    said.push(await told(lab, options))
    if (place === 'lake') await lab.places.stores[place].put(path, before)
  }
  expect(said[0]).toMatch(says)
  expect(said[1]).toBe(said[0])
}

/** `npm test` takes every other one. */
const shareOf = (list: readonly Omit<Damage, 'place'>[]) => list.filter((_, at) => isLong || at % 2 === 0)

async function bothReach(options: RunOptions = {}): Promise<void> {
  expect([(await folder.run(options)).outcome, (await cloud.run(options)).outcome]).toEqual([
    'published',
    'published',
  ])
  const gold = await texts(folder, GOLD)
  expect(gold.length).toBeGreaterThanOrEqual(orderCount)
  expect(await texts(cloud, GOLD)).toEqual(gold)
}

describe('what is damaged in a container is named as on a folder, by its az:// name', () => {
  it.each(shareOf(ofTheWarehouse).map((damage) => ({ ...damage, place: 'warehouse' as const })))(
    'the warehouse: $what',
    async (damage) => {
      await bothSay(damage)
      await bothReach(fullRefresh)
    },
  )

  it.each(shareOf(ofTheLake).map((damage) => ({ ...damage, place: 'lake' as const })))(
    'the lake: $what',
    async (damage) => {
      await bothSay(damage)
      await bothReach()
    },
  )
})

describe('landing objects', () => {
  const whole = JSON.stringify(Array.from({ length: 50 }, (_, n) => ({ ID: `P${n}`, Name: `Product ${n}` })))

  it('that are cut short are refused as on a folder, and the others go on', async () => {
    await oneMore()
    for (const lab of [folder, cloud]) await lab.put('products.json', whole.slice(0, whole.length / 2))
    const [here, there] = [await told(folder), await told(cloud)]
    expect(here).toMatch(/^published; .*orders-\d+.csv delivered; products.json refused ./)
    expect(there).toBe(here)
    for (const lab of [folder, cloud]) await lab.put('products.json', whole)
    const mended = [await told(folder), await told(cloud)]
    expect(mended).toEqual(['published; products.json delivered', 'published; products.json delivered'])
  })

  const remove = (lab: Lab, path: string) => lab.remove(path)
  const replace = (lab: Lab, path: string) =>
    lab.put(path, csv(ORDER, `7${orderCount},C1,2024-02-01,70`, `8${orderCount},C2,2024-02-01,71`))

  // Customers are read before orders: the first file written is theirs, the second one the file it happens to.
  it.each<[string, number, typeof remove, string]>([
    ['removed between the listing and the reading', 1, remove, ''],
    ['replaced between the listing and the reading', 1, replace, '; delivered'],
    ['removed while they are read', 2, remove, ''],
    ['replaced while they are read', 2, replace, '; delivered'],
  ])('that are %s are left to the next run', async (_, when, happen, later) => {
    await oneMore()
    const path = `orders-${orderCount}.csv`
    const said: string[] = []
    for (const lab of [folder, cloud]) {
      await lab.put('customers-3.csv', csv('ID,Name', `C3,Cy ${orderCount}`))
      let written = 0
      const boundary = async (name: string) => {
        if (name === 'bronze.before_write' && ++written === when) await happen(lab, path)
      }
      said.push(await told(lab, { boundary }), (await told(lab)).replace(` ${path}`, ''))
    }
    const [first = '', second] = said
    expect(first).toBe(`published; customers-3.csv delivered; ${path} changed_while_read`)
    expect(second).toBe(later === '' ? 'unchanged' : `published${later}`)
    expect(said.slice(2)).toEqual([first, second])
    expect(await texts(cloud, GOLD)).toEqual(await texts(folder, GOLD))
  })
})

describe('a container that is gone', () => {
  it('is named with what makes it again; then everything comes back from what is left', async () => {
    await using lab = await makeLab(files, { azurite })
    await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
    await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    await lab.run()
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString)
    for (const name of placeNames) {
      const [, , , container = ''] = lab.places.stores[name].url('').split('/')
      await service.deleteContainer(container)
      await lab.put('orders-2.csv', csv(ORDER, '2,C1,2024-01-02,20')).catch(() => undefined)
      const said = await told(lab)
      expect(said).toMatch(
        new RegExp(`^NOT_FOUND: Azure Storage, .*the account acmelake has no container ${container}\\.`),
      )
      expect(said).toContain(`az storage container create --account-name acmelake --name ${container}`)
      await service.createContainer(container)
      for (const n of [1, 2]) await lab.put(`orders-${n}.csv`, csv(ORDER, `${n},C1,2024-01-0${n},${n}0`))
      await lab.put('customers.csv', csv('ID,Name', 'C1,Ann'))
      expect((await lab.run()).outcome).toMatch(/published|unchanged/)
      expect(await texts(lab, GOLD)).toEqual(['1 C1 10.00', '2 C1 20.00'])
    }
  })
})

describe('copies on this machine', () => {
  const copies = async (): Promise<string[]> => {
    const items = await readdir(join(cloud.root, '.c360', 'cache', 'az'), {
      recursive: true,
      withFileTypes: true,
    })
    return items
      .filter((item) => item.isFile() && !item.name.startsWith('.tmp-'))
      .map(({ parentPath, name }) => join(parentPath, name))
  }

  it.each<[string, (path: string) => Promise<void>]>([
    ['cut short', async (path) => writeFile(path, half(await readFile(path)))],
    ['overwritten', async (path) => writeFile(path, noise(await readFile(path)))],
  ])('that were %s are fetched anew', async (_, tamper) => {
    const found = await copies()
    expect(found.map((path) => path.replace(/.*\./, '')).sort()).toEqual(
      expect.arrayContaining(['duckdb', 'parquet']),
    )
    for (const path of found) await tamper(path)
    await oneMore()
    await bothReach()
    for (const path of await copies()) await tamper(path)
    await bothReach(fullRefresh)
  })

  it('whose notes were overwritten are fetched anew', async () => {
    for (const path of await copies())
      await writeFile(join(path, '..', `.tmp-etag-${path.replace(/.*\//, '')}`), '{')
    await oneMore()
    await bothReach()
  })

  it('that rotted, their notes none the wiser, are noticed, thrown away, and right in the run after', async () => {
    let rotten = 0
    for (const path of await copies()) {
      const note = join(path, '..', `.tmp-etag-${path.replace(/.*\//, '')}`)
      const text = await readFile(note, 'utf8')
      // Copies that nobody has asked for since the test before still have its note.
      if (text === '{') continue
      await writeFile(path, noise(await readFile(path)))
      const { size, mtimeMs } = await stat(path)
      await writeFile(note, JSON.stringify({ ...JSON.parse(text), size, mtimeMs }))
      rotten++
    }
    expect(rotten).toBeGreaterThan(2)
    await oneMore()
    expect(await told(cloud)).toMatch(/^WAREHOUSE_DAMAGED: <warehouse>\/\d{6}.duckdb/)
    await bothReach()
    expect(await told(cloud, fullRefresh)).toMatch(/^LAKE_DAMAGED: .*<lake>\/bronze/)
    await folder.run(fullRefresh)
    // One that lies in another statement is found by the run after that.
    for (let runs = 1; runs < 3 && (await told(cloud, fullRefresh)) !== 'published'; runs++);
    expect(await texts(cloud, GOLD)).toEqual(await texts(folder, GOLD))
  })
})
