import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { goldModels, type Row, Warehouse } from './warehouse.ts'

vi.setConfig({ testTimeout: 60_000 })

const models = await goldModels()

let warehouse: Warehouse
beforeEach(async () => {
  warehouse = await Warehouse.open()
})
afterEach(() => warehouse[Symbol.asyncDispose]())

/** Builds everything; whatever the input, the shipped models must be certified. Rows as texts, a NULL as `-`. */
async function gold(sql: string): Promise<string[]> {
  await warehouse.build(models)
  expect(await warehouse.failures(models)).toEqual([])
  return read(sql)
}

async function read(sql: string): Promise<string[]> {
  return (await warehouse.rows(sql)).map((row) =>
    Object.values(row)
      .map((value) => (value === null ? '-' : String(value)))
      .join(' | '),
  )
}

const customers = (...ids: string[]) =>
  warehouse.add(
    'customers',
    ids.map((customer_id) => ({ customer_id, name: `Name ${customer_id}` })),
  )

const sales = (...list: readonly (readonly [customer: string, day: string])[]) =>
  warehouse.sell(
    list.map(([customer_id, day], index) => ({
      transaction_id: `t${index}`,
      customer_id,
      amount: 10,
      occurred_at: `${day} 10:00:00`,
    })),
  )

const tickets = (...rows: readonly Row[]) =>
  warehouse.add(
    'service_interactions',
    rows.map((row, index) => ({ interaction_id: index, ...row })),
  )

const churn =
  'select month, customers_at_start as s, retained_customers as r, churned_customers as c, new_customers as n, returned_customers as b, lapsed_customers as l, customers_at_end as e, is_complete from monthly_churn_and_retention order by month'

describe('monthly churn', () => {
  test('a window shorter than a month: who comes and goes within one has lapsed', async () => {
    await warehouse.rules({ more: ['churned_after: 7 days'] })
    await customers('1', '2', '3')
    await sales(['1', '2025-01-02'], ['2', '2025-01-30'], ['2', '2025-02-01'], ['3', '2025-02-28'])
    expect(await gold(churn)).toEqual([
      '2025-01-01 | 0 | 0 | 0 | 2 | 0 | 1 | 1 | true',
      '2025-02-01 | 1 | 0 | 1 | 1 | 0 | 0 | 1 | true',
    ])
  })

  test('a window of several months, and months without any activity', async () => {
    await warehouse.rules({ asOf: '2025-07-10', more: ['churned_after: 100 days'] })
    await customers('1', '2')
    await sales(['1', '2025-01-15'], ['2', '2025-01-20'], ['2', '2025-06-30'])
    expect(await gold(churn)).toEqual([
      '2025-01-01 | 0 | 0 | 0 | 2 | 0 | 0 | 2 | true',
      '2025-02-01 | 2 | 2 | 0 | 0 | 0 | 0 | 2 | true',
      '2025-03-01 | 2 | 2 | 0 | 0 | 0 | 0 | 2 | true',
      '2025-04-01 | 2 | 1 | 1 | 0 | 0 | 0 | 1 | true',
      '2025-05-01 | 1 | 0 | 1 | 0 | 0 | 0 | 0 | true',
      '2025-06-01 | 0 | 0 | 0 | 0 | 1 | 0 | 1 | true',
      '2025-07-01 | 1 | 1 | 0 | 0 | 0 | 0 | 1 | false',
    ])
  })

  test('what happens after the configured as-of day is not looked at', async () => {
    await warehouse.rules({ asOf: '2025-02-10' })
    await customers('1', '2', '3')
    await sales(['1', '2025-01-05'], ['2', '2025-01-31'], ['1', '2025-02-20'], ['3', '2025-03-01'])
    expect(await gold(churn)).toEqual([
      '2025-01-01 | 0 | 0 | 0 | 2 | 0 | 0 | 2 | true',
      '2025-02-01 | 2 | 1 | 1 | 0 | 0 | 0 | 1 | false',
    ])
    expect(
      await read('select customer_id, churn_status, days_since_activity from customer_activity order by 1'),
    ).toEqual(['1 | Churned | 36', '2 | Active | 10', '3 | Never Active | -'])
  })

  test('an as-of day before all facts: nothing has happened yet', async () => {
    await warehouse.rules({ asOf: '2024-01-01' })
    await customers('1')
    await sales(['1', '2025-01-05'])
    expect(await gold(churn)).toEqual([])
    expect(await read('select churn_status from customer_activity')).toEqual(['Never Active'])
  })

  test('exactly churned_after days are not more than that', async () => {
    await customers('1', '2', '3')
    await sales(['1', '2025-03-01'], ['2', '2025-02-28'], ['3', '2025-03-31'])
    expect(await gold('select customer_id, churn_status from customer_activity order by 1')).toEqual([
      '1 | Active',
      '2 | Churned',
      '3 | Active',
    ])
  })

  test('leap days are days, and end their month', async () => {
    await customers('1')
    await sales(['1', '2024-01-30'], ['1', '2024-02-29'])
    expect(await gold(churn)).toEqual([
      '2024-01-01 | 0 | 0 | 0 | 1 | 0 | 0 | 1 | true',
      '2024-02-01 | 1 | 1 | 0 | 0 | 0 | 0 | 1 | true',
    ])
    expect(await read('select month, days, is_complete from dim_month order by 1')).toEqual([
      '2024-01-01 | 31 | true',
      '2024-02-01 | 29 | true',
    ])
  })

  test('inferred customers alone: months, and nobody in them', async () => {
    await sales(['ghost', '2025-01-15'])
    expect(await gold(churn)).toEqual(['2025-01-01 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | false'])
    expect(await read('select * from churn_by_location')).toEqual([])
    expect(await read('select * from churned_customers')).toEqual([])
  })
})

