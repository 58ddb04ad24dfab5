import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sparkRemote } from '../../src/engines/spark/remote.ts'
import { prepare } from '../../src/run/prepare.ts'
import { generateRetail } from '../../src/samples/retail.ts'
import { csv, customers, HELD, ORDER, ordersWith, small } from '../history/small.ts'
import { retailProject } from '../support/project.ts'
import { sparkHome } from '../support/spark.ts'
import { startSparkThrift } from '../support/spark-thrift.ts'
import { twoPlaces } from './two-places.ts'

const home = await sparkHome()
const skipped = 'skipped' in home ? home.skipped : undefined
const folder = await mkdtemp(join(tmpdir(), 'c360-spark-run-'))
const spark = process.env.C360_DEV
  ? { host: '127.0.0.1', port: 10777, async [Symbol.asyncDispose]() {} }
  : 'skipped' in home
    ? undefined
    : await startSparkThrift(home, folder)
afterAll(async () => {
  await spark?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const target = (schemaPrefix: string) => {
  const [host, port] = [spark?.host ?? '', spark?.port ?? 0]
  const r = sparkRemote('spark', host, { schemaPrefix }, async () => ({ engine: 'spark', host, port }))
  return {
    ...r,
    connect: async (signal: any) => {
      const s = await r.connect(signal)
      return {
        ...s,
        stream: async function* (sql: string, sg: any) {
          const t = Date.now()
          yield* s.stream(sql, sg)
          console.log(Date.now() - t, 'Q', sql.slice(0, 150))
        },
        execute: async (list: any, o: any) => {
          for (const q of list) {
            const t = Date.now()
            await s.execute([q], o)
            console.log(Date.now() - t, q.slice(0, 150))
          }
        },
        [Symbol.asyncDispose]: () => s[Symbol.asyncDispose](),
      }
    },
  } as any
}

describe.skipIf(skipped)(`a run on Spark${skipped ? ` (${skipped})` : ''}`, () => {
  const models = ['dim_customers', 'fact_transactions', 'customer_purchases']

  it('goes on as the embedded engine does: first, more, nothing, a late parent, a full load, a full refresh', async () => {
    await using lab = await small(
      {
        customers: customers('load: full', 'max_delete: 60%'),
        orders: ordersWith(HELD, 'key: [transaction_id]', 'order: [occurred_at]'),
      },
      models,
    )
    const places = twoPlaces(() => lab.prepared(), target(`small${Date.now()}_`))
    await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob', 'C2,Bobby', ',Nobody'))
    await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C3,2024-01-02,20.005', '3,C1,soon,x'))
    expect((await places.run()).outcome).toBe('published')
    expect(await places.differences()).toEqual([])

    await lab.put('orders-2.csv', csv(ORDER, '1,C2,2024-02-01,11', '4,C2,2024-02-02T10:00:00+02:00,5'))
    await places.run()
    expect(await places.differences()).toEqual([])
    expect((await places.there()).outcome).toBe('unchanged')

    await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bob', 'C3,Cy'))
    await places.run()
    expect(await places.differences()).toEqual([])
    expect((await places.run({ fullRefresh: true })).outcome).toBe('published')
    expect(await places.differences()).toEqual([])
  }, 600_000)

  it.skipIf(process.env.C360_DEV === 'small')(
    'gives the retail example the gold of the embedded engine, all models certified',
    async () => {
      await using project = await retailProject()
      await generateRetail(join(project.root, 'landing'), { customers: 150, seed: 7 })
      const places = twoPlaces(() => prepare(project.root), target(`shop${Date.now()}_`))
      const { manifest } = await places.run()
      expect(Object.values(manifest?.models ?? {}).every(({ certificate }) => certificate.certified)).toBe(
        true,
      )
      expect(await places.differences()).toEqual([])
    },
    900_000,
  )
})
