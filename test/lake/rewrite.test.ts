import { utimes } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTable } from '../../src/lake/table.ts'
import type { LakeColumn, LakeTable } from '../../src/lake/types.ts'
import { findGarbage, type Garbage, removeGarbage } from '../../src/lake/vacuum.ts'
import type { Store } from '../../src/storage/store.ts'
import { type Bench, bench, current, TABLE, version } from './support.ts'

const columns: LakeColumn[] = [
  { name: 'id', type: 'long' },
  { name: 'note', type: 'string' },
]
const DAY = 86_400_000

let b: Bench
beforeEach(async () => {
  b = await bench()
})
afterEach(() => b[Symbol.asyncDispose]())

const rows = (from: number, to = from) =>
  `select range::bigint as id, 'n' || range as note from range(${from}, ${to + 1})`
const put = async (id: number) => {
  const file = await b.write(rows(id), `${id}.parquet`)
  await b.append(file, columns)
  return file
}
const ids = async () => b.values(`select id::integer from ${await current(b)} order by 1`)
const paths = async () => (await b.table.snapshot())?.files.map(({ path }) => path)

describe('an append that says what it was made from', () => {
  const APP = 'c360-orders'
  /** Takes the next number from a fresh snapshot until its row is in; what a runner does with its deliveries. */
  async function deliver(table: LakeTable, name: string, before = async () => {}): Promise<number> {
    for (;;) {
      const newest = (await table.snapshot())?.transactions.get(APP) ?? 0
      const file = await b.write(rows(newest + 1), `${name}-${newest + 1}.parquet`)
      await before()
      const { committed } = await table.append({
        columns,
        files: [file],
        operation: 'WRITE',
        txn: { appId: APP, version: newest + 1, after: newest },
      })
      if (committed) return newest + 1
      await b.store.remove(`${TABLE}/${file.path}`)
    }
  }

  it('is void when another writer of the application came first, and lands when made anew', async () => {
    await deliver(b.table, 'first')
    let overtaken = 0
    const number = await deliver(b.table, 'late', async () => {
      overtaken += 1
      if (overtaken === 1) await deliver(openTable(b.store, TABLE, b.session), 'fast')
    })
    expect([number, overtaken]).toEqual([3, 2])
    expect(await ids()).toEqual([1, 2, 3])
    expect(await paths()).toEqual(['fast-2.parquet', 'first-1.parquet', 'late-3.parquet'])
  })

  it('lands in order from racing writers, none lost, none doubled', async () => {
    const work = async (name: string) => {
      const table = openTable(b.store, TABLE, b.session)
      const numbers: number[] = []
      for (let n = 0; n < 6; n++) numbers.push(await deliver(table, name))
      return numbers
    }
    const numbers = await Promise.all(['a', 'b', 'c'].map(work))
    const all = Array.from({ length: 18 }, (_, n) => n + 1)
    expect(numbers.flat().sort((x, y) => x - y)).toEqual(all)
    expect(numbers.every((own) => own.every((n, i) => i === 0 || n > (own[i - 1] ?? 0)))).toBe(true)
    expect(await ids()).toEqual(all)
    expect((await b.table.snapshot())?.version).toBe(17)
  })

  it('knows its own commit again when the answer to it was lost', async () => {
    await put(1)
    let lost = 0
    const deaf: Store = {
      ...b.store,
      async putIfAbsent(path, content) {
        const done = await b.store.putIfAbsent(path, content)
        return done && path.endsWith('.json') && lost++ === 0 ? false : done
      },
    }
    const file = await b.write(rows(2), '2.parquet')
    const txn = { appId: APP, version: 1, after: 0 }
    const result = await openTable(deaf, TABLE, b.session).append({
      columns,
      files: [file],
      txn,
      operation: 'WRITE',
    })
    expect([result.committed, lost]).toEqual([true, 1])
    const whole = await b.write(rows(1, 2), 'whole.parquet')
    lost = 0
    const compacted = await openTable(deaf, TABLE, b.session).compact({
      files: [whole],
      replaced: ['1.parquet', '2.parquet'],
    })
    expect(compacted).toEqual({ version: 2, committed: true })
    expect(await ids()).toEqual([1, 2])
  })
})

