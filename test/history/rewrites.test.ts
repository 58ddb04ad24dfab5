import { expect, it } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { plan } from '../../src/plan/plan.ts'
import { silverFields } from '../../src/plan/stage.ts'
import { all } from '../../src/run/execute.ts'
import type { Dialect } from '../../src/sql/dialect.ts'
import type { Lab } from '../support/lab.ts'
import { csv, customers, HELD, ORDER, ordersWith, small } from './small.ts'

it('silver written once, for engines that rewrite tables, is silver changed step by step', async () => {
  await using lab = await small({
    customers: customers('load: full', 'max_delete: 60%'),
    orders: ordersWith(HELD, 'key: [transaction_id]', 'order: [occurred_at]'),
    visits: ordersWith('customer_id', 'load: append').replace('orders*', 'visits*'),
  })
  await lab.put('customers-1.csv', csv('ID,Name', 'C1,Ann', 'C2,Bob', 'C2,Bobby', 'C4,Di', ',Nobody', 'C5,'))
  await lab.put('customers-2.csv', csv('ID,Name,City', 'C2,Robert,Graz', 'C4,Di,', 'C6,Eve,'))
  await lab.put('orders-1.csv', csv(ORDER, '1,C1,2024-02-01,10', '2,C2,2024-01-02,2', '3,C9,2024-01-02,3'))
  await lab.put('orders-2.csv', csv(ORDER, '1,C2,2024-01-01,11', '2,C2,2024-01-02,2', '4,C4,soon,x'))
  await lab.put('visits-1.csv', csv(ORDER, '1,C1,2024-02-01,10', '1,C1,2024-02-01,10'))
  await lab.run()
  await lab.put('customers-3.csv', csv('ID,Name', 'C9,Zoe'))
  await lab.decide({
    kind: 'dismiss',
    source: 'orders',
    file: 'orders-2.csv',
    delivery: 2,
    row: 3,
  })
  await lab.run()
  const stepwise = await silverOf(lab, duckdb.dialect)
  expect(await silverOf(lab, { ...duckdb.dialect, rewrites: true })).toEqual(stepwise)
  const { _fates: fates = [], _held: held = [], quarantine = [] } = stepwise
  expect(new Set(fates.map((row) => row.split(' ')[3]))).toEqual(
    new Set(['superseded', 'deleted', 'dismissed']),
  )
  expect([held.length, quarantine.length]).toEqual([1, 3])
})

/** Rows of every silver table, built from bronze by the statements of a full refresh. */
async function silverOf(lab: Lab, dialect: Dialect): Promise<Record<string, string[]>> {
  const { project, models } = await lab.prepared()
  const { steps } = plan({
    project,
    models,
    dialect,
    lake: await lab.lake(),
    published: undefined,
    fullRefresh: true,
  })
  await using session = await duckdb.connect({})
  for (const { kind, statements } of steps)
    if (kind === 'prepare' || kind === 'source') await session.execute(statements)
  const technical = ['_source_file', '_row_number', '_delivery', '_run_id']
  const tables = [
    ...['quarantine', '_fates', '_held'].map((name) => [name, '*'] as const),
    ...project.contracts.map(
      (contract) => [contract.source, [...silverFields(contract), ...technical].join(', ')] as const,
    ),
  ]
  const silver: Record<string, string[]> = {}
  for (const [name, columns] of tables) {
    const rows = await all(session, `select ${columns} from silver.${name}`)
    silver[name] = rows.map((row) => Object.values(row).map(String).join(' ')).sort()
  }
  return silver
}
