import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  axe,
  hasChromium,
  type Lab,
  openLab,
  settled,
  sharedProject,
  tabStops,
  turn,
  ways,
} from './harness.ts'

const legacy = fileURLToPath(new URL('../../examples/retail/legacy', import.meta.url))

/** A copy, because these tests decide, run and roll back. */
describe.skipIf(!hasChromium)('pages about the data in Chromium', () => {
  let lab: Lab
  let root: string

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'c360-data-pages-'))
    await cp(await sharedProject(), root, { recursive: true })
    await cp(legacy, join(root, 'legacy'), { recursive: true })
    lab = await openLab(root)
  }, 120_000)
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
    if (root) await rm(root, { recursive: true, force: true })
  })

  const tile = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  const number = (text: string | null | undefined): number => Number((text ?? '').replace(/[^\d.-]/g, ''))
  const one = async (sql: string): Promise<number> =>
    Number(Object.values((await lab.query(sql))[0] ?? {})[0])
  const key = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name)

  test.each([
    '/runs?table=gold.customer_360',
    '/quarantine?source=customers',
    '/reconcile?view=View_AverageOrderValue',
    '/sql?table=gold.customer_360',
    '/explore?by=category',
    '/explore?show=pivot&by=category&split=channel',
    '/explore?show=time&by=channel',
  ])(
    '%s: axe finds nothing and it fits, in both themes at both widths',
    { timeout: 90_000 },
    async (path) => {
      const page = await lab.open({ path })
      if (path.startsWith('/reconcile')) await page.locator('.verdict').waitFor({ timeout: 60_000 })
      const found: string[] = []
      for (const way of ways) {
        await turn(page, way)
        found.push(...(await axe(page, way.rules)).map((problem) => `${way.width} ${way.theme}: ${problem}`))
        const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
        if (over > 0) found.push(`${way.width}: ${over} px too wide`)
      }
      await page.close()
      expect(found).toEqual([])
    },
  )

  test('runs: sources, checks and versions are the warehouse’s', async () => {
    const page = await lab.open({ path: '/runs' })
    const held = await lab.query('select source, count(*) n from silver.quarantine group by source')
    const sources = tile(page, 'Sources and freshness').locator('tbody tr')
    expect(held.length).toBeGreaterThan(5)
    for (const { source, n } of held) {
      const cells = sources.filter({ has: page.getByText(String(source), { exact: true }) }).locator('td')
      expect(number(await cells.nth(8).textContent())).toBe(Number(n))
      expect(number(await cells.nth(6).textContent())).toBe(
        await one(`select count(*) from silver.${source}`),
      )
    }
    const checks = tile(page, 'Checks').locator('tbody tr')
    const customers = checks.filter({ has: page.getByText('customer_360', { exact: true }) })
    expect(number(await customers.locator('td').nth(1).textContent())).toBe(
      await one('select count(*) from customer_360'),
    )
    await page.close()
  })

  test('lineage is walked by keyboard and said in words', async () => {
    const page = await lab.open({ path: '/runs' })
    const first = page.locator('.lineage-node[tabindex="0"]')
    expect(await first.count()).toBe(1)
    await first.focus()
    await page.keyboard.press('ArrowRight')
    const silver = await page.evaluate<string>('document.activeElement.dataset.id')
    expect(silver).toMatch(/^silver\./)
    await page.keyboard.press('Enter')
    await expect.poll(() => key(page, 'table')).toBe(silver)
    const source = silver.replace('silver.', '')
    await page
      .locator('.neighbours')
      .first()
      .getByRole('button', { name: `landing.${source}`, exact: true })
      .waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => key(page, 'table')).toBe(null)
    expect(await page.locator('.lineage-text li').count()).toBeGreaterThan(50)
    await page.close()
  })

  test('quarantine: reasons and rows are the warehouse’s, a click filters, Back undoes it', async () => {
    const page = await lab.open({ path: '/quarantine' })
    const kpi = (name: string) =>
      page.locator('.kpi').filter({ hasText: name }).locator('.kpi-value').textContent()
    expect(number(await kpi('Rows held back'))).toBe(await one('select count(*) from silver.quarantine'))
    expect(number(await kpi('Value held back'))).toBeCloseTo(
      await one('select sum(amount)::double from silver.quarantine'),
      2,
    )
    const [most] = await lab.query(`select source, why.column as "column", why.reason as reason, count(*) n
      from (select source, unnest(from_json(reasons, '[{"column":"VARCHAR","reason":"VARCHAR"}]')) why from silver.quarantine)
      where why.column is not null group by all order by n desc, 1, 2, 3 limit 1`)
    const bar = tile(page, 'Reasons').getByRole('button', {
      name: `${most?.source} · ${most?.column} · ${most?.reason}`,
    })
    expect(number(await bar.locator('.bar-value').textContent())).toBe(Number(most?.n))
    await bar.click()
    await settled(page)
    expect([key(page, 'source'), key(page, 'column'), key(page, 'reason')]).toEqual([
      most?.source,
      most?.column,
      most?.reason,
    ])
    const foot = () => tile(page, 'Rows').locator('footer').textContent()
    expect(await foot()).toContain(`of ${Number(most?.n).toLocaleString('en-US')}`)
    await page.goBack()
    await settled(page)
    expect(await foot()).toContain(
      `of ${(await one('select count(*) from silver.quarantine')).toLocaleString('en-US')}`,
    )
    await page.close()
  })

  test('personal values are hidden until they are revealed, which is audited without them', async () => {
    const [row] = await lab.query(
      `select json_extract_string(raw, '$.Email') email from silver.quarantine
        where source = 'customers' and contains(json_extract_string(raw, '$.Email'), '@') limit 1`,
    )
    const page = await lab.open({ path: '/quarantine?source=customers' })
    const email = String(row?.email)
    expect(email).toContain('@')
    expect(await page.locator('main').textContent()).not.toContain(email)
    await page.getByRole('button', { name: 'Show personal values' }).click()
    await tile(page, 'Rows').getByText(email).first().waitFor()
    const audit = await readFile(join(root, '.c360', 'audit.jsonl'), 'utf8')
    expect(audit).toContain('"reveal"')
    expect(audit).not.toContain(email)
    expect(page.url()).not.toContain('@')
    await page.close()
  })

  test('a corrected row is kept, waits, and is in gold after the run that is followed live', {
    timeout: 60_000,
  }, async () => {
    const page = await lab.open({
      path: '/quarantine?source=online_transactions&reason=not_a_number&column=Amount',
    })
    const before = await one('select count(*) from fact_transactions')
    await tile(page, 'Rows').locator('tbody tr').first().click()
    const drawer = page.getByRole('dialog')
    expect(await axe(page)).toEqual([])
    await drawer.getByLabel('Amount').fill('1234.56')
    await drawer.getByLabel('Why (kept with the decision)').fill('checked with the shop')
    await drawer.getByRole('button', { name: 'Save the correction' }).click()
    await drawer.waitFor({ state: 'detached' })
    await tile(page, 'Rows').getByText('Corrected').first().waitFor()
    expect(
      await page.locator('.kpi').filter({ hasText: 'Decisions waiting' }).locator('.kpi-value').textContent(),
    ).toBe('1')
    await page.getByRole('button', { name: 'Apply them now' }).click()
    await page.getByRole('progressbar', { name: 'Progress of the run' }).waitFor()
    await page.getByText('Version 2 is published.').waitFor()
    expect(await one('select count(*) from fact_transactions')).toBe(before + 1)
    expect(await one('select count(*) from fact_transactions where amount = 1234.56')).toBe(1)
    await expect
      .poll(() =>
        page.locator('.kpi').filter({ hasText: 'Decisions waiting' }).locator('.kpi-value').textContent(),
      )
      .toBe('0')
    await page.close()
  })

  test('an older version is shown again, held, and let go', async () => {
    const page = await lab.open({ path: '/runs' })
    const versions = tile(page, 'Versions')
    await versions.getByRole('button', { name: 'Show this one: Version 1' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Show version 1' }).click()
    await page.getByText('Version 1 is held: new runs do not replace it.').waitFor()
    const pointer = async () => JSON.parse(await readFile(join(root, 'warehouse', 'current.json'), 'utf8'))
    expect(await pointer()).toMatchObject({ version: 1, pinned: true })
    await versions.getByRole('button', { name: 'Show the newest' }).click()
    await expect.poll(pointer).toMatchObject({ version: 2 })
    await page.close()
  })

  test('a run opens with its files and steps; Back closes it', async () => {
    const page = await lab.open({ path: '/runs' })
    await tile(page, 'Runs').locator('tbody tr').last().focus()
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await drawer.getByText('OnlineTransactions.csv').waitFor()
    expect(await axe(page)).toEqual([])
    expect(await drawer.getByRole('heading', { name: /^Steps \(\d+\)$/ }).textContent()).not.toBe('Steps (0)')
    await page.goBack()
    await drawer.waitFor({ state: 'detached' })
    await page.close()
  })

  test('refresh settings: a schedule is kept, direct is not offered', async () => {
    const page = await lab.open({ path: '/runs' })
    await page.getByRole('button', { name: 'Refresh settings' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('radio', { name: /Direct/ }).isDisabled()).toBe(true)
    expect(await axe(page)).toEqual([])
    await dialog.getByLabel('When to refresh').selectOption('weekdays')
    await dialog.getByLabel('At', { exact: true }).fill('06:30')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(JSON.parse(await readFile(join(root, '.c360', 'serve.json'), 'utf8'))).toEqual({
      schedule: '30 6 * * 1-5',
      mode: 'import',
    })
    await page.getByRole('button', { name: 'Refresh settings' }).click()
    await expect.poll(() => page.getByRole('dialog').locator('dd').nth(2).textContent()).toMatch(/06:30/)
    await page.close()
  })

  test('reconcile: totals and the fan-out are the ones measured here', { timeout: 60_000 }, async () => {
    const page = await lab.open({ path: '/reconcile?view=View_AverageOrderValue' })
    await page.locator('.verdict').waitFor()
    await page.getByText('They differ', { exact: true }).waitFor()
    const certified = await one('select sum(total_sales)::double from average_order_value_by_product')
    const view = await one(`select sum(o.amount)::double from silver.online_transactions o
      join silver.products p on p.product_id = o.product_id
      left join silver.in_store_transactions i on i.customer_id = o.customer_id`)
    const lines = page.locator('.bridge tbody tr')
    expect(number(await lines.first().locator('td').nth(2).textContent())).toBeCloseTo(view, 2)
    expect(number(await lines.last().locator('td').nth(2).textContent())).toBeCloseTo(certified, 2)
    expect(await lines.count()).toBeGreaterThan(2)
    await page.getByText('left join in_store_transactions repeats rows').waitFor()
    await page.close()
  })

  test('SQL: asked by keyboard, contacts masked, writing refused, Esc and Tab leave the field', async () => {
    const page = await lab.open({ path: '/sql' })
    const field = page.getByRole('textbox', { name: 'SQL statement' })
    await field.fill(
      'select channel, count(*) as n\nfrom gold.fact_transactions\ngroup by channel order by n desc',
    )
    await page.keyboard.press('Control+Enter')
    const rows = tile(page, 'Result').locator('tbody tr')
    await rows.first().waitFor()
    const expected = await lab.query(
      'select channel, count(*) n from fact_transactions group by 1 order by 2 desc',
    )
    expect(await rows.allTextContents()).toEqual(expected.map(({ channel, n }) => `${channel}${n}`))
    await page.keyboard.press('Home')
    await page.keyboard.press('Tab')
    expect(await field.inputValue()).toContain('\n  group by')
    await page.keyboard.press('Control+z')
    expect(await field.inputValue()).not.toContain('\n  group by')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.tagName')).toBe('BUTTON')
    await field.fill('select email from gold.dim_customers where email is not null limit 3')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Hidden because personal: email.').waitFor()
    expect(await rows.first().textContent()).toMatch(/^.\*+@/)
    await field.fill('delete from gold.dim_customers')
    await page.getByRole('button', { name: /^Run/ }).click()
    await tile(page, 'Result').getByText('This could not be shown').waitFor()
    expect(page.url()).not.toContain('select')
    await page.close()
  })

  test('SQL: checks of the data and tables of the tree are asked at once', async () => {
    const page = await lab.open({ path: '/sql' })
    await page.getByRole('button', { name: 'Check the data' }).click()
    await page.locator('.checks-menu button').first().click()
    await tile(page, 'Result').getByRole('status').waitFor()
    expect(key(page, 'check')).not.toBe(null)
    await page.getByLabel('Find a table or column').fill('agent_perf')
    await page.getByRole('button', { name: 'Show rows of gold.agent_performance' }).click()
    const agents = await one('select least(count(*), 100) from agent_performance')
    await expect
      .poll(() => tile(page, 'Result').locator('table').getAttribute('aria-rowcount'))
      .toBe(String(agents + 1))
    await page.close()
  })

  test('explore: figures, filters and views; a saved view is a file and opens again', async () => {
    const page = await lab.open({ path: '/explore?range=all&by=category' })
    const board = tile(page, 'Revenue by Category').locator('tbody tr')
    const expected =
      await lab.query(`select coalesce(p.category, 'Unknown') category, sum(amount)::double revenue
      from fact_transactions t left join dim_products p using (product_id) where is_sale group by 1 order by 2 desc`)
    expect(await board.count()).toBe(expected.length)
    for (const [row, { category, revenue }] of expected.entries()) {
      expect(await board.nth(row).locator('td').nth(1).textContent()).toBe(category)
      expect(number(await board.nth(row).locator('td').nth(3).textContent())).toBeCloseTo(Number(revenue), 2)
    }
    await board.first().focus()
    await page.keyboard.press('Enter')
    await settled(page)
    expect(key(page, 'category')).not.toBe(null)
    await page.getByRole('button', { name: 'Saved views' }).click()
    await page.getByRole('button', { name: 'Save this view' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Bücher & more')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(existsSync(join(root, 'views', 'bucher-more.yaml'))).toBe(true)
    const address = page.url()
    await page.goto(`${lab.origin}/explore`)
    await settled(page)
    await page.getByRole('button', { name: 'Saved views' }).click()
    await page.getByRole('button', { name: 'Bücher & more', exact: true }).click()
    await expect.poll(() => page.url()).toBe(address)
    await page.close()
  })

  test('explore: a pivot’s cells and totals are the warehouse’s', async () => {
    const page = await lab.open({
      path: '/explore?range=all&show=pivot&by=channel&split=weekday&measure=transactions',
    })
    const cells = await page.locator('.pivot tbody tr').first().locator('th, td').allTextContents()
    const [channel] = await lab.query(
      'select channel from fact_transactions where is_sale group by 1 order by count(*) desc limit 1',
    )
    const days = await lab.query(
      `select count(*) n from fact_transactions where is_sale and channel = '${channel?.channel}' group by iso_weekday order by iso_weekday`,
    )
    const shown = cells.slice(1).map(number)
    expect(shown.slice(0, -1)).toEqual(days.map(({ n }) => Number(n)))
    expect(shown.at(-1)).toBe(days.reduce((sum, { n }) => sum + Number(n), 0))
    await page.close()
  })

  test('Tab reaches what can be done on every page', async () => {
    const page = await lab.open({ path: '/quarantine' })
    const stops = await tabStops(page, 60)
    expect(stops.some((stop) => stop.startsWith('button Show personal values'))).toBe(true)
    expect(stops.some((stop) => stop.startsWith('input Choose all rows'))).toBe(true)
    await page.goto(`${lab.origin}/runs`)
    await settled(page)
    expect(await tabStops(page, 45)).toContain('button Run now')
    await page.close()
  })

  test('nothing complained and nothing left this machine', () => {
    const refused = /console: Failed to load resource.*(400|403|422)/
    expect(lab.complaints.filter((complaint) => !refused.test(complaint))).toEqual([])
  })
})
