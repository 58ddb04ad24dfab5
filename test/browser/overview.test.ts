import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, type Lab, openLab, settled, tabStops, ways } from './harness.ts'

const sold = `from fact_transactions t left join dim_products p using (product_id)
  left join customer_segmentation s on s.customer_id = t.customer_id where is_sale`

describe.skipIf(!hasChromium)('Overview in Chromium', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
  })

  const figure = async (page: Page, measure: string): Promise<number> =>
    Number(await page.locator(`[data-measure=${measure}]`).getAttribute('data-value'))

  const one = async (sql: string): Promise<number> =>
    Number(Object.values((await lab.query(sql))[0] ?? {})[0])

  const tile = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

  test('figures on screen are the warehouse’s', async () => {
    const page = await lab.open({ path: '/?range=2025-01-01..2025-03-31' })
    const dated = `local_date between date '2025-01-01' and date '2025-03-31'`
    const [sales] = await lab.query(
      `select sum(amount)::double revenue, count(distinct (source, order_id)) orders from fact_transactions where is_sale and ${dated}`,
    )
    const revenue = Number(sales?.revenue)
    expect(await figure(page, 'revenue')).toBeCloseTo(revenue, 2)
    expect(await figure(page, 'orders')).toBe(Number(sales?.orders))
    expect(await figure(page, 'aov')).toBeCloseTo(revenue / Number(sales?.orders), 1)
    const resolved = await one(
      `select round(100.0 * count(*) filter (is_resolved) / count(*), 2)::double from fact_service_interactions where ${dated}`,
    )
    expect(await figure(page, 'resolution_rate')).toBeCloseTo(resolved, 1)

    const products = await lab.query(`select p.name as name ${sold} and ${dated} and product_id is not null
      group by product_id, p.name order by sum(amount) desc limit 10`)
    expect(await tile(page, 'Top 10 products').locator('.bar-label').allTextContents()).toEqual(
      products.map(({ name }) => name),
    )
    const peak = await one(
      `select max(n) from (select count(*) n from fact_transactions where is_sale and ${dated} group by iso_weekday, hour_of_day)`,
    )
    expect(await tile(page, 'Peak times').locator('.is-peak').getAttribute('data-value')).toBe(String(peak))
    const segments =
      await lab.query(`select s.customer_segment, count(distinct t.customer_id) buyers ${sold} and ${dated}
      and s.customer_segment is not null group by 1 order by sum(amount) desc`)
    const shown = await tile(page, 'Customer segments').locator('tbody tr').allTextContents()
    for (const { customer_segment, buyers } of segments)
      expect(shown.find((row) => row.startsWith(String(customer_segment)))).toContain(
        Number(buyers).toLocaleString('en-US'),
      )
    await page.close()
  })

  test('a click filters every other tile, highlights its own, and Back and Esc undo it', async () => {
    const page = await lab.open({ path: '/?range=all' })
    const whole = await figure(page, 'revenue')
    const rows = tile(page, 'Customer segments').locator('tbody tr')
    const count = await rows.count()
    await rows.filter({ hasText: 'High-Value Customer' }).click()
    await settled(page)
    expect(new URL(page.url()).searchParams.get('segment')).toBe('High-Value Customer')
    const part = await one(
      `select sum(amount)::double ${sold} and s.customer_segment = 'High-Value Customer'`,
    )
    expect(await figure(page, 'revenue')).toBeCloseTo(part, 2)
    expect(part).toBeLessThan(whole)
    expect(await rows.count()).toBe(count)
    expect(await rows.filter({ hasText: 'High-Value Customer' }).getAttribute('class')).toContain(
      'is-selected',
    )

    await tile(page, 'Peak times').locator('.is-peak').click()
    await settled(page)
    expect(await page.locator('.pill').count()).toBe(3)
    const both = await figure(page, 'revenue')
    expect(both).toBeLessThan(part)

    await page.goBack()
    await settled(page)
    expect(await figure(page, 'revenue')).toBeCloseTo(part, 2)
    await page.locator('h1').focus()
    await page.keyboard.press('Escape')
    await settled(page)
    expect(new URL(page.url()).searchParams.has('segment')).toBe(false)
    expect(await figure(page, 'revenue')).toBeCloseTo(whole, 2)
    await page.close()
  })

  test('a click on a picture that waits for its next answer adds to the filter before it', async () => {
    const page = await lab.open({ path: '/?range=all' })
    await page.route('**/api/query', async (route) => {
      await new Promise((later) => setTimeout(later, 700))
      await route.continue()
    })
    await tile(page, 'Customer segments').locator('tbody tr').first().click()
    expect(await tile(page, 'Top 10 products').getAttribute('aria-busy')).toBe('true')
    await tile(page, 'Top 10 products').locator('.bars button').first().click()
    await settled(page)
    const { searchParams } = new URL(page.url())
    expect([...searchParams.keys()].sort()).toEqual(['product', 'range', 'segment'])
    await page.close()
  })

  test('a filter that cannot reach a figure is named, and so is a part of the address nobody knows', async () => {
    const page = await lab.open({ path: '/?range=all&channel=online&colour=red' })
    expect(await tile(page, 'Web sessions').textContent()).toContain('not filtered by Channel')
    expect(await tile(page, 'Top 10 products').textContent()).not.toContain('not filtered by')
    expect(await page.getByRole('status').filter({ hasText: 'does not know' }).textContent()).toContain(
      'colour',
    )
    const all = await one('select count(*) from fact_web_sessions')
    const shown = await tile(page, 'Web sessions').locator('tbody td:nth-child(2)').allTextContents()
    expect(shown.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0)).toBe(all)
    await page.close()
  })

  test('a change is taken apart into parts that add up to it exactly', async () => {
    const page = await lab.open({ path: '/?range=2025-01-01..2025-03-31' })
    await page.getByRole('button', { name: 'Why did Revenue change?' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('heading', { name: 'By store' }).waitFor()
    const change = Number(await drawer.locator('[data-change]').getAttribute('data-change'))
    expect(Math.abs(change)).toBeGreaterThan(1)
    const sections = await drawer.locator('section.effects').all()
    expect(sections.length).toBeGreaterThanOrEqual(4)
    for (const section of sections) {
      const parts = await section.locator('[data-effect]').all()
      const effects = await Promise.all(
        parts.map(async (part) => Number(await part.getAttribute('data-effect'))),
      )
      expect(effects.reduce((sum, effect) => sum + effect, 0)).toBeCloseTo(change, 2)
    }
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    expect(page.url()).toContain('2025-01-01..2025-03-31')
    await page.close()
  })

  test('days are chosen by dragging across the chart, and by keyboard', async () => {
    const page = await lab.open({ path: '/?range=all' })
    const chart = tile(page, 'Revenue by week').getByRole('application')
    const box = await chart.boundingBox()
    if (!box) throw new Error('no chart')
    await page.mouse.move(box.x + box.width * 0.4, box.y + 100)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.6, box.y + 110, { steps: 4 })
    await page.mouse.up()
    await settled(page)
    const [from = '', to = ''] = new URL(page.url()).searchParams.get('range')?.split('..') ?? []
    expect(from < to).toBe(true)
    const chosen = await one(
      `select sum(amount)::double from fact_transactions where is_sale and local_date between date '${from}' and date '${to}'`,
    )
    expect(await figure(page, 'revenue')).toBeCloseTo(chosen, 2)

    await chart.focus()
    await page.keyboard.press('Home')
    for (let week = 0; week < 3; week++) await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Enter')
    await settled(page)
    const first = new URL(page.url()).searchParams.get('range')?.split('..') ?? []
    expect(Date.parse(first[1] ?? '') - Date.parse(first[0] ?? '')).toBe(27 * 86_400_000)
    await page.close()
  })

  test('Tab reaches everything, arrows move inside the heat grid', async () => {
    const page = await lab.open()
    const stops = await tabStops(page)
    expect(stops[0]).toContain('Skip to the content')
    const wanted = [
      'Sales',
      'Data as of',
      'Find a customer',
      'Theme',
      '12 months',
      'Own dates',
      'All stores',
      'Why did Revenue change?',
      'Revenue by week',
      'More about Top 10 products',
      'Customer segments',
      'Mobile',
    ]
    for (const name of wanted)
      expect(
        stops.some((stop) => stop.includes(name)),
        name,
      ).toBe(true)
    expect(stops.filter((stop) => stop.startsWith('gridcell'))).toHaveLength(1)
    await page.locator('[role=gridcell][tabindex="0"]').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    expect(await page.evaluate('document.activeElement.dataset.cell')).toBe('2-1')
    await page.close()
  })

  test('the palette finds customers by name without putting it into an address', async () => {
    const page = await lab.open()
    const [row] = await lab.query(
      `select customer_id, first_name || ' ' || last_name as name from customer_360 where last_name is not null order by 1 limit 1`,
    )
    await page.keyboard.press('Control+k')
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.getByRole('dialog').getByRole('combobox').fill(String(row?.name))
    await page
      .getByRole('option')
      .filter({ hasText: String(row?.customer_id) })
      .waitFor()
    expect(await axe(page)).toEqual([])
    expect(
      requests.filter((url) => url.includes(encodeURIComponent(String(row?.name).split(' ')[0] ?? ''))),
    ).toEqual([])
    await page.close()
  })

  test.each(ways)('axe finds nothing at $width px, $theme', async ({ width, theme, rules }) => {
    const page = await lab.open({ width, theme, path: '/?channel=online' })
    expect(await axe(page, rules)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await page.close()
  })

  test('the first page needs at most 300 kB of script, gzipped', async () => {
    const page = await lab.open()
    const scripts = (await page.evaluate(
      'performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".js"))',
    )) as string[]
    const sizes = await Promise.all(
      scripts.map(async (script) => gzipSync(Buffer.from(await (await fetch(script)).arrayBuffer())).length),
    )
    expect(scripts.length).toBeGreaterThan(1)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(300_000)
    await page.close()
  })

  test('nothing left the server’s origin, and the console is silent', () => {
    expect(lab.complaints).toEqual([])
  })
})
