import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, type Lab, openLab, settled, tabStops } from './harness.ts'

describe.skipIf(!hasChromium)('Segments, Loyalty and Retention in Chromium', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
  })

  const one = async (sql: string): Promise<number> =>
    Number(Object.values((await lab.query(sql))[0] ?? {})[0])
  const tile = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).first()
  const written = (value: unknown): string => Number(value).toLocaleString('en-US')
  /** First cell -> the others, of a table on screen. */
  const tableOf = async (page: Page, name: string): Promise<Map<string, string[]>> => {
    const rows = await tile(page, name).locator('tbody tr').all()
    const cells = await Promise.all(rows.map((row) => row.locator('td').allTextContents()))
    return new Map(cells.map(([first = '', ...others]) => [first, others]))
  }
  const sold = `from fact_transactions t join customer_360 c using (customer_id) where t.is_sale`
  const dated = `t.local_date between date '2025-01-01' and date '2025-03-31'`

  test('segments: as of the version and in the dates, a click filters the rest', async () => {
    const page = await lab.open({ path: '/segments?range=2025-01-01..2025-03-31' })
    const known = await lab.query(`select customer_segment as segment, count(*) as n,
      round(avg(total_spend), 2)::double as each from customer_360 group by all`)
    const sales =
      await lab.query(`select customer_segment as segment, count(distinct (t.source, t.order_id)) as orders
      ${sold} and ${dated} group by all`)
    const shown = await tableOf(page, 'Segments')
    expect(shown.size).toBe(known.length)
    for (const { segment, n, each } of known) {
      const [, customers, , orders, , , average] = shown.get(String(segment)) ?? []
      expect(customers).toBe(written(n))
      expect(average).toBe(Number(each).toLocaleString('en-US', { style: 'currency', currency: 'USD' }))
      expect(orders).toBe(written(sales.find((one) => one.segment === segment)?.orders ?? 0))
    }
    await tile(page, 'Segments').locator('tbody tr').filter({ hasText: 'High-Value Customer' }).click()
    await settled(page)
    expect(new URL(page.url()).searchParams.get('segment')).toBe('High-Value Customer')
    const high = await one(`select count(*) from customer_360 where customer_segment = 'High-Value Customer'`)
    expect(await page.locator('[data-members]').getAttribute('data-members')).toBe(String(high))
    expect((await tableOf(page, 'Segments')).size).toBe(known.length)
    const buyers = await one(
      `select count(distinct customer_id) ${sold} and ${dated} and customer_segment = 'High-Value Customer'`,
    )
    expect(await tile(page, 'Spend and frequency').textContent()).toContain(`All ${written(buyers)} buyers`)
    await page.goBack()
    await settled(page)
    expect(await page.locator('[data-members]').getAttribute('data-members')).toBe(
      String(await one('select count(*) from customer_360')),
    )
    await page.close()
  })

  test('segments: tiers filter by keyboard, and the way to the full list takes the filter along', async () => {
    const page = await lab.open({ path: '/segments?range=all' })
    await page.getByRole('button', { name: 'Gold', exact: true }).focus()
    await page.keyboard.press('Enter')
    await settled(page)
    const gold = await one(`select count(*) from customer_360 where tier = 'Gold'`)
    expect(await page.locator('[data-members]').getAttribute('data-members')).toBe(String(gold))
    await page.getByRole('link', { name: 'Open in Customers' }).click()
    await page.waitForURL('**/customers?*')
    await settled(page)
    expect(new URL(page.url()).searchParams.get('where')).toBe('tier.in.Gold')
    const figures = page.getByRole('region', { name: 'What these customers come to' })
    expect(await figures.locator('.kpi-value').first().getAttribute('data-value')).toBe(String(gold))
    await page.close()
  })

  test('loyalty: members, points and tiers are the warehouse’s', async () => {
    const page = await lab.open({ path: '/loyalty?range=2025-01-01..2025-03-31' })
    const figure = async (measure: string) =>
      Number(await page.locator(`[data-measure=${measure}]`).getAttribute('data-value'))
    const points = `from fact_loyalty_transactions t where ${dated}`
    expect(await figure('members')).toBe(
      await one('select count(distinct customer_id) from dim_loyalty_accounts where customer_id is not null'),
    )
    const issued = await one(`select sum(points_change) filter (points_change > 0) ${points}`)
    expect(await figure('points_issued')).toBe(issued)
    expect(await figure('points_redeemed')).toBe(
      -(await one(`select coalesce(sum(points_change) filter (points_change < 0), 0) ${points}`)),
    )
    const tiers = await lab.query(
      `select tier, count(*) as n from customer_360 where tier is not null group by all`,
    )
    const shown = await tableOf(page, 'Tiers')
    for (const { tier, n } of tiers) expect(shown.get(String(tier))?.[0]).toBe(written(n))
    const reasons = await lab.query(`select reason, sum(points_change) as n ${points} and points_change > 0
      group by all order by n desc, reason`)
    expect(await tile(page, 'Why points changed').locator('.bar-label').allTextContents()).toEqual(
      expect.arrayContaining(reasons.map(({ reason }) => String(reason))),
    )
    await page.close()
  })

  test('retention: the cohort triangle is what the customers did', async () => {
    const page = await lab.open({ path: '/retention' })
    const asked = await lab.query(`
      with firsts as (select customer_id, date_trunc('month', first_purchase_date)::date as cohort from customer_360 where first_purchase_date is not null),
      bought as (select distinct customer_id, date_trunc('month', local_date)::date as month from fact_transactions where is_sale and customer_id is not null)
      select cohort::varchar as cohort, datediff('month', cohort, month) as since, count(*) as kept
      from firsts join bought using (customer_id) group by all order by all`)
    expect(asked.length).toBeGreaterThan(20)
    for (const { cohort, since, kept } of asked) {
      const cell = page.locator(`[data-cohort="${cohort}"] [data-since="${since}"]`)
      expect(await cell.getAttribute('data-retained'), `${cohort} + ${since}`).toBe(String(kept))
    }
    const before = asked.length
    await page.getByRole('button', { name: 'Customers', exact: true }).first().click()
    await settled(page)
    expect(new URL(page.url()).searchParams.get('cells')).toBe('customers')
    const [first] = asked
    expect(await page.locator(`[data-cohort="${first?.cohort}"] [data-since="0"]`).textContent()).toBe(
      written(first?.kept),
    )
    expect(before).toBe(asked.length)
    await page.close()
  })

  test('retention: months, activity, churned customers and their places are the certified views', async () => {
    const page = await lab.open({ path: '/retention?range=all' })
    const monthly = page.getByRole('region', { name: 'Churn and retention by month' }).first()
    await monthly.getByRole('button', { name: 'Table' }).click()
    const months = await lab.query(
      `select customers_at_end, churn_rate::double as churn from monthly_churn_and_retention order by month desc`,
    )
    const cells = await monthly.locator('tbody tr').first().locator('td').allTextContents()
    expect(cells[6]).toBe(written(months[0]?.customers_at_end))
    expect(Number.parseFloat(cells[8] ?? '')).toBeCloseTo(Number(months[0]?.churn), 2)
    expect(await monthly.locator('tbody tr').count()).toBe(months.length)

    const status = await lab.query(
      `select activity_status as name, count(*) as n from customer_activity_status group by all`,
    )
    for (const { name, n } of status) {
      const bar = page
        .getByRole('list', { name: 'By purchases', exact: true })
        .locator('li')
        .filter({ has: page.getByText(String(name), { exact: true }) })
      expect(await bar.locator('.bar-value').textContent()).toContain(written(n))
    }

    const members = page.locator('[data-members]')
    expect(await members.getAttribute('data-members')).toBe(
      String(await one('select count(*) from churned_customers')),
    )
    const [place] =
      await lab.query(`select location, city, state, churned_customers as n from churn_by_location
      where city is not null and state is not null order by churned_customers desc limit 1`)
    const row = tile(page, 'Churn by location')
      .locator('tbody tr')
      .filter({ hasText: String(place?.location) })
    await row.click()
    await settled(page)
    expect(await members.getAttribute('data-members')).toBe(String(place?.n))
    expect(await row.getAttribute('class')).toContain('is-selected')
    const worth = await one(
      `select sum(lifetime_value)::double from churned_customers where city = '${place?.city}' and state = '${place?.state}'`,
    )
    expect(worth).toBeGreaterThan(0)
    await page.locator('h1').focus()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await settled(page)
    expect(await page.locator('.pill').count()).toBe(0)
    await page.close()
  })

  test('retention: registrations are those of the dates', async () => {
    const page = await lab.open({ path: '/retention?range=2024-01-01..2024-12-31' })
    const [known] = await lab.query(
      `select count(signup_date) as everybody, count(*) filter (year(signup_date) = 2024) as shown from dim_customers`,
    )
    expect(await tile(page, 'Registrations by month').textContent()).toContain(
      `${written(known?.shown)} in the shown dates, ${written(known?.everybody)} in all`,
    )
    await page.close()
  })

  test('what a filter cannot reach says so', async () => {
    const page = await lab.open({ path: '/retention?range=all&channel=online' })
    for (const name of ['Churn by location', 'Churned customers', 'Churn and retention by month'])
      expect(await page.getByRole('region', { name }).first().textContent()).toContain(
        'not filtered by Channel',
      )
    await page.close()
  })

  test('Tab reaches every part of Retention', async () => {
    const page = await lab.open({ path: '/retention' })
    const stops = (await tabStops(page, 300)).join('\n')
    for (const part of [
      'Cohorts',
      'application',
      'Active',
      'New York, New York',
      'Open in Customers',
      'Export',
    ])
      expect(stops).toContain(part)
    await page.close()
  })

  test('nothing went wrong, and nothing was asked of anybody else', () => {
    expect(lab.complaints).toEqual([])
  })
})
