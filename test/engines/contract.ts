import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Remote, Session } from '../../src/engines/engine.ts'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { runOnTarget } from '../../src/run/target/run.ts'
import { generateRetail } from '../../src/samples/retail.ts'
import { csv, customers, HELD, ORDER, ordersWith, small } from '../history/small.ts'
import { everyEngine } from '../support/long.ts'
import { retailProject } from '../support/project.ts'
import { brokenModels, failed } from './broken-models.ts'
import { dying } from './dying.ts'
import { inParity } from './in-parity.ts'
import { twoPlaces } from './two-places.ts'

/** What every engine must do as the embedded one does it. */
export type Scenario =
  | 'first'
  | 'incremental'
  | 'late parent'
  | 'full load'
  | 'full refresh'
  | 'death half-way'
  | 'model gone'
  | 'broken models'
  | "another host's run"
  | 'own reading'
  | 'retail'

/** An engine under the contract, or a server of it. */
export interface Place {
  /** As it is called in the tests' names. */
  readonly name: string
  /** Why nothing can be tried here at all. */
  readonly skipped?: string | undefined
  /** A target whose tables no other call has seen; where it may read the project's lake itself, `lake` is its folder. */
  remote(lake?: string): Remote | Promise<Remote>
  /** What it cannot do, each with its reason; the reason is in the name of the skipped test. */
  readonly cannot?: Readonly<Partial<Record<Scenario, string>>>
  /** What `npm test` takes; the rest only with C360_ENGINES=1. */
  readonly always: readonly Scenario[]
}

const WAIT = 900_000
const models = ['dim_customers', 'fact_transactions', 'customer_purchases']

