import { describe, expect, test } from 'vitest'
import type { ActivityTruth } from '../../src/samples/index.ts'
import type { TestProject } from '../support/project.ts'

/** Rows as lists of texts, a NULL as null. */
const rowsOf = async (project: TestProject, sql: string): Promise<(string | null)[][]> =>
  (await project.query(sql)).map((row) =>
    Object.values(row).map((value) => (value === null ? null : String(value))),
  )

const byFirst = (rows: readonly (readonly unknown[])[]) =>
  [...rows]
    .map((row) => row.map((value) => (value === null ? null : String(value))))
    .sort((a, b) => (String(a) < String(b) ? -1 : 1))

const cents = (amount: string): bigint => BigInt(amount.replace('.', ''))

/** The thirteen views and the profile against what the generator counted while it wrote; `opened` gives both late. */
export function describeActivity(opened: () => { project: TestProject; truth: ActivityTruth }): void {
  const rows = (sql: string) => rowsOf(opened().project, sql)
  const same = async (sql: string, expected: (truth: ActivityTruth) => readonly (readonly unknown[])[]) =>
    expect(byFirst(await rows(sql))).toEqual(byFirst(expected(opened().truth)))

  describe('the views say what the generator meant', () => {
    test('the period and the totals', async () => {
      await same('select as_of, sales from reporting_period', ({ asOf, transactions }) => [
        [asOf, transactions.orders],
      ])
      await same(
        'select count(case when not is_inferred then 1 end), count(case when is_inferred then 1 end), count(case when email_opt_in then 1 end), count(case when sms_opt_in then 1 end) from dim_customers',
        (truth) => [[truth.customers, truth.inferredCustomers, truth.emailOptIns, truth.smsOptIns]],
      )
      await same(
        'select count(*), sum(amount) from fact_transactions where is_sale and amount < 0',
        ({ refunds }) => [[refunds.orders, refunds.orders === 0 ? null : refunds.amount]],
      )
    })

    test('customer_lifetime_value', async () => {
      await same(
        'select count(*), sum(lifetime_value), sum(lifetime_days) from customer_lifetime_value where orders > 0',
        ({ lifetime }) => [[lifetime.buyers, lifetime.amount, lifetime.days]],
      )
    })

    test('customer_activity_status', async () => {
      await same(
        `select is_inferred, count(case when activity_status = 'Active' then 1 end), count(case when activity_status = 'Dormant' then 1 end),
           count(case when activity_status = 'Inactive' then 1 end) from customer_activity_status group by is_inferred`,
        ({ status: { known, inferred } }) =>
          [
            [false, known.active, known.dormant, known.inactive],
            [true, inferred.active, inferred.dormant, inferred.inactive],
          ].filter(([, ...counts]) => counts.some((count) => Number(count) > 0)),
      )
    })

    test('signups_over_time', async () => {
      await same(
        "select strftime(month, '%Y-%m'), signups from signups_over_time where signups > 0",
        ({ signups }) => Object.entries(signups).filter(([, count]) => count > 0),
      )
    })

    test('monthly_churn_and_retention', async () => {
      await same(
        `select strftime(month, '%Y-%m'), is_complete, customers_at_start, retained_customers, churned_customers, new_customers,
           returned_customers, lapsed_customers, customers_at_end from monthly_churn_and_retention`,
        ({ churn }) =>
          churn.map((month) => [
            ...[month.month, month.isComplete, month.atStart, month.retained, month.churned],
            ...[month.fresh, month.returned, month.lapsed, month.atEnd],
          ]),
      )
      const rates = await rows(
        'select count(*) from monthly_churn_and_retention where retention_rate not between 0 and 100 or churn_rate not between 0 and 100',
      )
      expect(rates).toEqual([['0']])
    })

    test('churn_by_location and churned_customers', async () => {
      await same(
        'select city, state, customers, active_customers, churned_customers, never_active_customers from churn_by_location',
        ({ places }) =>
          places.map(({ city, state, customers, active, lapsed, never }) => [
            ...[city, state, customers, active, lapsed, never],
          ]),
      )
      await same('select count(*) from churned_customers', ({ places }) => [
        [places.reduce((sum, { lapsed }) => sum + lapsed, 0)],
      ])
    })

    test('resolution_time_by_issue_type and tickets_by_issue_type', async () => {
      await same(
        `select issue_type, t.tickets, t.resolved_tickets, r.timed_tickets, r.resolution_seconds, t.answered, t.score_total, t.satisfied
         from tickets_by_issue_type t join resolution_time_by_issue_type r using (issue_type)`,
        ({ tickets }) =>
          Object.entries(tickets).map(([type, t]) => [
            ...[type, t.tickets, t.resolved, t.timed, t.resolutionSeconds],
            ...[t.answered, t.scores, t.satisfied],
          ]),
      )
      await same(
        'select issue_type, average_resolution_hours from resolution_time_by_issue_type',
        ({ tickets }) =>
          Object.entries(tickets).map(([type, { timed, resolutionSeconds }]) => [
            type,
            timed === 0 ? null : hours(resolutionSeconds, timed),
          ]),
      )
    })

    test('tickets_by_resolution_time', async () => {
      const names: Readonly<Record<string, string>> = {
        '0-12h': '0-12 hours',
        '12-24h': '12-24 hours',
        '1-2d': '1-2 days',
        '2-5d': '2-5 days',
        '5d+': '5+ days',
        open: 'Open',
        unknown: 'Resolved, time unknown',
      }
      await same('select resolution_bucket, tickets from tickets_by_resolution_time', ({ resolution }) =>
        Object.entries(resolution)
          .filter(([, tickets]) => tickets > 0)
          .map(([bucket, tickets]) => [names[bucket], tickets]),
      )
    })

    test('tickets_over_time and purchases_by_customer_and_month', async () => {
      await same(
        `select strftime(m.month, '%Y-%m'), coalesce(p.lines, 0), coalesce(p.spend, 0.00), coalesce(p.buyers, 0), coalesce(t.tickets, 0), coalesce(s.sessions, 0)
         from dim_month m
         left join (select month, sum(lines) as lines, sum(total_spend) as spend, count(*) as buyers from purchases_by_customer_and_month group by month) p using (month)
         left join tickets_over_time t using (month)
         left join (select cast(date_trunc('month', local_date) as date) as month, count(*) as sessions from fact_web_sessions group by 1) s using (month)
         where coalesce(p.lines, 0) + coalesce(t.tickets, 0) + coalesce(s.sessions, 0) > 0`,
        ({ months }) =>
          months.map(({ month, transactions, amount, buyers, tickets, sessions }) => [
            ...[month, transactions, amount, buyers, tickets, sessions],
          ]),
      )
      await same('select count(*) from purchases_by_customer_and_month', ({ lifetime }) => [
        [lifetime.customerMonths],
      ])
    })

    test('web_sessions_by_duration', async () => {
      const names: Readonly<Record<string, string>> = {
        '0': 'Zero',
        '1-10': 'Short',
        '11-60': 'Medium',
        '61-120': 'Long',
        '121-180': 'Very Long',
        '181+': 'Extended',
        unknown: 'Not Measured',
      }
      await same(
        'select session_category, sessions, unique_customers, duration_seconds, page_views from web_sessions_by_duration',
        ({ sessionsByDuration }) =>
          Object.entries(sessionsByDuration)
            .filter(([, { sessions }]) => sessions > 0)
            .map(([bucket, { sessions, customers, seconds, pages }]) => [
              ...[names[bucket], sessions, customers, seconds, pages],
            ]),
      )
    })

    test('web_sessions_by_device', async () => {
      await same(
        'select device, sessions, unique_customers, duration_seconds, page_views from web_sessions_by_device',
        ({ sessionsByDevice }) =>
          Object.entries(sessionsByDevice)
            .filter(([, { sessions }]) => sessions > 0)
            .map(([device, { sessions, customers, seconds, pages }]) => [
              ...[device === 'unknown' ? 'Unknown' : device, sessions, customers, seconds, pages],
            ]),
      )
    })

    test('customer_360: the best customers, one by one', async () => {
      const { truth } = opened()
      const ids = truth.lifetime.top.map(({ customerId }) => `'${customerId}'`).join(', ')
      expect(truth.lifetime.top.length).toBeGreaterThan(0)
      await same(
        `select customer_id, orders, total_spend, first_purchase_date, last_purchase_date, interactions, open_interactions, sessions
         from customer_360 where customer_id in (${ids})`,
        ({ lifetime }) =>
          lifetime.top.map((one) => [
            ...[one.customerId, one.transactions, one.amount, one.first, one.last],
            ...[one.tickets, one.openTickets, one.sessions],
          ]),
      )
      const [least] = truth.lifetime.top.map(({ amount }) => cents(amount)).sort((a, b) => (a < b ? -1 : 1))
      const above = await rows(
        `select count(*) from customer_360 where not is_inferred and total_spend * 100 > ${least}`,
      )
      expect(Number(above[0]?.[0])).toBeLessThan(truth.lifetime.top.length)
    })

    test('everybody who is suggested something is known, and says why', async () => {
      const [row] = await rows(
        'select count(suggested_action), count(suggested_reason), count(case when is_inferred and suggested_action is not null then 1 end) from customer_360',
      )
      expect(Number(row?.[0])).toBeGreaterThan(0)
      expect(row?.[0]).toBe(row?.[1])
      expect(row?.[2]).toBe('0')
    })
  })
}

/** Exact hundredths of hours, half away from zero. */
function hours(seconds: number, tickets: number): string {
  const divisor = BigInt(3600 * tickets)
  const hundredths = (200n * BigInt(seconds) + divisor) / (2n * divisor)
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`
}
