import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { goldModels, type Row, Warehouse } from './warehouse.ts'

vi.setConfig({ testTimeout: 60_000 })

const models = await goldModels()

let warehouse: Warehouse
beforeEach(async () => {
  warehouse = await Warehouse.open()
})
afterEach(() => warehouse[Symbol.asyncDispose]())

/** Builds everything; whatever the input, the shipped models must be certified. */
async function gold(sql: string): Promise<Row[]> {
  await warehouse.build(models)
  expect(await warehouse.failures(models)).toEqual([])
  return warehouse.rows(sql)
}

const customers = (...ids: string[]) =>
  warehouse.add(
    'customers',
    ids.map((customer_id) => ({ customer_id, name: `Name ${customer_id}` })),
  )

describe('nothing to show', () => {
  test('without any input every model is an empty table, but for the row `all`', async () => {
    await gold('select 1')
    for (const { name } of models) {
      const rows = await warehouse.rows(`select * from gold.${name}`)
      const all = { channel: 'all', orders: '0', total_sales: '0.00', average_order_value: null }
      expect(rows).toEqual(name === 'average_order_value_by_channel' ? [all] : [])
    }
  })

  test('without a counted sale nobody is high-value and everybody inactive', async () => {
    await customers('1', '2')
    await warehouse.sell([
      { transaction_id: 't1', customer_id: '1', product_id: 'p', amount: 10, status: 'Failed' },
    ])
    const rows = await gold(
      'select customer_segment, activity_status, average_order_value, orders from customer_360',
    )
    const row = {
      customer_segment: 'Regular Customer',
      activity_status: 'Inactive',
      average_order_value: null,
      orders: '0',
    }
    expect(rows).toEqual([row, row])
    expect(await warehouse.rows('select * from average_order_value_by_product')).toEqual([])
  })
})

describe('orders', () => {
  test('lines of one order count once per product, category, channel and customer', async () => {
    await customers('1')
    await warehouse.add('products', [
      { product_id: 'p1', category: 'A' },
      { product_id: 'p2', category: 'A' },
    ])
    const line = { customer_id: '1', order_id: 'o1' }
    await warehouse.sell([
      { ...line, transaction_id: 'o1', product_id: 'p1', amount: 10 },
      { ...line, transaction_id: 't2', product_id: 'p2', amount: 5 },
      { ...line, transaction_id: 't3', product_id: 'p2', amount: 3 },
      { customer_id: '1', transaction_id: 't4', product_id: 'p2', amount: 2 },
    ])
    const product = await gold(
      'select product_id, orders, total_sales, average_order_value as aov from average_order_value_by_product order by product_id',
    )
    expect(product).toEqual([
      { product_id: 'p1', orders: '1', total_sales: '10.00', aov: '10.00' },
      { product_id: 'p2', orders: '2', total_sales: '10.00', aov: '5.00' },
    ])
    expect(
      await warehouse.rows('select category, orders, total_sales from average_order_value_by_category'),
    ).toEqual([{ category: 'A', orders: '2', total_sales: '20.00' }])
    expect(
      await warehouse.rows('select channel, orders from average_order_value_by_channel order by channel'),
    ).toEqual([
      { channel: 'all', orders: '2' },
      { channel: 'online', orders: '2' },
    ])
    expect(await warehouse.rows('select orders, average_order_value as aov from customer_360')).toEqual([
      { orders: '2', aov: '10.00' },
    ])
  })

  test('the same order number in two sources is two orders, and an order over two channels is one of all', async () => {
    await warehouse.sell([
      { transaction_id: 'x1', order_id: 'o', amount: 1, source: 'a' },
      { transaction_id: 'x1', order_id: 'o', amount: 1, source: 'b' },
      { transaction_id: 'x2', order_id: 'o', amount: 1, source: 'b', channel: 'in_store' },
    ])
    expect(await gold('select channel, orders from average_order_value_by_channel order by channel')).toEqual(
      [
        { channel: 'all', orders: '2' },
        { channel: 'in_store', orders: '1' },
        { channel: 'online', orders: '2' },
      ],
    )
  })

  test('an order without counted lines is none; its counted lines alone make one', async () => {
    await customers('1')
    await warehouse.sell([
      { transaction_id: 'a1', order_id: 'a', customer_id: '1', amount: 4, status: 'Failed' },
      { transaction_id: 'a2', order_id: 'a', customer_id: '1', amount: 6 },
      { transaction_id: 'b1', order_id: 'b', customer_id: '1', amount: 9, status: 'Pending' },
    ])
    expect(await gold('select orders, total_spend from customer_360')).toEqual([
      { orders: '1', total_spend: '6.00' },
    ])
  })

  test('refunds lower sales and can make an average negative, rounded away from zero', async () => {
    await warehouse.sell([
      { transaction_id: 't1', product_id: 'p', amount: 10 },
      { transaction_id: 't2', product_id: 'p', amount: -10.01 },
    ])
    expect(
      await gold(
        'select orders, total_sales, average_order_value as aov from average_order_value_by_product',
      ),
    ).toEqual([{ orders: '2', total_sales: '-0.01', aov: '-0.01' }])
  })

  test('sales without customer, product, store, channel or status still count where they can', async () => {
    await warehouse.sell([{ transaction_id: 't1', amount: 7, channel: null, status: null }])
    expect(
      await gold('select channel, total_sales from average_order_value_by_channel order by channel'),
    ).toEqual([
      { channel: 'all', total_sales: '7.00' },
      { channel: 'unknown', total_sales: '7.00' },
    ])
    expect(await warehouse.rows('select count(*) as n from dim_customers')).toEqual([{ n: '0' }])
  })

  test('a product nobody described is a stub, and its sales are under Unknown', async () => {
    await warehouse.sell([{ transaction_id: 't1', product_id: 'ghost', amount: 7 }])
    expect(await gold('select category, orders from average_order_value_by_category')).toEqual([
      { category: 'Unknown', orders: '1' },
    ])
    expect(await warehouse.rows('select product_id, is_inferred from dim_products')).toEqual([
      { product_id: 'ghost', is_inferred: true },
    ])
  })
})

