import { describe, expect, test } from 'vitest'
import { differences, unaccounted } from '../support/compare.ts'
import { type Lab, makeLab } from '../support/lab.ts'

const config = 'version: 1\nname: lines\ntime_zone: UTC\ncurrency: USD\nrules: { counted_statuses: all }\n'
const columns =
  'columns: { Order: order_id, Product: product_id, Day: { field: occurred_at }, Amount: amount }'
const contracts = {
  keyed: `files: lines*.csv\nentity: transaction\nkey: [order_id, product_id]\norder: [occurred_at]\n${columns}\n`,
  keyless: `files: lines*.csv\nentity: transaction\nload: append\n${columns}\n`,
}
const HEADER = 'Order,Product,Day,Amount'
const file = (...rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`

const lines = (kind: keyof typeof contracts): Promise<Lab> =>
  makeLab({ config, contracts: { lines: contracts[kind] }, only: ['fact_transactions'] })

/** Runs, and holds what must be true after any run: incremental equals full, one fate per row, one fact per id and silver row. */
async function facts(lab: Lab): Promise<string[]> {
  const result = await lab.run()
  const database = await lab.newest(result)
  expect(await differences(database, (await lab.refreshed()).database)).toEqual([])
  expect(await unaccounted(database, (await lab.lake()).sources, ['lines'])).toEqual([])
  const [counts] = await lab.sql(
    'select count(*) as facts, count(distinct transaction_id) as ids, (select count(*) from silver.lines) as silver from gold.fact_transactions',
  )
  expect(counts?.ids).toEqual(counts?.facts)
  expect(counts?.silver).toEqual(counts?.facts)
  const rows = await lab.sql(
    'select transaction_id as id, order_id as o, cast(amount as varchar) as a from gold.fact_transactions order by all',
  )
  return rows.map(({ id, o, a }) => `${id} of ${o}: ${a}`)
}

describe('order lines without an id of their own', () => {
  test('with a key: new, late, overwritten and retracted files never double a fact', async () => {
    await using lab = await lines('keyed')
    await lab.put('lines-2.csv', file('A,P1,2024-02-01,10', 'A,P2,2024-02-01,20'))
    expect(await facts(lab)).toEqual(['A/P1 of A: 10.00', 'A/P2 of A: 20.00'])
    // A newer version of one line, a new line, and in a late file an older version.
    await lab.put('lines-3.csv', file('A,P2,2024-03-01,25', 'A/P1,P2,2024-03-01,30'))
    await lab.put('lines-1.csv', file('A,P1,2024-01-01,9', 'B,P1,2024-01-01,5'))
    const others = ['A~1P1/P2 of A/P1: 30.00', 'B/P1 of B: 5.00']
    expect(await facts(lab)).toEqual(['A/P1 of A: 10.00', 'A/P2 of A: 25.00', ...others])
    // Overwritten: upsert adds what is new in it.
    await lab.put('lines-3.csv', file('A,P2,2024-03-02,26'))
    expect(await facts(lab)).toEqual(['A/P1 of A: 10.00', 'A/P2 of A: 26.00', ...others])
    // The newest delivery of the file goes; the one before it counts again.
    await lab.decideFile('retract', 'lines-3.csv')
    await lab.decideFile('retract', 'lines-2.csv')
    expect(await facts(lab)).toEqual(['A/P1 of A: 9.00', 'A/P2 of A: 25.00', ...others])
  })

  test('without a key: every row is a fact, by delivery and row, and a file that changes replaces its own', async () => {
    await using lab = await lines('keyless')
    await lab.put('lines-2.csv', file('A,P1,2024-02-01,10', 'A,P1,2024-02-01,10'))
    expect(await facts(lab)).toEqual(['1/1 of A: 10.00', '1/2 of A: 10.00'])
    // The same content under another name is no delivery of its own: nothing is doubled.
    await lab.put('lines-2 (1).csv', file('A,P1,2024-02-01,10', 'A,P1,2024-02-01,10'))
    await lab.put('lines-1.csv', file('B,P1,2024-01-01,5'))
    const late = await facts(lab)
    expect(late.slice(0, 2)).toEqual(['1/1 of A: 10.00', '1/2 of A: 10.00'])
    expect(late.slice(2).map(withoutDelivery)).toEqual(['1 of B: 5.00'])
    await lab.put('lines-1.csv', file('B,P1,2024-01-01,5', 'B,P2,2024-01-01,6'))
    const overwritten = await facts(lab)
    expect(overwritten.map(withoutDelivery).sort()).toEqual([
      '1 of A: 10.00',
      '1 of B: 5.00',
      '2 of A: 10.00',
      '2 of B: 6.00',
    ])
    // A row that comes again is a row of another delivery, with an id of its own.
    expect(overwritten).not.toContain(late[2])
    await lab.decideFile('retract', 'lines-1.csv')
    expect(await facts(lab)).toEqual(late)
  })
})

const withoutDelivery = (fact: string): string => fact.replace(/^\d+\//, '')
