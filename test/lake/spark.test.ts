import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTable } from '../../src/lake/table.ts'
import type { LakeColumn } from '../../src/lake/types.ts'
import { compactTable } from '../../src/run/compact.ts'
import { all } from '../../src/run/execute.ts'
import { localStore } from '../../src/storage/local.ts'
import { type Spark, sparkWhenAsked, startSpark } from '../support/spark.ts'
import { type Bench, bench, TABLE } from './support.ts'

const found = await sparkWhenAsked()
const home = 'python' in found ? found : undefined
const reason = 'python' in found ? '' : ` (SKIPPED: ${found.skipped})`

const columns: LakeColumn[] = [
  { name: 'id', type: 'long' },
  { name: 'Order_ID', type: 'string', original: 'Order ID {a,b}; "c"=d' },
  { name: 'amount', type: 'decimal(18,2)' },
  { name: 'day', type: 'date' },
  { name: 'at', type: 'timestamp' },
  { name: 'ok', type: 'boolean' },
  { name: 'x', type: 'double' },
  { name: '_delivery', type: 'long' },
]

const row = (
  i: number,
) => `select ${i}::bigint as id, 'ä ''"' || chr(10) || '${i} 🙂' as "Order_ID", (${i} + 0.25)::decimal(18,2) as amount,
  date '1899-12-31' as day, timestamptz '1969-12-31 23:59:59.999999+00' as at, true as ok, 0.1::double as x, ${i}::bigint as _delivery
  union all select -${i}, null, null, null, null, null, null, ${i}`

/** A table as bronze is: one file a delivery, then compacted. */
async function compacted(b: Bench, deliveries: number): Promise<void> {
  for (let i = 1; i <= deliveries; i++) {
    const file = await b.write(row(i), `${i}.parquet`, {
      tags: { delivery: `${i}`, rows: '2', path: `${i}.csv` },
    })
    await b.append(file, columns, { txn: { appId: 'c360-orders', version: i, after: i - 1 } })
  }
  await compactTable(b.store, TABLE, b.session)
}

describe.skipIf(home === undefined)(`a lake of ours in Spark${reason}`, () => {
  let spark: Spark
  let folder: string
  let b: Bench
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'c360-spark-'))
    b = await bench()
    await compacted(b, 11)
    if (home) spark = await startSpark(home, folder)
  }, 300_000)
  afterAll(async () => {
    await spark?.[Symbol.asyncDispose]()
    await b?.[Symbol.asyncDispose]()
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  /** The table in a copied folder, by what Spark and what we call it. */
  async function copied(name: string) {
    await cp(b.store.url(TABLE), join(folder, name), { recursive: true })
    const store = localStore(folder)
    const table = openTable(store, name, b.session)
    const ours = async (select: string) => {
      const files = (await table.snapshot())?.files ?? []
      const from = `read_parquet([${files.map(({ path }) => `'${store.file(`${name}/${path}`)}'`).join(', ')}], union_by_name = true)`
      return all(b.session, `${select} from ${from}`)
    }
    return { table, ours, store, theirs: `delta.\`${join(folder, name)}\`` }
  }

  const SUMS =
    'select cast(count(*) as int) as n, cast(sum(id) as varchar(40)) as ids, cast(sum(amount) as varchar(40)) as amount, min(`Order_ID`) as text, cast(min(day) as varchar(40)) as day'
  const sums = (quote: string) => SUMS.replaceAll('`', quote)

  it('has the same rows, types and history, older versions included', async () => {
    const { ours, theirs } = await copied('read')
    expect(await spark.sql(`${sums('`')} from ${theirs}`)).toEqual(await ours(sums('"')))
    const described = await spark.sql(`describe ${theirs}`)
    expect(described.map(({ data_type }) => data_type)).toEqual([
      'bigint',
      'string',
      'decimal(18,2)',
      'date',
      'timestamp',
      'boolean',
      'double',
      'bigint',
    ])
    expect(await spark.sql(`select unix_micros(at) as us from ${theirs} where id = 1`)).toEqual([{ us: -1 }])
    const history = await spark.sql(`describe history ${theirs}`)
    expect(history.slice(0, 2).map(({ version, operation }) => [version, operation])).toEqual([
      [11, 'OPTIMIZE'],
      [10, 'TEST'],
    ])
    expect(await spark.sql(`select cast(count(*) as int) as n from ${theirs} version as of 4`)).toEqual([
      { n: 10 },
    ])
  }, 300_000)

  it('is written by Spark and read back by us: append, MERGE, DELETE, OPTIMIZE; and we go on', async () => {
    const { table, ours, theirs, store } = await copied('written')
    await spark.sql(
      `insert into ${theirs} select id + 100, \`Order_ID\`, amount, day, at, ok, x, 12 from ${theirs} where id between 1 and 3`,
    )
    expect((await table.snapshot())?.version).toBe(12)
    await spark.sql(
      `merge into ${theirs} t using (select explode(array(1, 2, 500)) as id) s on t.id = s.id
       when matched then update set amount = 99.5 when not matched then insert (id, amount) values (s.id, 1)`,
    )
    await spark.sql(`delete from ${theirs} where id = -1`)
    await spark.sql(`optimize ${theirs}`)
    expect(await ours(sums('"'))).toEqual(await spark.sql(`${sums('`')} from ${theirs}`))
    expect(await ours('select cast(sum(amount) as varchar) as amount')).toEqual(
      await spark.sql(`select cast(sum(amount) as string) as amount from ${theirs}`),
    )
    const before = (await table.snapshot())?.version ?? 0
    await b.session.execute([`copy (${row(900)}) to '${store.file('written/900.parquet')}' (format parquet)`])
    const { size } = (await store.stat('written/900.parquet')) ?? { size: 0 }
    await table.append({
      columns,
      files: [{ path: '900.parquet', size, rows: 2, modified: 0, tags: {} }],
      operation: 'WRITE',
    })
    expect(await spark.sql(`select max(id) as id from ${theirs}`)).toEqual([{ id: 900 }])
    expect((await table.snapshot())?.version).toBe(before + 1)
    await table.overwrite({ columns, files: [{ path: '900.parquet', size, rows: 2, modified: 0, tags: {} }] })
    expect(await spark.sql(`select cast(count(*) as int) as n from ${theirs}`)).toEqual([{ n: 2 }])
  }, 300_000)

  it.each([
    ['deletion vectors', "('delta.enableDeletionVectors' = 'true')"],
    ['renamed columns', "('delta.columnMapping.mode' = 'name')"],
  ])(
    'is refused by name once Spark has given it %s',
    async (name, properties) => {
      const { table, theirs } = await copied(name.replace(' ', '-'))
      await spark.sql(`alter table ${theirs} set tblproperties ${properties}`)
      await expect(table.snapshot()).rejects.toMatchObject({ code: 'LAKE_UNSUPPORTED', message: /protocol/ })
      await expect(table.overwrite({ columns, files: [] })).rejects.toMatchObject({
        code: 'LAKE_UNSUPPORTED',
      })
    },
    120_000,
  )
})