describe('segments', () => {
  const spends = async (amounts: readonly number[]) => {
    await customers(...amounts.map((_, index) => String(index)))
    await warehouse.sell(
      amounts.flatMap((amount, index) => [
        { transaction_id: `${index}a`, customer_id: String(index), amount },
        { transaction_id: `${index}b`, customer_id: String(index), amount: 0 },
      ]),
    )
  }
  const high =
    "select customer_id from customer_segmentation where customer_segment = 'High-Value Customer' order by 1"

  test('the percentile is interpolated exactly, and equal spenders are equal', async () => {
    await warehouse.rules({ percentile: 0.5 })
    await spends([10, 20, 30, 30])
    expect(await gold(high)).toEqual([{ customer_id: '2' }, { customer_id: '3' }])
  })

  test('a spend of just the interpolated value is high', async () => {
    await warehouse.rules({ percentile: 0.75 })
    await spends([0, 0, 0, 10.01, 10.01])
    expect(await gold(high)).toEqual([{ customer_id: '3' }, { customer_id: '4' }])
  })

  test.each([
    { population: 'all_customers', expected: ['0', '1'] },
    { population: 'buyers', expected: ['0'] },
  ] as const)('who has bought nothing counts in $population as it says', async ({ population, expected }) => {
    await warehouse.rules({ percentile: 0.6, population })
    await spends([100, 50])
    await customers('n1', 'n2', 'n3')
    expect((await gold(high)).map(({ customer_id }) => customer_id)).toEqual(expected)
  })

  test('inferred customers have a row, and stay out of the population', async () => {
    await warehouse.rules({ percentile: 1 })
    await spends([10, 5])
    await warehouse.sell([
      { transaction_id: 's1', customer_id: 'stub', amount: 900 },
      { transaction_id: 's2', customer_id: 'stub', amount: 100 },
    ])
    expect(await gold(high)).toEqual([{ customer_id: '0' }, { customer_id: 'stub' }])
    expect(
      await warehouse.rows("select is_inferred, total_spend from customer_360 where customer_id = 'stub'"),
    ).toEqual([{ is_inferred: true, total_spend: '1000.00' }])
  })

  test('nobody who never bought is high-value, even where most did not', async () => {
    await spends([1])
    await customers('n1', 'n2')
    await warehouse.rules({ percentile: 0.1 })
    expect(await gold(high)).toEqual([{ customer_id: '0' }])
  })

  test('the best tier counts; one the rules do not name ranks below all others', async () => {
    await customers('1', '2', '3')
    await warehouse.add('loyalty_accounts', [
      { loyalty_id: 'l1', customer_id: '1', tier: 'Silver', points_earned: 5 },
      { loyalty_id: 'l2', customer_id: '1', tier: 'Gold', points_earned: 7 },
      { loyalty_id: 'l3', customer_id: '2', tier: 'Jade', points_earned: 1 },
      { loyalty_id: 'l4', customer_id: '2', tier: 'Bronze', points_earned: 1 },
      { loyalty_id: 'l5', customer_id: '3', tier: 'Jade', points_earned: 1 },
    ])
    const rows = await gold(
      'select customer_id, tier, points, customer_segment from customer_360 order by customer_id',
    )
    expect(rows).toEqual([
      { customer_id: '1', tier: 'Gold', points: '12', customer_segment: 'Loyalty Champion' },
      { customer_id: '2', tier: 'Bronze', points: '2', customer_segment: 'Regular Customer' },
      { customer_id: '3', tier: 'Jade', points: '1', customer_segment: 'Regular Customer' },
    ])
  })
})

