import { cp, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { openTable } from '../../src/lake/table.ts'
import type { LakeFile } from '../../src/lake/types.ts'
import { compactTable, groupSmall } from '../../src/run/compact.ts'
import { compactLake, lakeStatus, vacuumLake } from '../../src/run/maintain.ts'
import { lakeOf } from '../../src/run/stores.ts'
import { csv, customers, fates, HELD, ORDER, orders, ordersWith, small, texts } from '../history/small.ts'
import { differences, unaccounted } from '../support/compare.ts'
import type { Lab } from '../support/lab.ts'

const DAY = 86_400_000
const SOURCES = ['customers', 'orders']
const GOLD = ['dim_customers', 'fact_transactions']

const empty = (ordersContract: string): Promise<Lab> =>
  small({ customers: customers(), orders: ordersContract }, GOLD)

/** Two sources, several deliveries each: bad rows, repeated keys, an orphan, a file with a column more. */
async function delivering(ordersContract: string): Promise<Lab> {
  const lab = await empty(ordersContract)
  const days = [
    ['1,C1,2024-01-01,10', '2,C2,2024-01-01,x', '2,C1,2024-01-02,7'],
    ['1,C1,2024-01-03,11', '3,C9,2024-01-03,5', '8,C1,2024-01-03,bad'],
    ['4,C2,2024-01-04,20', '', '5,C2,2024-01-04,'],
  ]
  for (const [i, lines] of days.entries()) {
    await lab.put(
      `customers-${i}.csv`,
      csv(i === 1 ? 'ID,Name,Shoe size' : 'ID,Name', `C${i + 1},Ann${i === 1 ? ',39' : ''}`),
    )
    await lab.put(`orders-${i}.csv`, csv(ORDER, ...lines))
    await lab.run()
  }
  return lab
}

const USUAL = ordersWith(HELD, 'key: [transaction_id]')
let usual: Promise<Lab> | undefined
afterAll(async () => (await usual)?.[Symbol.asyncDispose]())

/** Of the usual contract: delivered once, then copied. */
async function delivered(): Promise<Lab> {
  usual ??= delivering(USUAL)
  const [{ root }, lab] = await Promise.all([usual, empty(USUAL)])
  await cp(root, lab.root, { recursive: true, preserveTimestamps: true })
  return lab
}

const filesOf = async (lab: Lab, source: string): Promise<readonly LakeFile[]> => {
  await using session = await duckdb.connect({})
  const table = openTable(lakeOf(await lab.project()), `bronze/${source}`, session)
  return (await table.snapshot())?.files ?? []
}

const forget = <T extends { urls: unknown }>({ urls: _, ...rest }: T) => rest
const deliveriesOf = async (lab: Lab) =>
  Object.values((await lab.lake()).sources).map(({ columns, deliveries }) => [
    columns,
    deliveries.map(forget),
  ])

/** What incremental and full-refresh make of the lake are the same, and every row of bronze has its fate. */
async function expectWhole(lab: Lab): Promise<void> {
  const newest = await lab.newest(await lab.run())
  const { database } = await lab.refreshed()
  expect(await differences(newest, database)).toEqual([])
  const { sources } = await lab.lake()
  expect(await unaccounted(database, sources, SOURCES)).toEqual([])
  expect(await unaccounted(newest, sources, SOURCES)).toEqual([])
}

describe('compaction of bronze', () => {
  it('makes one file of several, forgets no delivery, and changes nothing in silver and gold', async () => {
    await using lab = await delivered()
    const before = await lab.newest(await lab.run())
    const known = await deliveriesOf(lab)
    const done = await compactLake(await lab.project())
    expect(done.map(({ table, before: from, after }) => [table, from, after])).toEqual([
      ['bronze/customers', 3, 1],
      ['bronze/orders', 3, 1],
    ])
    expect(await filesOf(lab, 'orders')).toHaveLength(1)
    expect(await deliveriesOf(lab)).toEqual(known)
    const again = await lab.run()
    expect(again.outcome).toBe('unchanged')
    expect(again.files).toEqual([])
    expect(await lab.newest(again)).toBe(before)
    await expectWhole(lab)
  })

  it('takes new deliveries on top, and is compacted again', async () => {
    await using lab = await delivered()
    await compactLake(await lab.project())
    await lab.put('orders-3.csv', csv(ORDER, '6,C1,2024-01-05,1', '4,C2,2024-01-06,21'))
    await lab.put('customers-3.csv', csv('ID,Name', 'C9,Zoe'))
    const { plan } = await lab.run()
    expect(plan?.steps.find(({ name }) => name === 'orders')).toMatchObject({ mode: 'merge' })
    expect(await texts(lab, 'select transaction_id from silver.orders order by 1')).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ])
    const [, second] = await compactLake(await lab.project())
    expect(second).toMatchObject({ before: 2, after: 1 })
    expect((await lab.lake()).sources.orders?.deliveries.map(({ delivery }) => delivery)).toEqual([
      1, 2, 3, 4,
    ])
    await expectWhole(lab)
  })

  it('lets one delivery of several be taken back and restored', async () => {
    await using lab = await delivered()
    const before = await lab.newest(await lab.run())
    await compactLake(await lab.project())
    await lab.decideFile('retract', 'orders-1.csv')
    await lab.run()
    expect(await texts(lab, 'select transaction_id, amount from silver.orders order by 1')).toEqual([
      '1 10.00',
      '2 7.00',
      '4 20.00',
      '5 -',
    ])
    expect((await fates(lab, 'orders')).filter((text) => text.includes('dismissed'))).toEqual([
      '2/1 dismissed',
      '2/2 dismissed',
      '2/3 dismissed',
    ])
    await expectWhole(lab)
    await lab.decideFile('restore', 'orders-1.csv')
    expect(await differences(before, await lab.newest(await lab.run()))).toEqual([])
    await compactLake(await lab.project())
    await expectWhole(lab)
  })

  it('keeps apart what an edited file pushed aside, and rows decided upon', async () => {
    await using lab = await delivering(orders('load: append', 'key: [transaction_id]'))
    await compactLake(await lab.project())
    await lab.put('orders-0.csv', csv(ORDER, '1,C1,2024-01-01,100'))
    await lab.run()
    expect((await fates(lab, 'orders')).filter((text) => text.startsWith('1/'))).toHaveLength(3)
    await lab.decide({ kind: 'dismiss', source: 'orders', file: 'orders-1.csv', delivery: 2, row: 3 })
    await lab.run()
    await expectWhole(lab)
    expect((await fates(lab, 'orders')).filter((text) => text.includes('dismissed'))).toEqual([
      '2/3 dismissed',
    ])
  })

  it('gives way to a run that delivers meanwhile: both commits land', async () => {
    await using lab = await delivered()
    const store = lakeOf(await lab.project())
    await using session = await duckdb.connect({ threads: 1 })
    let raced = false
    const done = await compactTable(store, 'bronze/orders', session, {
      boundary: async (name) => {
        if (name !== 'lake.before_commit' || raced) return
        raced = true
        await lab.put('orders-3.csv', csv(ORDER, '6,C1,2024-01-05,1'))
        await lab.run()
      },
    })
    expect([done.before, done.overtaken]).toEqual([3, 0])
    expect((await lab.lake()).sources.orders?.deliveries.map(({ rows }) => rows)).toEqual([3, 3, 2, 1])
    await expectWhole(lab)
  })

  it('refuses files that do not hold what the log says, and leaves them as they are', async () => {
    await using lab = await delivered()
    const store = lakeOf(await lab.project())
    await using session = await duckdb.connect({ threads: 1 })
    const table = openTable(store, 'bronze/orders', session)
    const [first, second] = (await table.snapshot())?.files ?? []
    await table.compact({
      replaced: [second?.path ?? ''],
      files: [
        { path: first?.path ?? '', size: first?.size ?? 0, rows: 2, modified: 0, tags: second?.tags ?? {} },
      ],
    })
    await expect(compactTable(store, 'bronze/orders', session)).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
    })
    const names = await readdir(store.file('bronze/orders'))
    expect(names.filter((name) => name.startsWith('compact-'))).toEqual([])
  })

  it('puts neighbours together up to the target and leaves large files alone', () => {
    const file = (delivery: number, size: number) => ({
      path: `${delivery}.parquet`,
      size,
      modified: 0,
      rows: 1,
      tags: { delivery: `${delivery}` },
    })
    const files = [file(10, 20), file(9, 20), file(1, 30), file(2, 90), file(3, 40), file(4, 45), file(5, 10)]
    const groups = groupSmall(files, 'bronze/x', 100)
    expect(groups.map((group) => group.map(({ file: { path } }) => path))).toEqual([
      ['1.parquet', '3.parquet'],
      ['4.parquet', '5.parquet', '9.parquet', '10.parquet'],
    ])
    expect(groupSmall([file(1, 30)], 'bronze/x', 100)).toEqual([])
  })
})

