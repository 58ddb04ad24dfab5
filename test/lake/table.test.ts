import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTable } from '../../src/lake/table.ts'
import type { LakeColumn, NewFile } from '../../src/lake/types.ts'
import { type Bench, bench, current, TABLE, version } from './support.ts'

const columns: LakeColumn[] = [
  { name: 'id', type: 'long' },
  { name: 'note', type: 'string' },
]

let b: Bench
beforeEach(async () => {
  b = await bench()
})
afterEach(() => b[Symbol.asyncDispose]())

const oneRow = (id: number) => `select ${id}::bigint as id, 'n${id}' as note`

describe('append', () => {
  it('creates the table, then adds to it', async () => {
    expect(await b.table.snapshot()).toBeUndefined()
    const first = await b.write(oneRow(1), 'day=1/part 1%.parquet', {
      tags: { delivery: '1', path: 'ä "b".csv' },
    })
    const second = await b.write(oneRow(2), 'part-2.parquet', {
      stats: { minValues: { id: 2 }, maxValues: { id: 2 }, nullCount: { id: 0, note: 0 } },
    })
    expect(await b.append(first, columns)).toEqual({ version: 0, committed: true })
    expect(await b.append(second, columns)).toEqual({ version: 1, committed: true })
    const snapshot = await b.table.snapshot()
    expect(snapshot).toMatchObject({ version: 1, columns })
    expect(snapshot?.files).toEqual([
      { ...first, modified: Math.trunc(first.modified) },
      { ...second, modified: Math.trunc(second.modified) },
    ])
    expect(await b.values(`select id::integer from ${await current(b)} order by 1`)).toEqual([1, 2])
  })

  it('widens the schema: old columns first, names of the source kept', async () => {
    await b.append(await b.write(oneRow(1), '1.parquet'), columns)
    const wide: LakeColumn[] = [{ name: 'Order_ID', type: 'string', original: 'Order ID' }, ...columns]
    await b.append(await b.write(`select 'x' as Order_ID, 2::bigint as id, null as note`, '2.parquet'), wide)
    await b.append(await b.write(oneRow(3), '3.parquet'), columns)
    expect((await b.table.snapshot())?.columns).toEqual([...columns, wide[0]])
    const changes = await Promise.all(
      [0, 1, 2].map(async (n) => String(await b.store.read(b.log(`${version(n)}.json`)))),
    )
    expect(changes.map((text) => text.includes('"metaData"'))).toEqual([true, true, false])
  })

  it('refuses a column whose type changed', async () => {
    const file = await b.write(oneRow(1), '1.parquet')
    await b.append(file, columns)
    const changed = b.append(file, [{ name: 'id', type: 'string' }])
    await expect(changed).rejects.toMatchObject({
      code: 'LAKE_UNSUPPORTED',
      message: /id .* is long, not string/,
    })
    expect((await b.table.snapshot())?.version).toBe(0)
  })

  it('refuses one physical name for two columns of the source', async () => {
    const file = await b.write('select 1::bigint as a_b', '1.parquet')
    await b.append(file, [{ name: 'a_b', type: 'long', original: 'a b' }])
    for (const column of [
      { name: 'a_b', original: 'a-b' },
      { name: 'a_b' },
      { name: 'A_B', original: 'a b' },
    ])
      await expect(b.append(file, [{ type: 'long', ...column }])).rejects.toMatchObject({
        code: 'LAKE_CONFLICT',
      })
  })

  it('does a transaction once', async () => {
    const txn = { appId: 'c360:orders', version: 7 }
    const file = await b.write(oneRow(1), '1.parquet')
    expect(await b.append(file, columns, { txn })).toEqual({ version: 0, committed: true })
    const again = await b.write(oneRow(1), '1-again.parquet')
    expect(await b.append(again, columns, { txn })).toEqual({ version: 0, committed: false })
    expect(await b.append(again, columns, { txn: { ...txn, version: 6 } })).toMatchObject({
      committed: false,
    })
    expect(await b.append(again, columns, { txn: { ...txn, version: 8 } })).toMatchObject({ committed: true })
    const snapshot = await b.table.snapshot()
    expect(snapshot?.transactions).toEqual(new Map([['c360:orders', 8]]))
    expect(snapshot?.files.map(({ path }) => path)).toEqual(['1-again.parquet', '1.parquet'])
  })

  it('does not announce a file that is not there', async () => {
    const file = await b.write(oneRow(1), '1.parquet')
    await expect(b.append({ ...file, path: '2.parquet' }, columns)).rejects.toMatchObject({
      code: 'INTERNAL',
    })
    await expect(b.append({ ...file, size: file.size + 1 }, columns)).rejects.toMatchObject({
      code: 'INTERNAL',
    })
    expect(await b.table.snapshot()).toBeUndefined()
  })

  it('notes time and operation', async () => {
    const table = openTable(b.store, TABLE, b.session, { now: () => 1_700_000_000_000 })
    const file = await b.write(oneRow(1), '1.parquet')
    await table.append({ columns, files: [file], operation: 'LOAD' })
    const [info] = String(await b.store.read(b.log(`${version(0)}.json`))).split('\n')
    expect(JSON.parse(info ?? '')).toMatchObject({
      commitInfo: { timestamp: 1_700_000_000_000, operation: 'LOAD' },
    })
  })
})

