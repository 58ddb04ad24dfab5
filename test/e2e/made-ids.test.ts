import { expect, test } from 'vitest'
import { type Lab, makeLab } from '../support/lab.ts'

const config = 'version: 1\nname: ids\ntime_zone: UTC\ncurrency: USD\nrules: { counted_statuses: all }\n'

/** A project with one contract over one file, run; of gold only the facts that need an id. */
async function loaded(contract: string, ...lines: readonly string[]): Promise<Lab> {
  const lab = await makeLab({
    config,
    contracts: { things: `files: data.csv\n${contract}` },
    only: ['fact_transactions', 'fact_service_interactions', 'fact_web_sessions'],
  })
  await lab.put('data.csv', `${lines.join('\n')}\n`)
  await lab.run()
  return lab
}

const ids = async (lab: Lab, select: string): Promise<string[]> =>
  (await lab.sql(`${select} order by amount`)).map((row) => Object.values(row).join(' '))

const FACTS = 'select transaction_id, order_id from gold.fact_transactions'
const columns = 'columns: { Order: order_id, Product: product_id, Amount: amount }'

test('the id of an order line is its key, with separators escaped so that no two keys meet', async () => {
  await using lab = await loaded(
    `entity: transaction\nkey: [order_id, product_id]\n${columns}`,
    'Order,Product,Amount',
    'A,B,1',
    'A/B,C,2',
    'A,B/C,3',
    'A~1B,C,4',
    'A~B,C,5',
    'A,~1B/C,6',
    'A~0B,C,7',
  )
  const made = await ids(lab, FACTS)
  expect(made).toEqual([
    'A/B A',
    'A~1B/C A/B',
    'A/B~1C A',
    'A~01B/C A~1B',
    'A~0B/C A~B',
    'A/~01B~1C A',
    'A~00B/C A~0B',
  ])
})

test('a key of one field is the id as it stands', async () => {
  await using lab = await loaded(
    `entity: transaction\nkey: [order_id]\n${columns}`,
    'Order,Product,Amount',
    'A/1,B,1',
    'A~1,B,2',
  )
  expect(await ids(lab, FACTS)).toEqual(['A/1 A/1', 'A~1 A~1'])
})

test('numbers and days in a key are written as they are stored', async () => {
  await using lab = await loaded(
    'entity: transaction\nkey: [order_id, line_no, sold_on]\ncolumns: { Order: order_id, Line: { field: line_no, type: integer }, Day: { field: sold_on, type: date }, Amount: amount }',
    'Order,Line,Day,Amount',
    'A,01,2024-02-01,1',
    'A,2,2024-02-01,2',
  )
  expect(await ids(lab, FACTS)).toEqual(['A/1/2024-02-01 A', 'A/2/2024-02-01 A'])
})

test('without a key it is delivery and row, and a row without an order is an order of its own', async () => {
  await using lab = await loaded(
    `entity: transaction\nload: append\n${columns}`,
    'Order,Product,Amount',
    'A,B,1',
    'A,B,2',
    ',B,3',
  )
  expect(await ids(lab, FACTS)).toEqual(['1/1 A', '1/2 A', '1/3 1/3'])
})

test('tickets and sessions get theirs in the same way', async () => {
  await using tickets = await loaded(
    'entity: service_interaction\nkey: [customer_id, opened_at]\ncolumns: { Who: customer_id, When: opened_at, What: issue_type }',
    'Who,When,What',
    'C/1,2024-01-01 10:00:00,Late',
  )
  expect(await tickets.sql('select interaction_id from gold.fact_service_interactions')).toEqual([
    { interaction_id: 'C~11/2024-01-01 10:00:00' },
  ])
  await using sessions = await loaded(
    'entity: web_session\nload: append\ncolumns: { Who: customer_id, Began: started_at }',
    'Who,Began',
    'C1,2024-01-01 10:00:00',
    'C1,2024-01-01 10:00:00',
  )
  expect(await sessions.sql('select session_id from gold.fact_web_sessions order by 1')).toEqual([
    { session_id: '1/1' },
    { session_id: '1/2' },
  ])
})