describe('time', () => {
  test('midnight is hour 0 of its own day, and the local clock decides', async () => {
    await warehouse.sell([
      { transaction_id: 't1', amount: 1, occurred_at: '2025-03-03 00:00:00' },
      {
        transaction_id: 't2',
        amount: 1,
        occurred_at: '2025-03-03 00:30:00',
        occurred_at_local: '2025-03-02 19:30:00',
      },
    ])
    expect(
      await gold('select day_of_week, iso_weekday, hour_of_day from peak_times order by iso_weekday'),
    ).toEqual([
      { day_of_week: 'Monday', iso_weekday: 1, hour_of_day: 0 },
      { day_of_week: 'Sunday', iso_weekday: 7, hour_of_day: 19 },
    ])
    expect(await warehouse.rows('select date, iso_week, is_weekend from dim_date order by date')).toEqual([
      { date: '2025-03-02', iso_week: 9, is_weekend: true },
      { date: '2025-03-03', iso_week: 10, is_weekend: false },
    ])
  })

  test('the calendar has every day over many years', async () => {
    await warehouse.sell([
      { transaction_id: 't1', amount: 1, occurred_at: '1900-01-01 00:00:00' },
      { transaction_id: 't2', amount: 1, occurred_at: '2199-12-31 00:00:00' },
    ])
    expect(
      await gold('select count(*) as days, min(date) as first, max(date) as last from dim_date'),
    ).toEqual([{ days: '109573', first: '1900-01-01', last: '2199-12-31' }])
  })

  test('of equally busy hours the earlier ranks first, and three are kept', async () => {
    await warehouse.sell(
      [9, 9, 8, 8, 7, 6].map((hour, i) => ({
        transaction_id: `t${i}`,
        amount: 1,
        occurred_at: `2025-03-03 0${hour}:00:00`,
      })),
    )
    expect(
      (await gold('select hour_of_day from top_hours order by hour_rank')).map(
        ({ hour_of_day }) => hour_of_day,
      ),
    ).toEqual([8, 9, 6])
  })

  test.each([
    { asOf: undefined, statuses: ['Active', 'Dormant'], days: ['0', '109'] },
    { asOf: '2025-09-01', statuses: ['Dormant', 'Dormant'], days: ['93', '202'] },
  ])('activity is seen from the newest counted sale, or from $asOf', async ({ asOf, statuses, days }) => {
    await warehouse.rules(asOf === undefined ? {} : { asOf })
    await customers('1', '2')
    await warehouse.sell([
      { transaction_id: 't1', customer_id: '1', amount: 1, occurred_at: '2025-05-31 23:00:00' },
      { transaction_id: 't2', customer_id: '2', amount: 1, occurred_at: '2025-02-11 10:00:00' },
      {
        transaction_id: 't3',
        customer_id: '2',
        amount: 1,
        occurred_at: '2025-12-11 10:00:00',
        status: 'Failed',
      },
    ])
    const rows = await gold(
      'select activity_status, days_since_purchase from customer_360 order by customer_id',
    )
    expect(rows.map(({ activity_status }) => activity_status)).toEqual(statuses)
    expect(rows.map(({ days_since_purchase }) => days_since_purchase)).toEqual(days)
  })
})