describe('tickets', () => {
  test('a bucket begins with its lower end', async () => {
    const opened_at = '2025-01-01 00:00:00'
    const days = ['01-01 00:00:00', '01-01 11:59:59', '01-01 12:00:00', '01-01 23:59:59', '01-02 00:00:00']
    const resolved = [...days, '01-03 00:00:00', '01-06 00:00:00'].map((moment) => `2025-${moment}`)
    await tickets(...resolved.map((resolved_at) => ({ opened_at, resolved_at })))
    expect(
      await gold(
        'select resolution_bucket, tickets, share from tickets_by_resolution_time order by bucket_rank',
      ),
    ).toEqual([
      '0-12 hours | 2 | 28.57',
      '12-24 hours | 2 | 28.57',
      '1-2 days | 1 | 14.29',
      '2-5 days | 1 | 14.29',
      '5+ days | 1 | 14.29',
    ])
  })

  test('all open: no time, no rate, no score, and never 1970', async () => {
    await tickets(
      { customer_id: 'c', opened_at: '2025-01-01 00:00:00' },
      { opened_at: '2025-02-03 00:00:00' },
    )
    expect(
      await gold(
        'select issue_type, tickets, open_tickets, average_resolution_hours from resolution_time_by_issue_type',
      ),
    ).toEqual(['Unknown | 2 | 2 | -'])
    expect(await read('select resolution_bucket, tickets from tickets_by_resolution_time')).toEqual([
      'Open | 2',
    ])
    expect(
      await read('select response_rate, average_score, satisfaction_rate from tickets_by_issue_type'),
    ).toEqual(['0.00 | - | -'])
    // No sale: the figures are seen from the newest ticket.
    expect(await read('select oldest_open_days, churn_status from customer_360')).toEqual(['33 | Churned'])
  })

  test('a status without a time is resolved, and in no average', async () => {
    await tickets({ opened_at: '2025-01-01 00:00:00', resolution_status: 'Resolved', issue_type: 'A' })
    expect(
      await gold(
        'select timed_tickets, untimed_tickets, average_resolution_hours from resolution_time_by_issue_type',
      ),
    ).toEqual(['0 | 1 | -'])
    expect(await read('select resolution_bucket from tickets_by_resolution_time')).toEqual([
      'Resolved, time unknown',
    ])
  })

  test('a score is High, Medium or Low, and none is Unanswered', async () => {
    await tickets(
      ...[5, 4, 3, 2, 1, null].map((satisfaction_score) => ({
        opened_at: '2025-01-01 00:00:00',
        satisfaction_score,
      })),
    )
    expect(
      await gold(
        'select satisfaction_category from fact_service_interactions order by satisfaction_score desc nulls last',
      ),
    ).toEqual(['High', 'High', 'Medium', 'Medium', 'Low', 'Unanswered'])
  })
})

