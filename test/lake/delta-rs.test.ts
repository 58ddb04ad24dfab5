import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LakeColumn } from '../../src/lake/types.ts'
import { pythonWith } from '../support/python.ts'
import { type Bench, bench, current, python, TABLE, version } from './support.ts'

const found = await pythonWith()
const executable = typeof found === 'string' ? found : ''
const reason = typeof found === 'string' ? '' : ` (SKIPPED: ${found.skipped})`

let b: Bench
beforeEach(async () => {
  b = await bench()
})
afterEach(() => b[Symbol.asyncDispose]())

const delta = (command: string, argument = '') => python(executable, command, b.store, argument)

/** What delta-rs sees now, after checking that it sees the very rows of our snapshot. */
async function seenAlike() {
  const out = b.store.url('seen.parquet')
  const seen = await delta('dump', out)
  const snapshot = await b.table.snapshot()
  const names = snapshot?.columns.map(({ name }) => `"${name}"`).join(', ')
  const ours = `select ${names} from ${await current(b)}`
  const theirs = `select ${names} from read_parquet('${out}')`
  const differences = `(${ours} except all ${theirs}) union all (${theirs} except all ${ours})`
  expect(await b.values(`select count(*)::integer from (${differences})`)).toEqual([0])
  expect(await b.values(`select count(*)::integer from (${ours})`)).toEqual([seen.rows])
  expect(seen.version).toBe(snapshot?.version)
  expect(seen.fields.map(({ name, type }) => ({ name, type }))).toEqual(
    snapshot?.columns.map(({ name, type }) => ({ name, type })),
  )
  return { seen, snapshot }
}

const everyType: LakeColumn[] = [
  { name: 'id', type: 'long' },
  { name: 'n', type: 'integer' },
  { name: 'Order_ID', type: 'string', original: 'Order ID {a,b}; "c"=d\t' },
  { name: 'ok', type: 'boolean' },
  { name: 'day', type: 'date' },
  { name: 'at', type: 'timestamp' },
  { name: 'x', type: 'double' },
]

const everyValue = (i: number): string => `
  select 9007199254740993::bigint + ${i} as id, (-2147483648)::integer as n, 'ä ''"' || chr(10) || '${i} 🙂' as "Order_ID",
    true as ok, date '1899-12-31' as day, timestamptz '1969-12-31 23:59:59.999999+00' as at, 0.1::double as x
  union all select ${i}, null, null, null, null, null, null
  union all select -${i}, 0, '', false, date '2024-02-29', timestamptz '2024-03-31 02:30:00.000001+01', 'infinity'::double`

async function appendEveryType(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    const stats = {
      minValues: { day: '1899-12-31' },
      maxValues: { day: '2024-02-29' },
      nullCount: { day: 1 },
    }
    const file = await b.write(everyValue(i), `run ${i}/part=%${i}.parquet`, {
      tags: { delivery: `${i}`, path: 'ü,"x".csv' },
      stats,
    })
    await b.append(file, everyType, { txn: { appId: 'c360:orders', version: i }, operation: `RUN ${i}` })
  }
}

describe.skipIf(executable === '')(`tables of ours in delta-rs${reason}`, () => {
  it('have the same rows, schema, version, statistics and history', async () => {
    await appendEveryType(0, 3)
    const wide: LakeColumn[] = [...everyType, { name: 'late', type: 'string', original: 'läte!' }]
    await b.append(await b.write(`select 1::bigint as id, 'here' as late`, 'wide.parquet'), wide)
    const { seen } = await seenAlike()
    expect(seen.rows).toBe(10)
    expect(seen.operations).toEqual(['RUN 0', 'RUN 1', 'RUN 2', 'TEST'])
    expect(seen.fields.find(({ name }) => name === 'Order_ID')?.metadata).toEqual({
      'c360.name': everyType[2]?.original,
    })
    expect(seen.fields.find(({ name }) => name === 'late')?.metadata).toEqual({ 'c360.name': 'läte!' })
    const statistics = { rows: 3, 'min.day': '1899-12-31', 'max.day': '2024-02-29', 'null_count.day': 1 }
    expect(Object.values(seen.files).filter(({ rows }) => rows === 3)).toEqual(
      Array(3).fill(expect.objectContaining(statistics)),
    )
    expect(await delta('transaction', 'c360:orders')).toEqual({ version: 2 })
  }, 60_000)

  it('are read from our checkpoint when the commits before it are gone', async () => {
    await appendEveryType(0, 26)
    const before = await seenAlike()
    expect(before.seen.rows).toBe(78)
    for (let n = 0; n <= 20; n++) await b.store.remove(b.log(`${version(n)}.json`))
    const after = await seenAlike()
    expect(after.seen.files).toEqual(before.seen.files)
    expect(after.snapshot).toEqual(before.snapshot)
    expect(after.snapshot?.files[0]?.tags).toEqual({ delivery: '0', path: 'ü,"x".csv' })
    expect(await delta('transaction', 'c360:orders')).toEqual({ version: 25 })
    await b.store.remove(b.log('_last_checkpoint'))
    expect((await seenAlike()).seen.files).toEqual(before.seen.files)
  }, 60_000)
})