describe('vacuum of a project', () => {
  const later = Date.now() + 8 * DAY

  it('takes the files a compaction replaced when the retention is over; nothing is missed', async () => {
    await using lab = await delivered()
    await compactLake(await lab.project())
    const project = await lab.project()
    expect(
      (await lakeStatus(project)).map(({ table, files, old, small: n }) => [table, files, old, n]),
    ).toEqual([
      ['bronze/customers', 1, 3, 0],
      ['bronze/orders', 1, 3, 0],
    ])
    expect((await vacuumLake(project)).flatMap(({ files }) => files)).toEqual([])
    const dry = await vacuumLake(project, { dryRun: true, now: later })
    expect(dry.map(({ files }) => files.length)).toEqual([3, 3])
    expect((await lakeStatus(project)).map(({ old }) => old)).toEqual([3, 3])
    await vacuumLake(project, { now: later })
    expect((await lakeStatus(project)).map(({ old }) => old)).toEqual([0, 0])
    await expectWhole(lab)
  })

  it('sweeping up after killed runs leaves replaced files to the vacuum', async () => {
    await using lab = await delivered()
    const project = await lab.project()
    await compactLake(project)
    await lab.decideFile('retract', 'orders-2.csv')
    await lab.decideFile('restore', 'orders-2.csv')
    await compactLake(project)
    const old = async () => (await lakeStatus(project)).map((one) => [one.table, one.old])
    const before = await old()
    expect(before).toContainEqual(['bronze/_decisions', 2])
    for (const { path } of await lakeOf(project).list('bronze/_decisions'))
      if (path.endsWith('.parquet')) await utimes(lakeOf(project).file(path), 1_000_000, 1_000_000)
    await lab.put('orders-3.csv', csv(ORDER, '6,C1,2024-01-05,1'))
    await lab.run()
    expect(await old()).toEqual(before)
    await expectWhole(lab)
  })

  it('refuses a retention shorter than a day or than the longest run', async () => {
    await using lab = await delivered()
    const project = await lab.project()
    await expect(vacuumLake(project, { days: 0.5 })).rejects.toMatchObject({ code: 'USAGE' })
    const slow = { type: 'finished', outcome: 'published', seconds: 3 * 86_400, at: '2024-01-01T00:00:00Z' }
    await lab.put('../.c360/runs/20240101T000000-aaaaaa.jsonl', `${JSON.stringify(slow)}\n`)
    await expect(vacuumLake(project, { days: 2 })).rejects.toMatchObject({
      code: 'USAGE',
      message: /3\.0 days/,
    })
    expect((await readdir(join(lab.root, '.c360', 'runs'))).length).toBeGreaterThan(1)
    await vacuumLake(project, { days: 4, dryRun: true })
  })
})
