import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { goldModels, type Row, Warehouse } from './warehouse.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/**
 * A shop small enough to be counted by hand. The as-of day is 2025-03-15, that of the newest sale; churned_after is 30 days.
 * Ann buys and stays, Bob goes silent, Cid too, Dee never does anything, Eve comes back, Fay bought once long ago, x is known from a sale only.
 */
const CUSTOMERS: readonly Row[] = [
  { customer_id: 'a', name: 'Ann', city: 'Austin', state: 'Texas', signup_date: '2025-01-10' },
  { customer_id: 'b', name: 'Bob', city: 'Austin', state: 'Texas', signup_date: '2025-01-20' },
  { customer_id: 'c', name: 'Cid', state: 'Ohio' },
  { customer_id: 'd', name: 'Dee', signup_date: '2025-03-01' },
  { customer_id: 'e', name: 'Eve', city: 'Dallas', state: 'Texas' },
  { customer_id: 'f', name: 'Fay', city: 'Dallas', state: 'Texas' },
]
const SALES: readonly (readonly [customer: string, at: string, amount: string])[] = [
  ['a', '2025-01-12 10:00:00', '10.50'],
  ['a', '2025-01-30 10:00:00', '20.25'],
  ['a', '2025-03-15 14:22:31', '5.25'],
  ['b', '2025-01-25 10:00:00', '100.00'],
  ['b', '2025-01-26 10:00:00', '-40.00'],
  ['c', '2024-12-31 23:59:59', '7.77'],
  ['e', '2024-12-05 10:00:00', '12.00'],
  ['e', '2025-02-15 10:00:00', '3.00'],
  ['f', '2024-12-14 10:00:00', '9.99'],
  ['x', '2025-02-10 10:00:00', '1.00'],
]
const TICKETS: readonly Row[] = [
  {
    customer_id: 'b',
    issue_type: 'Billing',
    opened_at: '2025-02-01 10:00:00',
    resolved_at: '2025-02-01 21:00:00',
    satisfaction_score: 5,
  },
  {
    customer_id: 'b',
    issue_type: 'Billing',
    opened_at: '2025-02-02 10:00:00',
    resolved_at: '2025-02-02 22:00:00',
  },
  { customer_id: 'a', issue_type: 'Delivery', opened_at: '2025-03-01 00:00:00' },
  {
    customer_id: 'c',
    issue_type: 'Delivery',
    opened_at: '2025-01-05 08:00:00',
    resolved_at: '2025-01-10 08:00:00',
    satisfaction_score: 2,
  },
]
const SESSIONS: readonly Row[] = [
  {
    customer_id: 'a',
    started_at: '2025-02-20 09:00:00',
    duration_seconds: 0,
    page_views: 1,
    device: 'Mobile',
  },
  {
    customer_id: 'c',
    started_at: '2025-01-31 09:00:00',
    duration_seconds: 181,
    page_views: 5,
    device: 'Desktop',
  },
  { customer_id: 'b', started_at: '2025-02-03 09:00:00' },
]

let warehouse: Warehouse
beforeAll(async () => {
  const models = await goldModels()
  warehouse = await Warehouse.open()
  await warehouse.add('customers', CUSTOMERS)
  await warehouse.sell(
    SALES.map(([customer_id, occurred_at, amount], index) => ({
      transaction_id: `t${index}`,
      customer_id,
      occurred_at,
      amount,
    })),
  )
  const numbered = (key: string, rows: readonly Row[]) => rows.map((row, index) => ({ [key]: index, ...row }))
  await warehouse.add('service_interactions', numbered('interaction_id', TICKETS))
  await warehouse.add('web_sessions', numbered('session_id', SESSIONS))
  await warehouse.build(models)
  expect(await warehouse.failures(models)).toEqual([])
})
afterAll(() => warehouse?.[Symbol.asyncDispose]())

/** Rows as texts, a NULL as `-`: easy to read beside what was counted by hand. */
async function lines(columns: string, from: string): Promise<string[]> {
  const rows = await warehouse.rows(`select ${columns} from ${from}`)
  return rows.map((row) =>
    Object.values(row)
      .map((value) => (value === null ? '-' : String(value)))
      .join(' | '),
  )
}

const sorted = (table: string, columns: string, by: string): Promise<string[]> =>
  lines(columns, `${table} order by ${by}`)