describe.skipIf(executable === '')(`what delta-rs does to a table of ours${reason}`, () => {
  const columns: LakeColumn[] = [
    { name: 'id', type: 'long' },
    { name: 'note', type: 'string', original: 'Note ' },
  ]
  const source = async (select: string): Promise<string> => {
    const url = b.store.url('source.parquet')
    await b.session.execute([`copy (${select}) to '${url}' (format parquet)`])
    return url
  }
  const add = async (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const file = await b.write(`select ${i}::bigint as id, 'ours' as note`, `${i}.parquet`, {
        tags: { delivery: `${i}` },
      })
      await b.append(file, columns)
    }
  }

  it('is read by us: append with a new column, merge, compaction, checkpoint; and we go on', async () => {
    await add(0, 4)
    await delta('append', await source(`select 100::bigint as id, 'theirs' as note, 1.5::double as extra`))
    const appended = await seenAlike()
    expect(appended.snapshot?.columns).toEqual([...columns, { name: 'extra', type: 'double' }])
    const change = `select unnest([1, 2, 200])::bigint as id, 'merged' as note, null::double as extra`
    expect(await delta('merge', await source(change))).toEqual({ version: 5, updated: 2 })
    const merged = await seenAlike()
    expect(merged.seen.rows).toBe(6)
    expect(merged.snapshot?.files.some(({ path }) => path === '1.parquet')).toBe(false)
    await delta('optimize')
    expect((await seenAlike()).snapshot?.files).toHaveLength(1)
    await delta('checkpoint')
    await add(4, 10)
    const whole = await seenAlike()
    expect(whole.seen.rows).toBe(12)
    expect(whole.snapshot?.files.find(({ path }) => path === '9.parquet')?.tags).toEqual({ delivery: '9' })
    await expectFromCheckpoint(6, whole.snapshot?.version ?? 0)
  }, 120_000)

  /** From delta-rs's checkpoint, then from ours, which also has to name the files that were removed. */
  async function expectFromCheckpoint(theirs: number, newest: number): Promise<void> {
    const before = await b.table.snapshot()
    const ours = b.log(`${version(10)}.checkpoint.parquet`)
    expect(newest).toBeGreaterThan(10)
    const content = (await b.store.read(ours)) ?? ''
    await b.store.remove(ours)
    await b.store.remove(b.log('_last_checkpoint'))
    for (let n = 0; n <= theirs; n++) await b.store.remove(b.log(`${version(n)}.json`))
    expect(await b.table.snapshot()).toEqual(before)
    await b.store.put(ours, content)
    for (let n = theirs; n <= 10; n++) await b.store.remove(b.log(`${version(n)}.json`))
    await b.store.remove(b.log(`${version(theirs)}.checkpoint.parquet`))
    expect((await seenAlike()).snapshot).toEqual(before)
    const removed = `select remove.path from read_parquet('${b.store.url(ours)}') where remove is not null`
    expect(await b.values(removed)).toEqual(
      expect.arrayContaining(['0.parquet', '1.parquet', '2.parquet', '3.parquet']),
    )
  }

  it.each(['timestampNtz', 'deletionVectors', 'partitioned'])(
    'is refused where we do not understand it: %s',
    async (name) => {
      await delta('features', name)
      await expect(b.table.snapshot()).rejects.toMatchObject({ code: 'LAKE_UNSUPPORTED' })
      await expect(b.table.append({ columns, files: [], operation: 'TEST' })).rejects.toMatchObject({
        code: 'LAKE_UNSUPPORTED',
      })
    },
    60_000,
  )

  it('is read but not written where only writers must know more: changeDataFeed', async () => {
    await delta('features', 'changeDataFeed')
    expect((await seenAlike()).seen.rows).toBe(2)
    await expect(b.table.append({ columns, files: [], operation: 'TEST' })).rejects.toMatchObject({
      code: 'LAKE_UNSUPPORTED',
    })
    expect((await b.store.list(`${TABLE}/_delta_log`)).length).toBe(1)
  }, 60_000)
})