/** The one suite over engines: the same files, run in the embedded engine and in a target, must make the same silver and gold. */
export function contract(place: Place): void {
  const scenario = (name: Scenario, what: string, work: () => Promise<void>) => {
    const reason = place.cannot?.[name] ?? (mayRun(name) ? undefined : 'npm run test:engines')
    it.skipIf(reason !== undefined)(
      `${what}${reason === undefined ? '' : ` (SKIPPED: ${reason})`}`,
      work,
      WAIT,
    )
  }
  const mayRun = (name: Scenario) => everyEngine || place.always.includes(name)
  const { skipped } = place

  describe.skipIf(skipped !== undefined)(
    `a run on ${place.name}${skipped ? ` (SKIPPED: ${skipped})` : ''}`,
    () => {
      scenario('first', 'gives what the embedded engine gives, and proves it by checksums', async () => {
        await using lab = await small({ customers: customers() }, ['dim_customers'])
        const remote = await place.remote()
        const places = twoPlaces(() => lab.prepared(), remote)
        await lab.put(
          'customers-1.csv',
          csv('ID,Name', 'C1,Ann', "C2,Bo\\b O'Neil", 'C2,Bobby', ',Nobody', 'C3,Ünal 🛒'),
        )
        expect((await places.run()).outcome).toBe('published')
        expect(await places.differences()).toEqual([])
        expect(await inParity(await lab.prepared(), remote)).toEqual([])
      })

      scenario(
        'incremental',
        'takes what is new, newest first by a declared order, and does nothing where nothing is',
        async () => {
          await using lab = await small(
            {
              customers: customers(),
              orders: ordersWith('customer_id', 'key: [transaction_id]', 'order: [occurred_at]'),
            },
            models,
          )
          const remote = await place.remote()
          const places = twoPlaces(() => lab.prepared(), remote)
          await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
          await lab.put(
            'orders-1.csv',
            csv(ORDER, '1,C1,2024-02-01,10', '2,C9,2024-01-02,20.005', '3,C1,soon,x'),
          )
          await places.run()
          await lab.put(
            'orders-2.csv',
            csv(ORDER, '1,C2,2024-01-01,11', '2,C2,2024-02-02T10:00:00+02:00,"1,005.50"'),
          )
          await lab.put('customers-2.csv', csv('ID,Name,City', 'C2,Robert,Graz', 'C3,Cy,'))
          expect((await places.run()).outcome).toBe('published')
          expect(await places.differences()).toEqual([])
          expect(await inParity(await lab.prepared(), remote)).toEqual([])
          const gold = await places.shown()
          expect((await places.there()).outcome).toBe('unchanged')
          expect(await places.shown()).toEqual(gold)
        },
      )

      scenario('late parent', 'lets orphans in when their parents come', async () => {
        await using lab = await small(
          {
            customers: customers(),
            orders: ordersWith(HELD, 'key: [transaction_id]', 'order: [occurred_at]'),
          },
          models,
        )
        const places = twoPlaces(() => lab.prepared(), await place.remote())
        await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
        await lab.put(
          'orders-1.csv',
          csv(ORDER, '1,C1,2024-01-01,10', '2,C3,2024-01-02,20.005', '3,C1,soon,x'),
        )
        await places.run()
        expect(await places.differences()).toEqual([])
        await lab.put('orders-2.csv', csv(ORDER, '1,C2,2024-02-01,11', '4,C2,2024-02-02T10:00:00+02:00,5'))
        await lab.put('customers-2.csv', csv('ID,Name', 'C3,Cy'))
        await places.run()
        expect(await places.differences()).toEqual([])
      })

      scenario(
        'full load',
        'takes away what a full load lacks, and holds one that would take too much',
        async () => {
          await using lab = await small({ customers: customers('load: full', 'max_delete: 60%') }, models)
          const places = twoPlaces(() => lab.prepared(), await place.remote())
          await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob', 'C4,Di'))
          await places.run()
          await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bobby', 'C3,Cy', 'C4,Di'))
          await places.run()
          expect(await places.differences()).toEqual([])
          await lab.put('customers-3.csv', csv('ID,Name', 'C9,Zoe'))
          expect((await places.run()).manifest?.held.customers).toHaveLength(1)
          expect(await places.differences()).toEqual([])
        },
      )

      scenario('full refresh', 'builds all of it anew', async () => {
        await using lab = await small({ customers: customers() }, models)
        const places = twoPlaces(() => lab.prepared(), await place.remote())
        await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
        await places.run()
        await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bobby'))
        expect((await places.run({ fullRefresh: true })).outcome).toBe('published')
        expect(await places.differences()).toEqual([])
      })

      for (const moment of ['step.source', 'step.model', 'target.before_commit', 'target.committed'] as const)
        scenario(
          'death half-way',
          `goes on after a death at ${moment}; readers saw one version or the other`,
          async () => {
            await using lab = await small({ customers: customers() }, ['dim_customers'])
            const mortal = dying(await place.remote())
            const places = twoPlaces(() => lab.prepared(), mortal.remote)
            await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
            await places.run()
            const gold = await places.shown()
            await lab.put('customers-2.csv', csv('ID,Name', 'C3,Cy', 'C2,Robert'))
            await expect(places.there({ boundary: mortal.at(moment) })).rejects.toThrow('dead')
            mortal.live()
            expect(await places.shown()).toEqual(gold)
            await places.run()
            expect(await places.differences()).toEqual([])
            expect((await places.there()).outcome).toBe('unchanged')
          },
        )

      scenario('model gone', 'takes a model that is gone from its readers', async () => {
        await using lab = await small({ customers: customers() }, models)
        const remote = await place.remote()
        const prepared = await lab.prepared()
        const few = { ...prepared, models: prepared.models.filter(({ name }) => name === 'dim_customers') }
        await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann'))
        await twoPlaces(async () => prepared, remote).run()
        for (const name of ['C2,Bob', 'C3,Cy']) {
          await lab.put(`customers-${name.slice(0, 2)}.csv`, csv('ID,Name', name))
          const places = twoPlaces(async () => few, remote)
          await places.run()
          expect(await places.differences()).toEqual([])
          expect(await canRead(remote, 'dim_customers')).toBe(true)
          expect(await canRead(remote, 'customer_purchases')).toBe(false)
        }
      })

      scenario(
        'broken models',
        'names all models that do not run, as the embedded engine does, and shows none of that run',
        async () => {
          const only = ['dim_customers', ...Object.keys(brokenModels)]
          await using lab = await small({ customers: customers() }, only, brokenModels)
          const whole = await lab.prepared()
          const sound = { ...whole, models: whole.models.filter(({ name }) => !(name in brokenModels)) }
          const remote = await place.remote()
          const before = twoPlaces(async () => sound, remote)
          await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob'))
          await before.run()
          const gold = await before.shown()
          await lab.put('customers-2.csv', csv('ID,Name', 'C3,Cy'))
          const here = await failed((options) => run(whole, options))
          const there = await failed((options) => runOnTarget(whole, remote, options))
          expect(here.problems).toEqual(['a_broken', 'c_broken', 'd_checks'])
          expect(here.tried).toEqual([...here.problems, 'dim_customers'])
          expect(there).toEqual({ ...here, said: there.said })
          for (const message of [...here.said, ...there.said]) expect(message).not.toMatch(/Ann|Bob|Cy/)
          for (const message of there.said) expect(message).toContain(remote.where)
          expect(await before.shown()).toEqual(gold)
          await before.run()
          expect(await before.differences()).toEqual([])
        },
      )

      scenario(
        "another host's run",
        'waits for a run of another machine, unless it is told that one is dead',
        async () => {
          await using lab = await small({ customers: customers() }, ['dim_customers'])
          const remote = await place.remote()
          const places = twoPlaces(() => lab.prepared(), remote)
          await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann'))
          await places.run()
          await using session = await remote.connect()
          await session.execute([
            `insert into ${remote.dialect.table('bronze', '_versions')} select 2, 'theirs', 'working', 'elsewhere', '2024-01-01', '{}'`,
          ])
          await lab.put('customers-2.csv', csv('ID,Name', 'C2,Bob'))
          await expect(places.there()).rejects.toMatchObject({
            code: 'LOCKED',
            message: /theirs on elsewhere/,
          })
          await places.run({ takeOver: true })
          expect(await places.differences()).toEqual([])
        },
      )

      scenario('own reading', "reads the lake's files itself where it can see them", async () => {
        await using lab = await small({ customers: customers() }, ['dim_customers'])
        const places = twoPlaces(() => lab.prepared(), await place.remote(join(lab.root, 'lake')))
        await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann'))
        await places.run()
        await lab.put('customers-2.csv', csv('ID,Name,City', 'C2,Bob,Graz'))
        await places.run()
        expect(await places.differences()).toEqual([])
      })

      scenario(
        'retail',
        'gives the retail example the gold of the embedded engine, all models certified',
        async () => {
          await using project = await retailProject()
          await generateRetail(join(project.root, 'landing'), { customers: 150, seed: 7 })
          const remote = await place.remote()
          const places = twoPlaces(() => prepare(project.root), remote)
          const { manifest } = await places.run()
          expect(
            Object.values(manifest?.models ?? {}).every(({ certificate }) => certificate.certified),
          ).toBe(true)
          expect(await places.differences()).toEqual([])
          expect(await inParity(await prepare(project.root), remote)).toEqual([])
        },
      )
    },
  )
}

async function canRead(remote: Remote, model: string): Promise<boolean> {
  await using session: Session = await remote.connect()
  try {
    for await (const _ of session.stream(`select * from ${remote.shown(model)} where 1 = 0`)) return true
    return true
  } catch {
    return false
  }
}
