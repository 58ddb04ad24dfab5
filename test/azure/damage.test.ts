import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { C360Error } from '../../src/errors.ts'
import type { RunOptions } from '../../src/run/run.ts'
import { configs } from '../history/shop.ts'
import { csv, customers, ORDER, orders, texts } from '../history/small.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { type Lab, makeLab } from '../support/lab.ts'
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
  config: configs[0] ?? '',
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
const parquet = /^bronze\/orders\/.*\.parquet$/
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
    says: /^LAKE_DAMAGED: .*<lake>\/bronze\/orders\/\d{6}-/,
  },
  {
    what: 'a bronze file of noise',
    name: parquet,
    make: noise,
    options: fullRefresh,
    says: /^LAKE_DAMAGED: .*<lake>\/bronze\/orders\/\d{6}-/,
  },
  {
    what: 'a bronze file that is gone',
    name: parquet,
    make: gone,
    options: fullRefresh,
    says: /^LAKE_DAMAGED: .*<lake>\/bronze\/orders\/\d{6}-/,
  },
  {
    what: 'a missing log entry',
    name: /orders\/_delta_log\/0{19}1\.json$/,
    make: gone,
    says: /^LAKE_DAMAGED: <lake>\/bronze\/orders\/_delta_log\/0{19}1.json is missing/,
  },
  {
    what: 'a torn log entry',
    name: /orders\/_delta_log\/0{19}1\.json$/,
    make: half,
    says: /^LAKE_DAMAGED: <lake>\/bronze\/orders\/_delta_log\/0{19}1.json/,
  },
  {
    what: 'an empty log entry',
    name: /orders\/_delta_log\/0{19}1\.json$/,
    make: () => '',
    says: /^LAKE_DAMAGED: <lake>\/bronze\/orders\/_delta_log\/0{19}1.json is empty/,
  },
]

async function bothSay({ place, name, make, says, options }: Damage): Promise<() => Promise<void>> {
  await oneMore()
  const mend: (() => Promise<void>)[] = []
  const said: string[] = []
  for (const lab of [folder, cloud]) {
    const path = await object(lab, place, name)
    const before = await change(lab, place, path, make)
    mend.push(() => lab.places.stores[place].put(path, before))
    said.push(await told(lab, options))
  }
  expect(said[0]).toMatch(says)
  expect(said[1]).toBe(said[0])
  return async () => {
    for (const each of mend) await each()
  }
}

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
  it.each(ofTheWarehouse.map((damage) => ({ ...damage, place: 'warehouse' as const })))(
    'the warehouse: $what',
    async (damage) => {
      await bothSay(damage)
      await bothReach(fullRefresh)
    },
  )

  it.each(ofTheLake.map((damage) => ({ ...damage, place: 'lake' as const })))(
    'the lake: $what',
    async (damage) => {
      const mend = await bothSay(damage)
      await mend()
      await bothReach()
    },
  )
})