test('each end of a session category belongs to it', async () => {
  const seconds = [0, 1, 10, 11, 60, 61, 120, 121, 180, 181, 86_400]
  await warehouse.add(
    'web_sessions',
    seconds.map((duration_seconds) => ({
      session_id: duration_seconds,
      started_at: '2025-01-01 00:00:00',
      duration_seconds,
    })),
  )
  expect(await gold('select duration_seconds, session_category from fact_web_sessions order by 1')).toEqual([
    '0 | Zero',
    '1 | Short',
    '10 | Short',
    '11 | Medium',
    '60 | Medium',
    '61 | Long',
    '120 | Long',
    '121 | Very Long',
    '180 | Very Long',
    '181 | Extended',
    '86400 | Extended',
  ])
})

test('session categories are configuration', async () => {
  await warehouse.rules({ more: ['session_categories: [{ name: Quick, up_to: 2 minutes }, { name: Slow }]'] })
  await warehouse.add(
    'web_sessions',
    [0, 120, 121].map((duration_seconds) => ({ session_id: duration_seconds, duration_seconds })),
  )
  expect(
    await gold(
      'select session_category, from_seconds, to_seconds, sessions from web_sessions_by_duration order by 2',
    ),
  ).toEqual(['Quick | 0 | 120 | 2', 'Slow | 121 | - | 1'])
})

test('refunds alone make a negative lifetime value, not an error', async () => {
  await customers('1')
  await warehouse.sell([{ transaction_id: 't', customer_id: '1', amount: -5.55 }])
  expect(
    await gold('select lifetime_value, average_order_value, lifetime_days from customer_lifetime_value'),
  ).toEqual(['-5.55 | -5.55 | 0'])
})

test('a time of day loses no row, and the month is the local one', async () => {
  await customers('1')
  await warehouse.sell([
    {
      transaction_id: 't1',
      customer_id: '1',
      amount: 1.01,
      occurred_at: '2025-02-01 03:30:00',
      occurred_at_local: '2025-01-31 22:30:00',
    },
    { transaction_id: 't2', customer_id: '1', amount: 2.02, occurred_at: '2025-02-28 23:59:59.999' },
  ])
  expect(
    await gold('select month, lines, total_spend from purchases_by_customer_and_month order by 1'),
  ).toEqual(['2025-01-01 | 1 | 1.01', '2025-02-01 | 1 | 2.02'])
})

test('an order with lines in two months is in both, and one order of the customer', async () => {
  await customers('1')
  const order = { customer_id: '1', order_id: 'o', amount: 1 }
  await warehouse.sell([
    { ...order, transaction_id: 't1', occurred_at: '2025-01-31 23:59:00' },
    { ...order, transaction_id: 't2', occurred_at: '2025-02-01 00:01:00' },
  ])
  expect(await gold('select month, orders from purchases_by_customer_and_month order by 1')).toEqual([
    '2025-01-01 | 1',
    '2025-02-01 | 1',
  ])
  expect(await read('select orders from customer_lifetime_value')).toEqual(['1'])
})

test('registrations of an earlier century, and none after: the months between are there', async () => {
  await warehouse.add('customers', [
    { customer_id: '1', signup_date: '1899-12-31' },
    { customer_id: '2', signup_date: '2025-01-31' },
    { customer_id: '3' },
  ])
  expect(
    await gold(
      'select count(*), min(month), max(month), sum(signups), max(total_signups) from signups_over_time',
    ),
  ).toEqual(['1502 | 1899-12-01 | 2025-01-01 | 2 | 2'])
})

test('a city or state with a comma in it is one place, not an error', async () => {
  await warehouse.add('customers', [
    { customer_id: '1', city: 'a, b', state: 'c' },
    { customer_id: '2', city: 'a', state: 'b, c' },
  ])
  expect(await gold('select location, customers, never_active_customers from churn_by_location')).toEqual([
    'a, b, c | 2 | 2',
  ])
})