describe('compact', () => {
  it('replaces files and keeps the rows; older versions still find theirs', async () => {
    for (const id of [1, 2, 3]) await put(id)
    const whole = await b.write(rows(1, 2), 'whole.parquet', { tags: { deliveries: '[]' } })
    const done = await b.table.compact({ files: [whole], replaced: ['1.parquet', '2.parquet'] })
    expect(done).toEqual({ version: 3, committed: true })
    expect(await ids()).toEqual([1, 2, 3])
    const snapshot = await b.table.snapshot()
    expect(snapshot?.files.map(({ path }) => path)).toEqual(['3.parquet', 'whole.parquet'])
    expect([...(snapshot?.removed.keys() ?? [])]).toEqual(['1.parquet', '2.parquet'])
    expect(await b.store.stat(`${TABLE}/1.parquet`)).toBeDefined()
    const commit = String(await b.store.read(b.log(`${version(3)}.json`)))
    expect(commit).toContain('"operation":"OPTIMIZE"')
    expect(commit).not.toContain('"dataChange":true')
  })

  it('and an append racing with it both land', async () => {
    for (const id of [1, 2]) await put(id)
    const whole = await b.write(rows(1, 2), 'whole.parquet')
    let raced = false
    const done = await b.table.compact({
      files: [whole],
      replaced: ['1.parquet', '2.parquet'],
      boundary: async (name) => {
        if (name === 'lake.before_commit' && !raced) {
          raced = true
          await put(3)
        }
      },
    })
    expect(done).toEqual({ version: 3, committed: true })
    expect(await ids()).toEqual([1, 2, 3])
  })

  it('is void when another compaction of the same files was first', async () => {
    for (const id of [1, 2, 3]) await put(id)
    const mine = await b.write(rows(1, 2), 'mine.parquet')
    const theirs = await b.write(rows(2, 3), 'theirs.parquet')
    let raced = false
    const done = await b.table.compact({
      files: [mine],
      replaced: ['1.parquet', '2.parquet'],
      boundary: async (name) => {
        if (name !== 'lake.before_commit' || raced) return
        raced = true
        await b.table.compact({ files: [theirs], replaced: ['2.parquet', '3.parquet'] })
      },
    })
    expect(done.committed).toBe(false)
    expect(await ids()).toEqual([1, 2, 3])
    expect(await paths()).toEqual(['1.parquet', 'theirs.parquet'])
  })
})

describe('overwrite', () => {
  const other: LakeColumn[] = [
    { name: 'amount', type: 'decimal(18,2)' },
    { name: 'note', type: 'string' },
  ]

  it('makes the table, then replaces rows and columns under the same id', async () => {
    const idOf = async (n: number) =>
      /"metaData":\{"id":"([^"]+)"/.exec(String(await b.store.read(b.log(`${version(n)}.json`))))?.[1]
    await b.table.overwrite({ columns, files: [await b.write(rows(1, 3), '1.parquet')] })
    const next = await b.write(`select 1.25::decimal(18,2) as amount, 'x' as note`, '2.parquet')
    expect(await b.table.overwrite({ columns: other, files: [next] })).toEqual({
      version: 1,
      committed: true,
    })
    const snapshot = await b.table.snapshot()
    expect(snapshot?.columns).toEqual(other)
    expect(snapshot?.files.map(({ path }) => path)).toEqual(['2.parquet'])
    expect(await b.values(`select cast(amount as varchar) from ${await current(b)}`)).toEqual(['1.25'])
    expect(await idOf(1)).toBe(await idOf(0))
    expect(await b.store.stat(`${TABLE}/1.parquet`)).toBeDefined()
  })

  it('takes out what another writer appended meanwhile, and is void after a newer overwrite', async () => {
    await put(1)
    let raced = false
    const file = await b.write(rows(9), '9.parquet')
    await b.table.overwrite({
      columns,
      files: [file],
      txn: { appId: 'export', version: 5, after: 0 },
      boundary: async () => {
        if (raced) return
        raced = true
        await put(2)
      },
    })
    expect(await ids()).toEqual([9])
    const late = { columns, files: [await b.write(rows(8), '8.parquet')] }
    expect((await b.table.overwrite({ ...late, txn: { appId: 'export', version: 4 } })).committed).toBe(false)
    const stale = { appId: 'export', version: 7, after: 4 }
    expect((await b.table.overwrite({ ...late, txn: stale })).committed).toBe(false)
    expect(await ids()).toEqual([9])
  })
})

