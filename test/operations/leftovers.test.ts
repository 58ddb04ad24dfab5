import { spawnSync } from 'node:child_process'
import { access, mkdir, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decide, rowsOfBronze } from '../../src/quarantine/decide.ts'
import { csv, customers, ORDER, orders, small, texts } from '../history/small.ts'
import type { Lab } from '../support/lab.ts'

const YESTERDAY = Date.now() / 1000 - 86_400

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function leave(lab: Lab, path: string, text: string, old: boolean): Promise<string> {
  const file = join(lab.root, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  if (old) await utimes(file, YESTERDAY, YESTERDAY)
  return file
}

const deadPid = (): number => spawnSync('true').pid

describe('what killed processes left', () => {
  test('half-written files, and decisions nobody committed, go with the next run; younger ones and claims stay', async () => {
    await using lab = await small({ customers: customers() })
    await lab.put('customers.csv', csv('ID,Name', '1,Ann', ',Nobody'))
    await lab.run()
    const [held] = await lab.held()
    if (!held) throw new Error('nothing is held back')
    await lab.decide({ kind: 'dismiss', ...held })
    const uuid = '0e8dd8d9-5f2c-4f3a-9a51-3f1c1b4d5e6f'
    const log = 'lake/bronze/customers/_delta_log'
    const gone = [
      await leave(lab, `${log}/.tmp-${uuid}`, 'half', true),
      await leave(lab, `${log}/.tmp-${uuid}.parquet`, 'half', true),
      await leave(lab, 'lake/bronze/_decisions/000002-abcdef.parquet', 'half', true),
    ]
    const kept = [
      await leave(lab, `lake/bronze/_decisions/_delta_log/.tmp-${uuid}`, 'now', false),
      await leave(lab, `${log}/.tmp-claim-00000000000000000009.json`, '', true),
      await leave(lab, 'lake/bronze/_decisions/000003-abcdef.parquet', 'now', false),
      await leave(lab, 'lake/bronze/_decisions/of-another-program.parquet', 'theirs', true),
    ]
    await lab.put('customers-2.csv', csv('ID,Name', '2,Bea'))
    await lab.run()
    expect(await Promise.all(gone.map(isThere))).toEqual(gone.map(() => false))
    expect(await Promise.all(kept.map(isThere))).toEqual(kept.map(() => true))
    // The committed decision is older than this process only in the next one; it must outlive any run.
    const { decisions } = await lab.lake()
    expect(await Promise.all(decisions.urls.map(isThere))).toEqual([true])
    for (const url of decisions.urls) await utimes(url, YESTERDAY, YESTERDAY)
    await lab.put('customers-3.csv', csv('ID,Name', '3,Cy'))
    await lab.run()
    expect(await Promise.all(decisions.urls.map(isThere))).toEqual([true])
    expect(await lab.held()).toEqual([])
  })

  test('lock files of dead processes go, those of living ones and of other machines stay', async () => {
    await using lab = await small({ customers: customers() })
    const [dead, here] = [deadPid(), hostname()]
    const holder = (pid: number, host: string) => JSON.stringify({ pid, host, started: '', what: 'c360 run' })
    const gone = [
      await leave(lab, `.c360/lock.${dead}.x1y2`, holder(dead, here), false),
      await leave(lab, `.c360/spill-${dead}-${here}/block.tmp`, '', false),
      await leave(lab, `.c360/lock.${dead}.empty`, '', false),
      await leave(lab, `.c360/lock.stale.${dead}`, holder(dead, here), false),
    ]
    const kept = [
      await leave(lab, `.c360/lock.${process.pid}.x1y2`, holder(process.pid, here), false),
      await leave(lab, `.c360/spill-${process.pid}-${here}/block.tmp`, '', false),
      await leave(lab, `.c360/spill-${dead}-${here}-other/block.tmp`, '', false),
      await leave(lab, `.c360/lock.${dead}.far`, holder(dead, `${here}-other`), false),
    ]
    await lab.put('customers.csv', csv('ID,Name', '1,Ann'))
    await lab.run()
    expect(await Promise.all(gone.map(isThere))).toEqual(gone.map(() => false))
    expect(await Promise.all(kept.map(isThere))).toEqual(kept.map(() => true))
  })
})

describe('a file skipped as a duplicate', () => {
  const OLD = csv(ORDER, '1,C1,2024-01-01,10')
  const amounts = 'select transaction_id, amount from silver.orders order by 1'

  test('comes in by itself when its twin is taken back', async () => {
    await using lab = await small({ orders: orders('load: append') })
    await lab.put('orders-a.csv', OLD)
    await lab.put('orders-b.csv', OLD)
    await lab.run()
    expect(await texts(lab, amounts)).toEqual(['1 10.00'])
    await lab.decideFile('retract', 'orders-a.csv')
    const { files } = await lab.run()
    expect(files).toMatchObject([{ path: 'orders-b.csv', outcome: 'delivered' }])
    expect(await texts(lab, 'select transaction_id, amount, _source_file from silver.orders')).toEqual([
      '1 10.00 orders-b.csv',
    ])
    expect((await lab.run()).outcome).toBe('unchanged')
  })

  test('comes in when its twin is replaced by a newer content of its path', async () => {
    await using lab = await small({ orders: orders('load: append') })
    await lab.put('orders-a.csv', OLD)
    await lab.put('orders-b.csv', OLD)
    await lab.run()
    await lab.put('orders-a.csv', csv(ORDER, '2,C1,2024-01-02,20'))
    await lab.run()
    expect(await texts(lab, amounts)).toEqual(['1 10.00', '2 20.00'])
    expect((await lab.run()).outcome).toBe('unchanged')
  })

  test('is not opened while its twin counts', async () => {
    await using lab = await small({ orders: orders('load: append') })
    for (const name of ['orders-a.csv', 'orders-b.csv', 'orders-c.csv'])
      await lab.put(name, name === 'orders-c.csv' ? csv(ORDER, '3,C1,2024-01-03,30') : OLD)
    await lab.run()
    await lab.decideFile('retract', 'orders-c.csv')
    expect((await lab.run()).files).toEqual([])
  })
})

describe('decisions', () => {
  test('about rows that are not there are refused, all ids before anything is written', async () => {
    await using lab = await small({ customers: customers() })
    await lab.put('customers.csv', csv('ID,Name', '1,Ann', ',Nobody'))
    await lab.run()
    const project = await lab.project()
    expect(await rowsOfBronze(project, ['customers/1/1', 'customers/1/2'])).toEqual([
      { source: 'customers', file: 'customers.csv', delivery: 1, row: 1 },
      { source: 'customers', file: 'customers.csv', delivery: 1, row: 2 },
    ])
    await expect(
      rowsOfBronze(project, [
        'customers/1/1',
        'customers/1/3',
        'customers/2/1',
        'customers/1/0',
        'nobody/1/1',
      ]),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no row `customers/1/3`, `customers/2/1`, `customers/1/0`, `nobody/1/1`.',
    })
    await expect(rowsOfBronze(project, ['customers/1/x'])).rejects.toMatchObject({ code: 'USAGE' })
  })

  test('taken while another version was published count as the person saw them', async () => {
    await using lab = await small({
      customers: customers(),
      orders: orders('key: [transaction_id]').replace(
        'Customer: customer_id',
        'Customer: { field: customer_id, orphan: quarantine }',
      ),
    })
    await lab.put('orders.csv', csv(ORDER, '1,C1,2024-01-01,10'))
    await lab.put('customers.csv', csv('ID,Name', 'C9,Zoe'))
    await lab.run()
    const [held] = await lab.held()
    if (!held) throw new Error('nothing is held back')
    // The parent arrives and releases the row while somebody still looks at version 1 and dismisses it.
    await lab.put('customers-2.csv', csv('ID,Name', 'C1,Ann'))
    await lab.run()
    expect(await texts(lab, 'select count(*) from silver.orders')).toEqual(['1'])
    await decide(await lab.project(), [{ kind: 'dismiss', ...held }], undefined, 1)
    await lab.run()
    expect(await texts(lab, 'select count(*) from silver.orders')).toEqual(['0'])
    expect(await texts(lab, 'select fate from silver._fates')).toEqual(['dismissed'])
  })
})