describe('suggested actions', () => {
  const suggested = 'select customer_id, suggested_action, suggested_reason from customer_360 order by 1'

  test('the first condition that holds wins', async () => {
    await warehouse.rules({ percentile: 0.5, more: ['tier_points: { Silver: 500, Gold: 1000 }'] })
    await customers('calm', 'near', 'once', 'open', 'silent')
    await sales(
      ['silent', '2025-01-01'],
      ['silent', '2025-01-02'],
      ['silent', '2025-01-03'],
      ['open', '2025-01-04'],
      ['open', '2025-01-05'],
      ['open', '2025-01-06'],
      ['once', '2025-02-09'],
      ['near', '2025-03-30'],
      ['near', '2025-03-31'],
      ['ghost', '2025-02-10'],
    )
    await tickets(
      { customer_id: 'open', opened_at: '2025-03-27 12:00:00' },
      { customer_id: 'calm', opened_at: '2025-03-28 12:00:00' },
    )
    await warehouse.add('loyalty_accounts', [
      { loyalty_id: 'l1', customer_id: 'near', tier: 'Bronze', points_earned: 400 },
      { loyalty_id: 'l2', customer_id: 'calm', tier: 'Bronze', points_earned: 399 },
    ])
    expect(await gold(suggested)).toEqual([
      'calm | - | -',
      'ghost | - | -',
      'near | Tell how near the next tier is | Points missing to Silver: 100',
      'once | Invite to a second purchase | One order, days ago: 50',
      'open | Resolve the open ticket first | Oldest open ticket, days: 4',
      'silent | Win back | High-Value Customer, days without activity: 87',
    ])
  })

  test('one order is 30 to 90 days ago, both ends included', async () => {
    await warehouse.rules({ asOf: '2025-03-31' })
    await customers('29', '30', '90', '91', 'best')
    await sales(['best', '2025-03-30'], ['best', '2025-03-31'])
    const once = { '29': '2025-03-02', '30': '2025-03-01', '90': '2024-12-31', '91': '2024-12-30' }
    await warehouse.sell(
      Object.entries(once).map(([customer_id, day]) => ({
        transaction_id: customer_id,
        customer_id,
        amount: 10,
        occurred_at: `${day} 10:00:00`,
      })),
    )
    expect(await gold('select customer_id, suggested_reason from customer_suggestions order by 1')).toEqual([
      '29 | -',
      '30 | One order, days ago: 30',
      '90 | One order, days ago: 90',
      '91 | -',
      'best | -',
    ])
  })

  test('the order, the words and the thresholds are configuration; an empty list suggests nothing', async () => {
    await customers('1')
    await sales(['1', '2025-01-01'])
    await warehouse.rules({
      asOf: '2025-01-11',
      more: ['suggested_actions: [{ when: one_purchase, from: 10 days, to: 10 days, action: Send flowers }]'],
    })
    expect(await gold(suggested)).toEqual(['1 | Send flowers | One order, days ago: 10'])
    await warehouse.rules({ asOf: '2025-01-11', more: ['suggested_actions: []'] })
    expect(await gold(suggested)).toEqual(['1 | - | -'])
  })

  test('points to the next tier are those of the best membership, 0 when they are there, unknown at the top', async () => {
    await warehouse.rules({ more: ['tier_points: { Silver: 500, Gold: 1000 }'] })
    await customers('1', '2', '3', '4')
    await warehouse.add('loyalty_accounts', [
      { loyalty_id: 'a', customer_id: '1', tier: 'Silver', points_earned: 700 },
      { loyalty_id: 'b', customer_id: '1', tier: 'Silver', points_earned: 850 },
      { loyalty_id: 'c', customer_id: '1', tier: 'Bronze', points_earned: 499 },
      { loyalty_id: 'd', customer_id: '2', tier: 'Bronze', points_earned: 612 },
      { loyalty_id: 'e', customer_id: '3', tier: 'Gold', points_earned: 2000 },
      { loyalty_id: 'f', customer_id: '4', tier: 'Jade', points_earned: 1 },
    ])
    expect(
      await gold('select customer_id, tier, next_tier, points_to_next_tier from customer_loyalty order by 1'),
    ).toEqual([
      '1 | Silver | Gold | 150',
      '2 | Bronze | Silver | 0',
      '3 | Gold | Platinum | -',
      '4 | Jade | - | -',
    ])
  })
})