describe('files of other writers', () => {
  it.each([
    ['no statistics', {}, undefined],
    ['no count', { stats: '{}' }, undefined],
    ['statistics of another shape', { stats: '{"numRecords":"three"}' }, undefined],
    ['broken statistics', { stats: '{"numRecords":' }, undefined],
    ['nested statistics', { stats: '{"numRecords":3,"minValues":{"a":{"b":1}}}' }, undefined],
    ['nothing but a count', { stats: '{"numRecords":3}', tags: { a: null } }, 3],
  ])('with %s', async (_, extra, rows) => {
    await b.append(await b.write(oneRow(1), '1.parquet'), columns)
    const add = {
      path: 'x%20y.parquet',
      partitionValues: {},
      size: 5,
      modificationTime: 6,
      dataChange: true,
      ...extra,
    }
    await b.store.put(b.log(`${version(1)}.json`), JSON.stringify({ add }))
    const tags = 'tags' in extra ? { a: '' } : {}
    expect((await b.table.snapshot())?.files[1]).toEqual({
      path: 'x y.parquet',
      size: 5,
      modified: 6,
      rows,
      tags,
    })
  })
})

describe('many writers', () => {
  it('lose nothing and double nothing', async () => {
    const total = 80
    const files: NewFile[] = []
    for (let i = 0; i < total; i++) files.push(await b.write(oneRow(i), `${i}.parquet`))
    const writer = async (w: number): Promise<number[]> => {
      const table = openTable(b.store, TABLE, b.session)
      const versions: number[] = []
      for (const [i, file] of files.entries()) {
        if (i % 8 !== w) continue
        const wide: LakeColumn[] = [...columns, { name: `by_${w}`, type: 'string' }]
        const txn = { appId: `writer ${w}`, version: i }
        versions.push((await table.append({ columns: wide, files: [file], operation: 'TEST', txn })).version)
      }
      return versions
    }
    const versions = (await Promise.all(Array.from({ length: 8 }, (_, w) => writer(w)))).flat()
    expect(versions.sort((x, y) => x - y)).toEqual(Array.from({ length: total }, (_, i) => i))
    const snapshot = await b.table.snapshot()
    expect(snapshot?.columns.map(({ name }) => name).sort()).toEqual(
      ['id', 'note', ...Array.from({ length: 8 }, (_, w) => `by_${w}`)].sort(),
    )
    const query = `select count(*)::integer * 1000 + count(distinct id)::integer from ${await current(b)}`
    expect(await b.values(query)).toEqual([total * 1000 + total])
  }, 60_000)
})

describe('checkpoints', () => {
  const fill = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const file = await b.write(oneRow(i), `${i}.parquet`, {
        tags: { delivery: String(i) },
        stats: { nullCount: { id: 0 } },
      })
      await b.append(file, columns, { txn: { appId: `app ${i % 3}`, version: i } })
    }
  }

  it('are written every ten versions and say all that the log said', async () => {
    await fill(25)
    const whole = await b.table.snapshot()
    expect(whole?.files).toHaveLength(25)
    expect(JSON.parse(String(await b.store.read(b.log('_last_checkpoint'))))).toMatchObject({
      version: 20,
      numOfAddFiles: 21,
    })
    for (let n = 0; n <= 20; n++) await b.store.remove(b.log(`${version(n)}.json`))
    expect(await b.table.snapshot()).toEqual(whole)
    await b.store.remove(b.log('_last_checkpoint'))
    expect(await b.table.snapshot()).toEqual(whole)
  })

  it('stand in for a commit that was lost', async () => {
    await fill(22)
    const whole = await b.table.snapshot()
    await b.store.remove(b.log(`${version(13)}.json`))
    expect(await b.table.snapshot()).toEqual(whole)
  })

  it('are passed over when they are damaged, as long as the commits are there', async () => {
    await fill(1)
    for (let i = 0; i < 101; i++) await b.table.append({ columns, files: [], operation: 'TEST' })
    const whole = await b.table.snapshot()
    expect(whole?.version).toBe(101)
    await b.store.put(b.log(`${version(100)}.checkpoint.parquet`), 'PAR1 this is not')
    expect(await b.table.snapshot()).toEqual(whole)
    await b.store.remove(b.log(`${version(98)}.json`))
    await expect(b.table.snapshot()).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      message: expect.stringContaining(`${version(100)}.checkpoint.parquet`),
    })
  }, 30_000)

  it('are read in parts, and a part that is missing is named', async () => {
    await fill(12)
    const whole = await b.table.snapshot()
    const parts = [1, 2, 3].map((n) => `${version(10)}.checkpoint.000000000${n}.0000000003.parquet`)
    const source = b.store.url(b.log(`${version(10)}.checkpoint.parquet`))
    for (const [i, part] of parts.entries()) {
      const rows = `select * exclude n from (select *, row_number() over () as n from read_parquet('${source}')) where n % 3 = ${i}`
      await b.session.execute([`copy (${rows}) to '${b.store.url(b.log(part))}' (format parquet)`])
    }
    await rm(source)
    for (let n = 0; n <= 10; n++) await b.store.remove(b.log(`${version(n)}.json`))
    expect(await b.table.snapshot()).toEqual(whole)
    await b.store.remove(b.log(parts[1] ?? ''))
    await expect(b.table.snapshot()).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      message: expect.stringContaining(parts[1] ?? '?'),
    })
  })

  it('do not fail the commit when they fail', async () => {
    await fill(10)
    const noRoom = async (): Promise<void> => {
      throw new Error('no room')
    }
    const broken = openTable(b.store, TABLE, { execute: noRoom, stream: (sql) => b.session.stream(sql) })
    const result = await broken.append({
      columns,
      files: [await b.write(oneRow(10), '10.parquet')],
      operation: 'TEST',
    })
    expect(result).toMatchObject({ version: 10, committed: true, checkpointFailure: new Error('no room') })
    expect((await b.table.snapshot())?.files).toHaveLength(11)
    expect((await b.store.list(b.log('')))?.filter(({ path }) => path.includes('checkpoint'))).toEqual([])
  })
})
