import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, type Lab, openLab, settled, ways } from './harness.ts'

describe.skipIf(!hasChromium)('Customers and their profiles in Chromium', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
  })

  const one = async (sql: string): Promise<unknown> => Object.values((await lab.query(sql))[0] ?? {})[0]
  const figures = (page: Page) => page.getByRole('region', { name: 'What these customers come to' })
  const value = async (page: Page, at: number): Promise<number> =>
    Number(await figures(page).locator('.kpi-value').nth(at).getAttribute('data-value'))
  const rows = (page: Page) => page.getByRole('table', { name: 'Customers' }).locator('tbody tr')
  const total = (page: Page) => value(page, 0)
  const audit = async (): Promise<string> => readFile(join(lab.root, '.c360', 'audit.jsonl'), 'utf8')

  test('count, revenue, consent and order are the warehouse’s, for filters of every kind', async () => {
    const page = await lab.open({
      path: '/customers?where=tier.in.Gold,~;total_spend.between.300..;is_inferred.is.no;last_purchase_date.empty.no&sort=-orders',
    })
    const where = `(tier = 'Gold' or tier is null) and total_spend >= 300 and not is_inferred and last_purchase_date is not null`
    const [sums] = await lab.query(`select count(*) n, sum(total_spend)::double revenue,
      count(*) filter (email_opt_in) as yes, count(*) filter (not email_opt_in) as no, count(*) filter (email_opt_in is null) as unknown
      from customer_360 where ${where}`)
    expect(Number(sums?.n)).toBeGreaterThan(5)
    expect(await total(page)).toBe(Number(sums?.n))
    expect(await value(page, 1)).toBeCloseTo(Number(sums?.revenue), 2)
    expect(await page.locator('[data-consent]').getAttribute('data-consent')).toBe(
      `${sums?.yes},${sums?.no},${sums?.unknown}`,
    )
    const first = await lab.query(
      `select customer_id from customer_360 where ${where} order by orders desc nulls last, customer_id limit 3`,
    )
    const shown = await rows(page).locator('td:nth-child(2)').allTextContents()
    expect(shown.slice(0, 3)).toEqual(first.map(({ customer_id }) => customer_id))
    await page.close()
  })

  test('a part of the address that is no filter is named and left out', async () => {
    const page = await lab.open({ path: '/customers?where=email.contains.example;nonsense;tier.in.Gold' })
    const notice = page.getByRole('status').filter({ hasText: 'were not understood' })
    expect(await notice.textContent()).toContain('email')
    expect(await total(page)).toBe(Number(await one(`select count(*) from customer_360 where tier = 'Gold'`)))
    await page.close()
  })

  test('a filter is added, changed and taken away; those on names stay out of the address', async () => {
    const page = await lab.open({ path: '/customers' })
    const everybody = Number(await one('select count(*) from customer_360'))
    expect(await total(page)).toBe(everybody)
    const add = async (column: string, words: string) => {
      await page.getByRole('button', { name: 'Add filter' }).click()
      await page.getByRole('searchbox', { name: 'Find a column' }).fill(column)
      await page.keyboard.press('Enter')
      await page.getByLabel(words).first().waitFor()
    }
    await add('Segment', 'One-Time Buyer')
    await page.getByLabel('One-Time Buyer').check()
    await page.getByRole('button', { name: 'Apply' }).click()
    await settled(page)
    const single = `customer_segment = 'One-Time Buyer'`
    expect(await total(page)).toBe(Number(await one(`select count(*) from customer_360 where ${single}`)))
    expect(new URL(page.url()).searchParams.get('where')).toBe('customer_segment.in.One-Time Buyer')

    await add('Full name', 'Contains')
    await page.getByLabel('Contains').fill('an')
    await page.getByRole('button', { name: 'Apply' }).click()
    await settled(page)
    const both = Number(
      await one(
        `select count(*) from customer_360 where ${single} and strip_accents(lower(name)) like '%an%'`,
      ),
    )
    expect(both).toBeGreaterThan(0)
    expect(await total(page)).toBe(both)
    expect(new URL(page.url()).searchParams.get('where')).toBe('customer_segment.in.One-Time Buyer')
    expect(await page.getByText('stay out of the address').count()).toBe(1)

    await page.locator('h1').focus()
    await page.keyboard.press('Escape')
    await settled(page)
    expect(await page.locator('.condition-pill').count()).toBe(1)
    await page.goBack()
    await settled(page)
    expect(await total(page)).toBe(everybody)
    await page.close()
  })

  test('j, k and Enter open a profile, and Back returns to the same page of the list', async () => {
    const path = '/customers?where=activity_status.in.Active&sort=customer_id&offset=50'
    const page = await lab.open({ path })
    const second = await rows(page).nth(1).locator('td:nth-child(2)').textContent()
    expect(second).toBe(
      await one(
        `select customer_id from customer_360 where activity_status = 'Active' order by customer_id limit 1 offset 51`,
      ),
    )
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/customers/${second}*`)
    await settled(page)
    await page.goBack()
    await settled(page)
    expect(new URL(page.url()).search).toBe(new URL(path, lab.origin).search)
    expect(await rows(page).nth(1).locator('td:nth-child(2)').textContent()).toBe(second)
    await page.close()
  })

  test('an audience is a file of the project, chosen again from the menu, and deleted', async () => {
    const page = await lab.open({ path: '/customers?where=tier.in.Silver' })
    const silver = await total(page)
    await page.getByRole('button', { name: 'Save as audience' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Title').fill('Sílver, for the test')
    await dialog.getByRole('button', { name: 'Save as audience' }).click()
    await dialog.waitFor({ state: 'detached' })
    const file = join(lab.root, 'audiences', 'silver-for-the-test.yaml')
    expect(await readFile(file, 'utf8')).toContain('Silver')

    await page.getByRole('button', { name: 'Remove filter Tier: Silver' }).click()
    await settled(page)
    expect(await total(page)).not.toBe(silver)
    await page.getByRole('button', { name: 'Audiences' }).click()
    await page.getByRole('button', { name: /^Sílver, for the test/ }).click()
    await settled(page)
    expect(await total(page)).toBe(silver)

    await page.getByRole('button', { name: 'Audiences' }).click()
    await page.getByRole('button', { name: 'Delete audience Sílver, for the test' }).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('No audience is saved yet').waitFor()
    expect(existsSync(file)).toBe(false)
    await page.close()
  })

  test('an export counts consent, has those who gave it, and masks contacts unless asked', async () => {
    const page = await lab.open({ path: '/customers?where=tier.in.Gold' })
    const [known] = await lab.query(`select count(*) filter (email_opt_in) as yes,
      count(*) filter (email_opt_in is not false) as maybe, count(*) n from customer_360 where tier = 'Gold'`)
    const exported = async (reveal: boolean): Promise<string> => {
      await page.getByRole('button', { name: 'Export' }).click()
      const dialog = page.getByRole('dialog')
      const counts = await dialog.locator('[data-count]').allTextContents()
      expect(counts.map(Number)).toEqual([Number(known?.yes), Number(known?.maybe), Number(known?.n)])
      if (reveal) await dialog.getByLabel('in clear').check()
      const download = page.waitForEvent('download')
      await dialog.getByRole('button', { name: /^Export \(/ }).click()
      const text = await readFile(await (await download).path(), 'utf8')
      await dialog.waitFor({ state: 'detached' })
      return text
    }
    const masked = await exported(false)
    expect(masked.trimEnd().split(/\r?\n/)).toHaveLength(Number(known?.yes) + 1)
    const email = String(
      await one(
        `select email from customer_360 where tier = 'Gold' and email_opt_in and email is not null limit 1`,
      ),
    )
    expect(masked).not.toContain(email)
    expect(masked).toContain('****@')
    expect(await exported(true)).toContain(email)
    const said = await audit()
    expect(said).toContain('"reveal":true')
    expect(said).not.toContain(email)
    await page.close()
  })

  test('a profile shows the warehouse’s figures; contacts are masked until a look that is audited', async () => {
    const [known] = await lab.query(`select customer_id id, name, email, total_spend::double spend, orders,
      suggested_action as action from customer_360 c where email is not null and suggested_action is not null and orders > 3
      and points > 0 and interactions > 0 and sessions > 0 order by orders desc limit 1`)
    const id = String(known?.id)
    const page = await lab.open({ path: `/customers/${id}` })
    expect(await page.locator('h1').textContent()).toBe(known?.name)
    expect(await page.title()).not.toContain(String(known?.name))
    const strip = page.getByRole('region', { name: 'Figures of this customer' }).locator('.kpi-value')
    expect(Number(await strip.nth(0).getAttribute('data-value'))).toBeCloseTo(Number(known?.spend), 2)
    expect(Number(await strip.nth(1).getAttribute('data-value'))).toBe(Number(known?.orders))
    const suggested = page.getByRole('region', { name: 'Suggested action' })
    expect(await suggested.textContent()).toContain(String(known?.action))
    expect(await suggested.locator('.rule-mark').textContent()).toBe('rule')

    const contact = page.locator('[data-contact=email]')
    expect(await contact.textContent()).toMatch(/^.\*+@/)
    const before = (await audit()).trimEnd().split('\n').length
    await page.getByRole('button', { name: 'Show contacts' }).click()
    await page.getByText('recorded in the audit log').last().waitFor()
    await expect.poll(() => contact.textContent()).toBe(known?.email)
    const lines = (await audit()).trimEnd().split('\n').slice(before)
    expect(lines.some((line) => line.includes('"reveal"'))).toBe(true)
    expect(lines.join()).not.toContain(String(known?.email))
    await page.getByRole('button', { name: 'Mask again' }).click()
    expect(await contact.textContent()).not.toBe(known?.email)
    await page.close()
  })

  test('the timeline has every event with its file and row; chips choose kinds and are in the address', async () => {
    const id = String(
      await one(
        `select customer_id from customer_360 where sessions > 0 and interactions > 0 order by orders desc limit 1`,
      ),
    )
    const page = await lab.open({ path: `/customers/${id}` })
    const visits = Number(await one(`select count(*) from fact_web_sessions where customer_id = '${id}'`))
    const contacts = Number(
      await one(`select count(*) from fact_service_interactions where customer_id = '${id}'`),
    )
    const chip = (name: string) => page.locator('.chip').filter({ hasText: name })
    expect(await chip('Web').locator('.chip-count').textContent()).toBe(String(visits))
    expect(await chip('Support').locator('.chip-count').textContent()).toBe(String(contacts))
    await chip('Support').click()
    await settled(page)
    expect(new URL(page.url()).searchParams.get('kinds')).toBe('support')
    const entries = page.locator('.entry')
    expect(await entries.count()).toBe(contacts)
    expect(await entries.locator('.origin').first().textContent()).toMatch(/\.(csv|xlsx), row [\d,]+$/)
    await page.goBack()
    await settled(page)
    await page.locator('.entry[data-kind=web]').first().waitFor()
    await page.close()
  })

  test('purchases by month add up to the lifetime value', async () => {
    const [known] = await lab.query(
      `select customer_id id, total_spend::double spend from customer_360 order by total_spend desc limit 1`,
    )
    const page = await lab.open({ path: `/customers/${known?.id}` })
    const tile = page.getByRole('region', { name: 'Purchases by month' }).first()
    await tile.getByRole('button', { name: 'Table' }).click()
    const amounts = await tile.locator('tbody td:last-child').allTextContents()
    const sum = amounts.reduce((all, text) => all + Number(text.replace(/[^\d.-]/g, '')), 0)
    expect(sum).toBeCloseTo(Number(known?.spend), 1)
    await page.close()
  })

  test('an id that nobody has is said to be unknown', async () => {
    const page = await lab.open({ path: '/customers/no-such-customer' })
    expect(await page.getByText('There is no customer with this id').count()).toBe(1)
    await page.close()
  })

  test.each(ways)('axe finds nothing at $width px, $theme', async ({ width, theme, rules }) => {
    const id = await one('select customer_id from customer_360 where open_interactions > 0 limit 1')
    const page = await lab.open({ path: '/customers?where=tier.in.Gold', width, theme })
    expect(await axe(page, rules)).toEqual([])
    if (width === 1440) {
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('dialog').waitFor()
      expect(await axe(page, rules)).toEqual([])
    }
    await page.goto(`${lab.origin}/customers/${id}`)
    await settled(page)
    expect(await axe(page, rules)).toEqual([])
    const sideways = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(sideways).toBe(0)
    await page.close()
  })

  test('nothing went wrong, and nothing was asked of anybody else', () => {
    expect(lab.complaints.filter((line) => !line.includes('status of 404'))).toEqual([])
  })
})