describe('service', () => {
  test('resolved is the word in any case, or a time of resolution where there is no status', async () => {
    const opened = { opened_at: '2025-01-01 10:00:00', customer_id: 'c' }
    const resolved_at = '2025-01-01 10:01:30'
    await warehouse.add('service_interactions', [
      { ...opened, interaction_id: '1', agent_id: 'a', resolution_status: 'RESOLVED', resolved_at },
      { ...opened, interaction_id: '2', agent_id: 'a', resolved_at },
      { ...opened, interaction_id: '3', agent_id: 'a', resolution_status: 'Escalated', resolved_at },
      { ...opened, interaction_id: '4' },
    ])
    expect(
      await gold(
        'select interaction_id as id, is_resolved, resolution_seconds as s from fact_service_interactions order by 1',
      ),
    ).toEqual([
      { id: '1', is_resolved: true, s: '90' },
      { id: '2', is_resolved: true, s: '90' },
      { id: '3', is_resolved: false, s: null },
      { id: '4', is_resolved: false, s: null },
    ])
    expect(await warehouse.rows('select * exclude (agent_name) from agent_performance')).toEqual([
      {
        agent_id: 'a',
        total_interactions: '3',
        resolved_interactions: '2',
        resolution_success_rate: '66.67',
        rate_low: '20.77',
        rate_high: '93.85',
      },
    ])
    expect(await warehouse.rows('select interactions, open_interactions from customer_360')).toEqual([
      { interactions: '4', open_interactions: '2' },
    ])
  })

  test('an agent without interactions has no rate, one with all resolved reaches 100', async () => {
    await warehouse.add('agents', [{ agent_id: 'idle' }, { agent_id: 'a' }])
    await warehouse.add('service_interactions', [
      { interaction_id: '1', agent_id: 'a', opened_at: '2025-01-01 10:00:00', resolution_status: 'Resolved' },
    ])
    const rows = await gold(
      'select agent_id, total_interactions as n, resolution_success_rate as rate, rate_low, rate_high from agent_performance order by 1',
    )
    expect(rows).toEqual([
      { agent_id: 'a', n: '1', rate: '100.00', rate_low: '20.65', rate_high: '100.00' },
      { agent_id: 'idle', n: '0', rate: null, rate_low: null, rate_high: null },
    ])
  })
})

test('preferences follow the number of lines, then the most recent', async () => {
  await customers('1')
  await warehouse.add('products', [
    { product_id: 'p1', category: 'A' },
    { product_id: 'p2', category: 'B' },
  ])
  await warehouse.sell([
    {
      transaction_id: 't1',
      customer_id: '1',
      amount: 1,
      product_id: 'p1',
      occurred_at: '2025-01-01 00:00:00',
    },
    {
      transaction_id: 't2',
      customer_id: '1',
      amount: 1,
      product_id: 'p2',
      occurred_at: '2025-01-02 00:00:00',
    },
    {
      transaction_id: 't3',
      customer_id: '1',
      amount: 1,
      store_id: 's1',
      channel: 'in_store',
      occurred_at: '2025-01-03 00:00:00',
    },
    {
      transaction_id: 't4',
      customer_id: '1',
      amount: 1,
      store_id: 's2',
      channel: 'phone',
      occurred_at: '2025-01-04 00:00:00',
      status: 'Failed',
    },
  ])
  expect(
    await gold('select preferred_channel, preferred_category, preferred_store_id from customer_360'),
  ).toEqual([{ preferred_channel: 'online', preferred_category: 'B', preferred_store_id: 's1' }])
})

test('every reference that nobody described becomes a stub, once', async () => {
  await warehouse.sell([{ transaction_id: 't1', customer_id: 'c1', store_id: 's', amount: 1 }])
  await warehouse.add('service_interactions', [{ interaction_id: 'i', customer_id: 'c1', agent_id: 'a' }])
  await warehouse.add('loyalty_accounts', [{ loyalty_id: 'l', customer_id: 'c2' }])
  await warehouse.add('loyalty_transactions', [{ loyalty_id: 'l9', occurred_at: '2025-01-01 00:00:00' }])
  await warehouse.add('web_sessions', [{ session_id: 'w', customer_id: 'c3' }])
  expect(await gold('select customer_id from dim_customers where is_inferred order by 1')).toEqual([
    { customer_id: 'c1' },
    { customer_id: 'c2' },
    { customer_id: 'c3' },
  ])
  const others = await warehouse.rows(`select store_id as id from dim_stores where is_inferred union all
    select agent_id from dim_agents where is_inferred union all select loyalty_id from dim_loyalty_accounts where is_inferred order by 1`)
  expect(others).toEqual([{ id: 'a' }, { id: 'l9' }, { id: 's' }])
})
