import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, type Lab, openLab, settled, ways } from './harness.ts'

const days = `local_date between date '2025-01-01' and date '2025-03-31'`
const range = 'range=2025-01-01..2025-03-31'

describe.skipIf(!hasChromium)('Sales, Stores, Peak times, Support and Web in Chromium', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
  })

  const tile = (page: Page, name: string) => page.getByRole('region', { name, exact: true }).first()
  const one = async (sql: string): Promise<number> =>
    Number(Object.values((await lab.query(sql))[0] ?? {})[0])
  const figure = async (page: Page, measure: string): Promise<number> =>
    Number(await page.locator(`[data-measure=${measure}]`).first().getAttribute('data-value'))
  const column = async (page: Page, name: string, nth: number): Promise<string[]> =>
    tile(page, name).locator(`tbody tr:not([aria-hidden]) td:nth-child(${nth})`).allTextContents()
  const written = (value: unknown): string => Number(value).toLocaleString('en-US')
  const search = (page: Page, key: string): string | null => new URL(page.url()).searchParams.get(key)

  test('Sales: figures, Top N by what the address says, and values that were not paid', async () => {
    const page = await lab.open({ path: `/sales?${range}&sort=-revenue&n=5` })
    const sold = `from fact_transactions t left join dim_products p using (product_id) where is_sale and ${days}`
    expect(await figure(page, 'revenue')).toBeCloseTo(await one(`select sum(amount)::double ${sold}`), 2)
    expect(await figure(page, 'buyers')).toBe(await one(`select count(distinct customer_id) ${sold}`))
    const top = await lab.query(
      `select p.name ${sold} and product_id is not null group by product_id, p.name order by sum(amount) desc, product_id limit 5`,
    )
    expect(await column(page, 'Products', 1)).toEqual(top.map(({ name }) => name))
    for (const status of ['pending', 'failed'] as const)
      expect(await figure(page, `${status}_value`)).toBeCloseTo(
        await one(
          `select coalesce(sum(amount), 0)::double from fact_transactions where status ilike '${status}' and ${days}`,
        ),
        2,
      )
    const bands = await tile(page, 'Transaction amounts').locator('[data-column="20 to 50"]').textContent()
    expect(bands).toContain(written(await one(`select count(*) ${sold} and amount >= 20 and amount < 50`)))

    await tile(page, 'Products').getByRole('button', { name: /^AOV/ }).click()
    await settled(page)
    expect(search(page, 'sort')).toBe('-aov')
    const byAov = await lab.query(
      `select p.name ${sold} and product_id is not null group by product_id, p.name order by round(sum(amount) / count(*), 2) desc, product_id limit 1`,
    )
    expect((await column(page, 'Products', 1))[0]).toBe(byAov[0]?.name)
    await page.close()
  })

  test('Sales: a category narrows the products, Back brings them all again', async () => {
    const page = await lab.open({ path: '/sales?range=all' })
    const before = await figure(page, 'revenue')
    await tile(page, 'Categories')
      .getByRole('button', { name: /^Books/ })
      .click()
    await settled(page)
    expect(search(page, 'category')).toBe('Books')
    expect(new Set(await column(page, 'Products', 2))).toEqual(new Set(['Books']))
    expect(await figure(page, 'revenue')).toBeCloseTo(
      await one(
        `select sum(amount)::double from fact_transactions join dim_products using (product_id) where is_sale and category = 'Books'`,
      ),
      2,
    )
    expect(await tile(page, 'Categories').locator('.bar-label').count()).toBeGreaterThan(1)
    await page.goBack()
    await settled(page)
    expect(await figure(page, 'revenue')).toBeCloseTo(before, 2)
    await page.close()
  })

  test('Stores: every store with its sales; one opens with its own figures and hours', async () => {
    const page = await lab.open({ path: `/stores?${range}` })
    const stores = await lab.query(
      `select s.location as name, sum(amount)::double as revenue, t.store_id as id from fact_transactions t join dim_stores s using (store_id) where is_sale and ${days} group by all order by revenue desc`,
    )
    expect((await column(page, 'Stores', 1)).slice(0, stores.length)).toEqual(stores.map(({ name }) => name))
    expect(await column(page, 'Stores', 1)).toHaveLength(await one('select count(*) from dim_stores'))
    await tile(page, 'Stores')
      .getByRole('link', { name: String(stores[0]?.name), exact: true })
      .click()
    await page.getByRole('heading', { level: 1, name: String(stores[0]?.name) }).waitFor()
    await settled(page)
    expect(new URL(page.url()).pathname).toBe(`/stores/${stores[0]?.id}`)
    expect(search(page, 'range')).toBe('2025-01-01..2025-03-31')
    expect(await figure(page, 'revenue')).toBeCloseTo(Number(stores[0]?.revenue), 2)
    const place = tile(page, 'Against all stores').locator('tbody tr').first()
    expect(await place.textContent()).toContain(`1 of ${stores.length}`)

    const [hours] = await lab.query(
      `select opening_hours from dim_stores where store_id = '${stores[0]?.id}'`,
    )
    const [, from, to] = /^(\d+):00 AM - (\d+):00 PM$/.exec(String(hours?.opening_hours)) ?? []
    expect(await page.locator('.is-outlined').count()).toBe(7 * (Number(to) + 12 - Number(from)))
    const outside = await one(
      `select count(*) from fact_transactions where is_sale and ${days} and store_id = '${stores[0]?.id}' and not hour_of_day between ${from} and ${Number(to) + 11}`,
    )
    expect(await page.locator('[data-outside]').getAttribute('data-outside')).toBe(String(outside))
    const members = await one(
      `select 100.0 * sum(amount) filter (c.tier is not null) / sum(amount) from fact_transactions t left join customer_360 c using (customer_id) where is_sale and ${days} and store_id = '${stores[0]?.id}'`,
    )
    expect(await tile(page, 'Loyalty share').locator('footer').textContent()).toContain(
      `${members.toFixed(1)}%`,
    )
    await page.close()
  })

  test('Stores: an id that no store has says so', async () => {
    const page = await lab.open({ path: '/stores/no-such-store' })
    expect(await page.locator('main').textContent()).toContain('There is no store with this id')
    await page.close()
  })

  test('Peak times: the grid, its columns and the average of a weekday are those of the warehouse', async () => {
    const page = await lab.open({ path: '/peak-times?range=all' })
    const [peak] = await lab.query(
      'select iso_weekday as day, hour_of_day as hour, count(*) as n from fact_transactions where is_sale group by all order by n desc, day, hour limit 1',
    )
    expect(await page.locator('.is-peak').getAttribute('data-value')).toBe(String(peak?.n))
    const monday = tile(page, 'By weekday').locator('[data-column="1"]')
    for (const [channel, name] of [
      ['online', 'Online'],
      ['in_store', 'In store'],
    ] as const)
      expect(await monday.textContent()).toContain(
        `${name} ${written(await one(`select count(*) from fact_transactions where is_sale and iso_weekday = 1 and channel = '${channel}'`))}`,
      )

    await page.getByRole('button', { name: 'Average day' }).click()
    await settled(page)
    const mondays = await one(
      `select count(*) from (select unnest(generate_series((select least(min(local_date), (select min(activity_from) from reporting_period)) from fact_transactions), (select max(as_of) from reporting_period), interval 1 day)) d) where isodow(d) = 1`,
    )
    const atNine = await one(
      'select count(*) from fact_transactions where is_sale and iso_weekday = 1 and hour_of_day = 12',
    )
    expect(Number(await page.locator('[data-cell="1-12"]').getAttribute('data-value'))).toBeCloseTo(
      atNine / mondays,
      2,
    )

    await page.locator('[data-cell="1-12"]').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await settled(page)
    expect([search(page, 'weekday'), search(page, 'hour')]).toEqual(['1', '13'])
    await page.keyboard.press('Enter')
    await settled(page)
    expect([search(page, 'weekday'), search(page, 'hour')]).toEqual([null, null])
    await page.close()
  })

  test('Support: pooled rate, agents with their interval, tiers, ages and the rows behind an age', async () => {
    const page = await lab.open({ path: `/support?${range}` })
    const contacts = `from fact_service_interactions where ${days}`
    expect(await figure(page, 'interactions')).toBe(await one(`select count(*) ${contacts}`))
    expect(await figure(page, 'resolution_rate')).toBeCloseTo(
      await one(`select 100.0 * count(*) filter (is_resolved) / count(*) ${contacts}`),
      1,
    )
    expect(await figure(page, 'agents')).toBe(await one(`select count(distinct agent_id) ${contacts}`))
    expect(await figure(page, 'repeat_contacts')).toBe(
      await one(`select count(*) from (select local_date, opened_at - lag(opened_at) over (partition by customer_id order by opened_at, source, interaction_id) as gap
        from fact_service_interactions where customer_id is not null) where gap <= interval 30 day and ${days}`),
    )
    const rates = await lab.query(
      `select a.agent_id, count(i.agent_id) n, 100.0 * count(*) filter (is_resolved) / nullif(count(i.agent_id), 0) rate from dim_agents a
        left join fact_service_interactions i on i.agent_id = a.agent_id and ${days} group by 1`,
    )
    const inTier = (low: number, high: number): string =>
      String(rates.filter(({ rate }) => rate !== null && Number(rate) >= low && Number(rate) < high).length)
    expect(await column(page, 'Resolution tiers', 2)).toEqual([
      inTier(95, 101),
      inTier(85, 95),
      inTier(0, 85),
      String(rates.filter(({ n }) => Number(n) === 0).length),
    ])

    const all = await lab.open({ path: '/support?range=all' })
    const certified = await lab.query(
      'select agent_name, rate_low::double as low from agent_performance order by low desc nulls last, total_interactions desc limit 1',
    )
    expect((await column(all, 'Agents', 4))[0]).toContain(`${Number(certified[0]?.low).toFixed(1)}%`)
    const [oldest] =
      await lab.query(`select case when days >= 90 then '90 days and more' when days >= 30 then '30 to 89 days' when days >= 14 then '14 to 29 days'
        when days >= 7 then '7 to 13 days' when days >= 3 then '3 to 6 days' when days >= 1 then '1 to 2 days' else 'Today' end as age, count(*) n
      from (select date_diff('day', local_date, as_of) as days from fact_service_interactions, reporting_period where not is_resolved) group by 1 order by min(days) desc limit 1`)
    const bar = tile(all, 'Open contacts by age').getByRole('button', { name: String(oldest?.age) })
    expect(await bar.textContent()).toContain(written(oldest?.n))
    await bar.click()
    const list = all.getByRole('dialog')
    await list.getByRole('table').waitFor()
    expect(await list.textContent()).toContain(written(oldest?.n))
    expect(await list.getByRole('link').first().getAttribute('href')).toMatch(/^\/customers\/./)
    await all.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    await all.close()
    await page.close()
  })

  test('Support: an agent filters the contacts, and a store says that it does not', async () => {
    const page = await lab.open({ path: '/support?range=all&store=1' })
    expect(await tile(page, 'By issue type').textContent()).toContain('not filtered by Store')
    const row = tile(page, 'Agents').locator('tbody tr').first()
    await row.focus()
    await page.keyboard.press('Enter')
    await settled(page)
    const agent = search(page, 'agent')
    expect(await figure(page, 'interactions')).toBe(
      await one(`select count(*) from fact_service_interactions where agent_id = '${agent}'`),
    )
    expect(await tile(page, 'Agents').locator('tbody tr').count()).toBe(
      await one('select count(*) from dim_agents'),
    )
    await page.close()
  })

  test('Web: sessions by device and length, and the certified view of all dates', async () => {
    const page = await lab.open({ path: `/web?${range}` })
    const devices = await lab.query(
      `select device, count(*) n from fact_web_sessions where ${days} group by 1 order by n desc, device nulls last`,
    )
    expect(await column(page, 'Devices', 2)).toEqual(devices.map(({ n }) => written(n)))
    const lengths = await lab.query(
      `select session_category, count(*) n from fact_web_sessions where ${days} group by 1`,
    )
    const names = await column(page, 'Length of sessions', 1)
    const counts = await column(page, 'Length of sessions', 3)
    expect(Object.fromEntries(names.map((name, at) => [name, counts[at]]))).toEqual(
      Object.fromEntries(lengths.map(({ session_category, n }) => [session_category, written(n)])),
    )
    expect(names.indexOf('Short')).toBeLessThan(names.indexOf('Extended'))

    await tile(page, 'Devices')
      .getByRole('button', { name: /^Certified view/ })
      .click()
    const view = page.getByRole('dialog')
    await view.getByRole('table').waitFor()
    expect(await view.textContent()).toContain(
      String(await one('select max(sessions) from web_sessions_by_device')),
    )
    await page.close()
  })

  // Every page of the navigation as it opens is in walk.test.ts; this one looks otherwise.
  test.each(ways)(
    'Peak times by difference: axe finds nothing and nothing is wider than the screen, $width px, $theme',
    async ({ width, theme, rules }) => {
      const page = await lab.open({ width, theme, path: '/peak-times?view=difference' })
      expect(await axe(page, rules)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      await page.close()
    },
  )

  test('nothing left this machine and nothing broke', () => {
    expect(lab.complaints).toEqual([])
  })
})