describe('customers', () => {
  test('customer_lifetime_value', async () => {
    const columns =
      'customer_id, orders, lifetime_value, average_order_value, first_purchase_date, last_purchase_date, lifetime_days'
    expect(await sorted('customer_lifetime_value', columns, 'customer_id')).toEqual([
      'a | 3 | 36.00 | 12.00 | 2025-01-12 | 2025-03-15 | 62',
      'b | 2 | 60.00 | 30.00 | 2025-01-25 | 2025-01-26 | 1',
      'c | 1 | 7.77 | 7.77 | 2024-12-31 | 2024-12-31 | 0',
      'd | 0 | 0.00 | - | - | - | -',
      'e | 2 | 15.00 | 7.50 | 2024-12-05 | 2025-02-15 | 72',
      'f | 1 | 9.99 | 9.99 | 2024-12-14 | 2024-12-14 | 0',
      'x | 1 | 1.00 | 1.00 | 2025-02-10 | 2025-02-10 | 0',
    ])
  })

  test('customer_activity_status: three calendar months before the as-of day', async () => {
    const columns = 'customer_id, last_purchase_date, days_since_purchase, activity_status'
    expect(await sorted('customer_activity_status', columns, 'customer_id')).toEqual([
      'a | 2025-03-15 | 0 | Active',
      'b | 2025-01-26 | 48 | Active',
      'c | 2024-12-31 | 74 | Active',
      'd | - | - | Inactive',
      'e | 2025-02-15 | 28 | Active',
      'f | 2024-12-14 | 91 | Dormant',
      'x | 2025-02-10 | 33 | Active',
    ])
  })

  test('signups_over_time: also the months without any, up to the as-of day', async () => {
    const columns = 'month, year, month_of_year, signups, total_signups, is_complete'
    expect(await sorted('signups_over_time', columns, 'month')).toEqual([
      '2025-01-01 | 2025 | 1 | 2 | 2 | true',
      '2025-02-01 | 2025 | 2 | 0 | 2 | true',
      '2025-03-01 | 2025 | 3 | 1 | 3 | false',
    ])
  })

  test('purchases_by_customer_and_month', async () => {
    const columns = 'customer_id, month, orders, lines, total_spend, is_complete'
    expect(await sorted('purchases_by_customer_and_month', columns, 'customer_id, month')).toEqual([
      'a | 2025-01-01 | 2 | 2 | 30.75 | true',
      'a | 2025-03-01 | 1 | 1 | 5.25 | false',
      'b | 2025-01-01 | 2 | 2 | 60.00 | true',
      'c | 2024-12-01 | 1 | 1 | 7.77 | true',
      'e | 2024-12-01 | 1 | 1 | 12.00 | true',
      'e | 2025-02-01 | 1 | 1 | 3.00 | true',
      'f | 2024-12-01 | 1 | 1 | 9.99 | true',
      'x | 2025-02-01 | 1 | 1 | 1.00 | true',
    ])
  })

  test('customer_360 has it all on one row', async () => {
    const columns =
      'customer_id, lifetime_days, oldest_open_days, answered_interactions, average_satisfaction, last_session_date, last_activity_date, days_since_activity, churn_status'
    expect(await sorted('customer_360', columns, 'customer_id')).toEqual([
      'a | 62 | 14 | 0 | - | 2025-02-20 | 2025-03-15 | 0 | Active',
      'b | 1 | - | 1 | 5.00 | 2025-02-03 | 2025-02-03 | 40 | Churned',
      'c | 0 | - | 1 | 2.00 | 2025-01-31 | 2025-01-31 | 43 | Churned',
      'd | - | - | 0 | - | - | - | - | Never Active',
      'e | 72 | - | 0 | - | - | 2025-02-15 | 28 | Active',
      'f | 0 | - | 0 | - | - | 2024-12-14 | 91 | Churned',
      'x | 0 | - | 0 | - | - | 2025-02-10 | 33 | Churned',
    ])
  })
})

describe('churn', () => {
  test('monthly_churn_and_retention: who was there, stayed, went, came back', async () => {
    const columns =
      'month, customers_at_start, retained_customers, churned_customers, new_customers, returned_customers, lapsed_customers, customers_at_end, retention_rate, churn_rate, is_complete'
    expect(await sorted('monthly_churn_and_retention', columns, 'month')).toEqual([
      '2024-12-01 | 0 | 0 | 0 | 3 | 0 | 0 | 3 | - | - | true',
      '2025-01-01 | 3 | 1 | 2 | 2 | 0 | 0 | 3 | 33.33 | 66.67 | true',
      '2025-02-01 | 3 | 3 | 0 | 0 | 1 | 0 | 4 | 100.00 | 0.00 | true',
      '2025-03-01 | 4 | 2 | 2 | 0 | 0 | 0 | 2 | 50.00 | 50.00 | false',
    ])
    expect(
      await lines(
        'churn_rate_low, churn_rate_high',
        "monthly_churn_and_retention where month = date '2025-03-01'",
      ),
    ).toEqual(['15.00 | 85.00'])
  })

  test('churn_by_location: customers, not places; an unknown place is NULL, who never was active is in no rate', async () => {
    const columns =
      'location, city, state, customers, active_customers, churned_customers, never_active_customers, churn_rate'
    expect(await sorted('churn_by_location', columns, 'location')).toEqual([
      'Austin, Texas | Austin | Texas | 2 | 1 | 1 | 0 | 50.00',
      'Dallas, Texas | Dallas | Texas | 2 | 1 | 1 | 0 | 50.00',
      'Unknown, Ohio | - | Ohio | 1 | 0 | 1 | 0 | 100.00',
      'Unknown, Unknown | - | - | 1 | 0 | 0 | 1 | -',
    ])
  })

  test('churned_customers: silent for more than 30 days; who is only inferred is not named', async () => {
    const columns =
      'customer_id, last_activity_date, days_since_activity, last_sale_date, last_session_date, last_interaction_date, has_purchased, has_visited, has_contacted, lifetime_value'
    expect(await sorted('churned_customers', columns, 'customer_id')).toEqual([
      'b | 2025-02-03 | 40 | 2025-01-26 | 2025-02-03 | 2025-02-02 | true | true | true | 60.00',
      'c | 2025-01-31 | 43 | 2024-12-31 | 2025-01-31 | 2025-01-05 | true | true | true | 7.77',
      'f | 2024-12-14 | 91 | 2024-12-14 | - | - | true | false | false | 9.99',
    ])
  })
})

