import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, bench, version } from './support.ts'

let b: Bench
beforeEach(async () => {
  b = await bench()
  for (let i = 0; i < 4; i++)
    await b.append(await b.write(`select ${i}::bigint as id`, `${i}.parquet`), [{ name: 'id', type: 'long' }])
})
afterEach(() => b[Symbol.asyncDispose]())

const commit = (n: number): string => b.log(`${version(n)}.json`)
const text = async (n: number): Promise<string> => String(await b.store.read(commit(n)))

async function expectBoth(code: string, naming: string): Promise<void> {
  const error = { code, message: expect.stringContaining(naming) }
  await expect(b.table.snapshot()).rejects.toMatchObject(error)
  await expect(b.table.append({ columns: [], files: [], operation: 'TEST' })).rejects.toMatchObject(error)
}

describe('a damaged log', () => {
  it('cut off in a commit', async () => {
    const whole = await text(2)
    for (const length of [whole.length - 2, 40, 1]) {
      await b.store.put(commit(2), whole.slice(0, length))
      await expectBoth('LAKE_DAMAGED', commit(2))
    }
  })

  it('with an empty commit', async () => {
    await b.store.put(commit(3), '\n')
    await expectBoth('LAKE_DAMAGED', commit(3))
  })

  it('with a gap', async () => {
    await b.store.remove(commit(1))
    await expectBoth('LAKE_DAMAGED', commit(1))
  })

  it('without its beginning', async () => {
    await b.store.remove(commit(0))
    await expectBoth('LAKE_DAMAGED', commit(0))
  })

  it('without its end', async () => {
    await b.store.put(b.log('_last_checkpoint'), '{"version":9,"size":1}')
    await expectBoth('LAKE_DAMAGED', '_last_checkpoint')
  })

  it('with an action of another shape, whose values stay out of the message', async () => {
    await b.store.put(commit(3), '{"add":{"path":"3.parquet","size":"ann@example.com"}}')
    await expectBoth('LAKE_DAMAGED', 'add.size')
    await b.store.put(commit(3), '{"add":{"path":"ann@example.com')
    await expect(b.table.snapshot()).rejects.not.toThrow('ann@example.com')
  })

  it('that begins without a schema', async () => {
    await b.store.put(commit(0), '{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}')
    await expectBoth('LAKE_DAMAGED', 'schema')
  })

  it('but a hint that cannot be read is nothing', async () => {
    await b.store.put(b.log('_last_checkpoint'), '{"vers')
    expect((await b.table.snapshot())?.version).toBe(3)
  })
})

describe('a table with features of newer tools', () => {
  const protocol = (reader: number, writer: number, more = {}) =>
    JSON.stringify({ protocol: { minReaderVersion: reader, minWriterVersion: writer, ...more } })

  it.each([
    ['column mapping', protocol(2, 5)],
    [
      'deletion vectors',
      protocol(3, 7, { readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] }),
    ],
    [
      'a deletion vector',
      '{"add":{"path":"3.parquet","size":1,"modificationTime":1,"dataChange":true,"deletionVector":{"storageType":"u"}}}',
    ],
    [
      'a shallow clone',
      '{"add":{"path":"file:///x.parquet","size":1,"modificationTime":1,"dataChange":true}}',
    ],
  ])('is not read: %s', async (_, line) => {
    await b.store.put(commit(4), `${line}\n`)
    await expectBoth('LAKE_UNSUPPORTED', '')
  })

  it.each([
    ['change data feed', protocol(1, 4)],
    ['row tracking', protocol(1, 7, { writerFeatures: ['appendOnly', 'rowTracking', 'domainMetadata'] })],
  ])('is read but not written: %s', async (_, line) => {
    await b.store.put(commit(4), line)
    expect((await b.table.snapshot())?.files).toHaveLength(4)
    await expect(b.table.append({ columns: [], files: [], operation: 'TEST' })).rejects.toMatchObject({
      code: 'LAKE_UNSUPPORTED',
    })
  })

  it('is written where the features ask nothing of an append', async () => {
    await b.store.put(commit(4), protocol(1, 7, { writerFeatures: ['appendOnly', 'invariants'] }))
    expect(await b.table.append({ columns: [], files: [], operation: 'TEST' })).toEqual({
      version: 5,
      committed: true,
    })
  })

  it.each([
    ['not null', { nullable: false, metadata: {} }],
    ['an invariant', { nullable: true, metadata: { 'delta.invariants': '{}' } }],
  ])('is not written where a column has a rule: %s', async (_, rule) => {
    const fields = [{ name: 'id', type: 'long', ...rule }]
    const schemaString = JSON.stringify({ type: 'struct', fields })
    const metaData = { id: 'x', format: { provider: 'parquet' }, schemaString, partitionColumns: [] }
    await b.store.put(commit(4), JSON.stringify({ metaData }))
    expect((await b.table.snapshot())?.columns).toEqual([{ name: 'id', type: 'long' }])
    await expect(b.table.append({ columns: [], files: [], operation: 'TEST' })).rejects.toMatchObject({
      code: 'LAKE_UNSUPPORTED',
      message: expect.stringContaining('id'),
    })
  })

  it('is not read from a checkpoint of the newer form alone', async () => {
    for (let n = 0; n < 4; n++) await b.store.remove(commit(n))
    const name = `${version(3)}.checkpoint.3a0d65cd-4056-49b8-937b-95f9e3ee90e5.parquet`
    await b.store.put(b.log(name), '')
    await expectBoth('LAKE_UNSUPPORTED', name)
  })
})