describe('vacuum', () => {
  const log = () => ({ store: b.store, table: TABLE, sql: b.session })
  const age = (path: string, days: number) => {
    const at = (Date.now() - days * DAY) / 1000
    return utimes(b.store.file(`${TABLE}/${path}`), at, at)
  }
  const found = (garbage: Garbage | undefined) =>
    garbage?.files.map(({ path }) => path.slice(TABLE.length + 1))
  const tableAt = (days: number) =>
    openTable(b.store, TABLE, b.session, { now: () => Date.now() - days * DAY })

  async function compactedDaysAgo(days: number): Promise<void> {
    for (const id of [1, 2]) await put(id)
    const whole = await b.write(rows(1, 2), 'whole.parquet')
    await tableAt(days).compact({ files: [whole], replaced: ['1.parquet', '2.parquet'] })
    for (const name of ['1.parquet', '2.parquet', 'whole.parquet']) await age(name, 30)
    for (const n of [0, 1, 2]) await age(`_delta_log/${version(n)}.json`, n < 2 ? 30 : days)
  }

  it('leaves what was replaced within the retention, and takes what was replaced before', async () => {
    await compactedDaysAgo(8)
    expect(found(await findGarbage(log(), Date.now() - 9 * DAY))).toEqual([])
    const garbage = await findGarbage(log(), Date.now() - 7 * DAY)
    expect(found(garbage)).toEqual(['1.parquet', '2.parquet'])
    expect(await b.store.stat(`${TABLE}/1.parquet`)).toBeDefined()
    if (garbage) await removeGarbage(b.store, garbage)
    expect(await b.store.stat(`${TABLE}/1.parquet`)).toBeUndefined()
    expect(await ids()).toEqual([1, 2])
  })

  it('takes an uncommitted file only when it is older than the retention', async () => {
    await put(1)
    await age('1.parquet', 30)
    await b.write(rows(2), 'fresh.parquet')
    await b.write(rows(3), 'stale.parquet')
    await age('stale.parquet', 8)
    await age(`_delta_log/${version(0)}.json`, 30)
    expect(found(await findGarbage(log(), Date.now() - 7 * DAY))).toEqual(['stale.parquet'])
  })

  it('keeps what a young commit took out even where a checkpoint has forgotten it', async () => {
    await compactedDaysAgo(2)
    await put(3)
    await tenCommits()
    const ours = `${TABLE}/_delta_log/${version(10)}.checkpoint.parquet`
    const rewritten = b.store.file(`${TABLE}/rewritten.parquet`)
    await b.session.execute([
      `copy (select * from '${b.store.file(ours)}' where remove is null) to '${rewritten}' (format parquet)`,
    ])
    await b.store.upload(ours, rewritten)
    await b.store.remove(`${TABLE}/rewritten.parquet`)
    for (let n = 0; n < 2; n++) await b.store.remove(b.log(`${version(n)}.json`))
    expect((await b.table.snapshot())?.removed.size).toBe(0)
    expect(found(await findGarbage(log(), Date.now() - 7 * DAY))).toEqual([])
  })

  const tenCommits = async () => {
    for (let id = 10; (await b.table.snapshot())?.version !== 10; id++) await put(id)
  }

  it('clears the log before a checkpoint as old, and nothing else of it', async () => {
    for (let id = 0; id <= 22; id++) await put(id)
    const before = await b.table.snapshot()
    const checkpoint = (n: number) => `_delta_log/${version(n)}.checkpoint.parquet`
    for (let n = 0; n <= 12; n++) await age(`_delta_log/${version(n)}.json`, 8)
    await age(checkpoint(10), 8)
    const garbage = await findGarbage(log(), Date.now() - 7 * DAY)
    expect(garbage?.log.map(({ path }) => path.slice(`${TABLE}/_delta_log/`.length))).toEqual(
      Array.from({ length: 10 }, (_, n) => `${version(n)}.json`),
    )
    if (garbage) await removeGarbage(b.store, garbage)
    expect(await b.table.snapshot()).toEqual(before)
    await put(23)
    expect((await ids()).length).toBe(24)
  })

  it('leaves the log alone where the checkpoint cannot stand for it', async () => {
    for (let id = 0; id <= 11; id++) await put(id)
    for (let n = 0; n <= 10; n++) await age(`_delta_log/${version(n)}.json`, 8)
    const path = `_delta_log/${version(10)}.checkpoint.parquet`
    await b.store.put(`${TABLE}/${path}`, 'PAR1 no longer PAR1')
    await age(path, 8)
    expect((await findGarbage(log(), Date.now() - 7 * DAY))?.log).toEqual([])
  })
})