describe('tickets', () => {
  test('resolution_time_by_issue_type: in hours, open tickets apart', async () => {
    const columns =
      'issue_type, tickets, timed_tickets, untimed_tickets, open_tickets, resolution_seconds, average_resolution_hours, fastest_hours, slowest_hours'
    expect(await sorted('resolution_time_by_issue_type', columns, 'issue_type')).toEqual([
      'Billing | 2 | 2 | 0 | 0 | 82800 | 11.50 | 11.00 | 12.00',
      'Delivery | 2 | 1 | 0 | 1 | 432000 | 120.00 | 120.00 | 120.00',
    ])
  })

  test('tickets_by_issue_type: who did not answer has no score', async () => {
    const columns =
      'issue_type, tickets, share, resolved_tickets, open_tickets, answered, response_rate, average_score, satisfied, satisfaction_rate'
    expect(await sorted('tickets_by_issue_type', columns, 'issue_type')).toEqual([
      'Billing | 2 | 50.00 | 2 | 0 | 1 | 50.00 | 5.00 | 1 | 100.00',
      'Delivery | 2 | 50.00 | 1 | 1 | 1 | 50.00 | 2.00 | 0 | 0.00',
    ])
  })

  test('tickets_by_resolution_time', async () => {
    expect(
      await sorted('tickets_by_resolution_time', 'resolution_bucket, tickets, share', 'bucket_rank'),
    ).toEqual([
      '0-12 hours | 1 | 25.00',
      '12-24 hours | 1 | 25.00',
      '5+ days | 1 | 25.00',
      'Open | 1 | 25.00',
    ])
  })

  test('tickets_over_time', async () => {
    const columns =
      'month, tickets, resolved_tickets, open_tickets, answered, response_rate, average_score, is_complete'
    expect(await sorted('tickets_over_time', columns, 'month')).toEqual([
      '2025-01-01 | 1 | 1 | 0 | 1 | 100.00 | 2.00 | true',
      '2025-02-01 | 2 | 2 | 0 | 1 | 50.00 | 5.00 | true',
      '2025-03-01 | 1 | 0 | 1 | 0 | 0.00 | - | false',
    ])
  })
})

describe('web sessions', () => {
  test('web_sessions_by_duration: no length is not a length of zero', async () => {
    const columns =
      'session_category, from_seconds, to_seconds, sessions, share, average_duration_seconds, average_page_views, unique_customers'
    expect(await sorted('web_sessions_by_duration', columns, 'session_category')).toEqual([
      'Extended | 181 | - | 1 | 33.33 | 181.00 | 5.00 | 1',
      'Not Measured | - | - | 1 | 33.33 | - | - | 1',
      'Zero | 0 | 0 | 1 | 33.33 | 0.00 | 1.00 | 1',
    ])
  })

  test('web_sessions_by_device', async () => {
    const columns = 'device, sessions, share, average_duration_seconds, average_page_views, unique_customers'
    expect(await sorted('web_sessions_by_device', columns, 'device')).toEqual([
      'Desktop | 1 | 33.33 | 181.00 | 5.00 | 1',
      'Mobile | 1 | 33.33 | 0.00 | 1.00 | 1',
      'Unknown | 1 | 33.33 | - | - | 1',
    ])
  })
})

test('the period says what the figures rest on', async () => {
  const columns =
    'as_of, is_configured, first_day, last_day, activity_from, signups_from, signups_until, tickets_from, tickets_until, sales, interactions, sessions, signups'
  expect(await lines(columns, 'reporting_period')).toEqual([
    '2025-03-15 | false | 2024-12-05 | 2025-03-15 | 2024-12-05 | 2025-01-10 | 2025-03-15 | 2025-01-05 | 2025-03-15 | 10 | 4 | 3 | 3',
  ])
})
