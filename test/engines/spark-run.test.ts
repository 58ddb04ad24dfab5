import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Remote, Session } from '../../src/engines/engine.ts'
import { sparkRemote } from '../../src/engines/spark/remote.ts'
import { prepare } from '../../src/run/prepare.ts'
import { generateRetail } from '../../src/samples/retail.ts'
import { csv, customers, HELD, ORDER, ordersWith, small } from '../history/small.ts'
import { everyEngine } from '../support/long.ts'
import { retailProject } from '../support/project.ts'
import { sparkHome } from '../support/spark.ts'
import { startSparkThrift } from '../support/spark-thrift.ts'
import { twoPlaces } from './two-places.ts'

const home = await sparkHome()
const skipped = 'skipped' in home ? home.skipped : undefined
const folder = await mkdtemp(join(tmpdir(), 'c360-spark-run-'))
const spark = 'skipped' in home ? undefined : await startSparkThrift(home, folder)
afterAll(async () => {
  await spark?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const target = (schemaPrefix: string, lakeUrl?: string) => {
  const [host, port] = [spark?.host ?? '', spark?.port ?? 0]
  const place = { schemaPrefix, ...(lakeUrl === undefined ? {} : { lakeUrl }) }
  return sparkRemote('spark', host, place, async () => ({ engine: 'spark', host, port }))
}

/** A target that hears nothing more from its runner once it has died. */
function dying(remote: Remote) {
  let dead = false
  const alive = () => {
    if (dead) throw new Error('dead')
  }
  return {
    remote: {
      ...remote,
      async connect(signal?: AbortSignal): Promise<Session> {
        const session = await remote.connect(signal)
        return {
          async execute(...args) {
            alive()
            await session.execute(...args)
          },
          stream(...args) {
            alive()
            return session.stream(...args)
          },
          [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
        }
      },
    } satisfies Remote,
    at: (name: string) => (reached: string) => {
      dead ||= reached === name
      alive()
    },
    live() {
      dead = false
    },
  }
}

describe.skipIf(skipped)(`a run on Spark${skipped ? ` (${skipped})` : ''}`, () => {
  const models = ['dim_customers', 'fact_transactions', 'customer_purchases']

  it('gives what the embedded engine gives', async () => {
    await using lab = await small({ customers: customers() }, ['dim_customers'])
    const places = twoPlaces(() => lab.prepared(), target(`few${Date.now()}_`))
    await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob', 'C2,Bobby', ',Nobody'))
    expect((await places.run()).outcome).toBe('published')
    expect(await places.differences()).toEqual([])
  }, 600_000)

  it.runIf(everyEngine)(
    'goes on after a death half-way, shows readers nothing of it, and does nothing where nothing is new',
    async () => {
      await using lab = await small({ customers: customers() }, ['dim_customers'])
      const mortal = dying(target(`dying${Date.now()}_`))
      const places = twoPlaces(() => lab.prepared(), mortal.remote)
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
      await places.run()
      const gold = await places.shown()
      await lab.put('customers-2.csv', csv('ID,Name', 'C3,Cy', 'C2,Robert'))
      await expect(places.there({ boundary: mortal.at('step.model') })).rejects.toThrow('dead')
      mortal.live()
      expect(await places.shown()).toEqual(gold)

      await places.run()
      expect(await places.differences()).toEqual([])
      expect((await places.there()).outcome).toBe('unchanged')
    },
    600_000,
  )

  it.runIf(everyEngine)(
    'lets orphans in when their parents come; newest wins by a declared order',
    async () => {
      await using lab = await small(
        {
          customers: customers(),
          orders: ordersWith(HELD, 'key: [transaction_id]', 'order: [occurred_at]'),
        },
        models,
      )
      const places = twoPlaces(() => lab.prepared(), target(`small${Date.now()}_`))
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
      await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-01-01,10', '2,C3,2024-01-02,20.005', '3,C1,soon,x'))
      await places.run()
      expect(await places.differences()).toEqual([])
      await lab.put('orders-2.csv', csv(ORDER, '1,C2,2024-02-01,11', '4,C2,2024-02-02T10:00:00+02:00,5'))
      await lab.put('customers-2.csv', csv('ID,Name', 'C3,Cy'))
      await places.run()
      expect(await places.differences()).toEqual([])
    },
    600_000,
  )

  it.runIf(everyEngine)(
    'knows full loads and a full refresh',
    async () => {
      await using lab = await small({ customers: customers('load: full', 'max_delete: 60%') }, models)
      const places = twoPlaces(() => lab.prepared(), target(`full${Date.now()}_`))
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob', 'C4,Di'))
      await places.run()
      await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bobby', 'C3,Cy', 'C4,Di'))
      await places.run()
      expect(await places.differences()).toEqual([])
      await lab.put('customers-3.csv', csv('ID,Name', 'C9,Zoe'))
      expect((await places.run()).manifest?.held.customers).toHaveLength(1)
      expect(await places.differences()).toEqual([])
      expect((await places.run({ fullRefresh: true })).outcome).toBe('published')
      expect(await places.differences()).toEqual([])
    },
    600_000,
  )

  it.runIf(everyEngine)(
    'waits for a run of another machine, unless it is told that one is dead; the engine may read the lake itself',
    async () => {
      await using lab = await small({ customers: customers() }, ['dim_customers'])
      const prefix = `taken${Date.now()}_`
      const remote = target(prefix, `file:${join(lab.root, 'lake')}`)
      const places = twoPlaces(() => lab.prepared(), remote)
      await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann'))
      await places.run()
      expect(await places.differences()).toEqual([])
      await using session = await remote.connect()
      await session.execute([
        `insert into ${remote.dialect.table('bronze', '_versions')} select 2, 'theirs', 'working', 'elsewhere', '2024-01-01', '{}'`,
      ])
      await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bob'))
      await expect(places.there()).rejects.toMatchObject({ code: 'LOCKED', message: /theirs on elsewhere/ })
      await places.run({ takeOver: true })
      expect(await places.differences()).toEqual([])
    },
    600_000,
  )

  it.runIf(everyEngine)(
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
