import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axe, hasChromium, type Lab, openLab, settled, sharedProject } from './harness.ts'

/** A folder without a project: the first visit. */
describe.skipIf(!hasChromium)('the guide of the first visit in Chromium', () => {
  let lab: Lab
  let root: string

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'c360-first-visit-'))
    await cp(join(await sharedProject(), 'landing'), join(root, 'exports'), { recursive: true })
    lab = await openLab(root)
  }, 120_000)
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
    if (root) await rm(root, { recursive: true, force: true })
  })

  test('a folder that may not be read is refused with what to do, and nothing is written', async () => {
    const page = await lab.open()
    expect(new URL(page.url()).pathname).toBe('/setup')
    await page.getByLabel('Name a folder on this machine').fill('/etc')
    await page.getByRole('button', { name: 'Look at the folder' }).click()
    await page.getByText(/--allow-root/).waitFor()
    expect(await readdir(root)).not.toContain('c360.yaml')
    await page.getByRole('button', { name: 'Other files' }).click()
    await page.getByText('Choose the files').waitFor()
    await page.close()
  })

  test('dropped files become a dashboard, step by step', { timeout: 120_000 }, async () => {
    const page = await lab.open()
    const files = ['Customers.csv', 'OnlineTransactions.csv', 'Products.csv']
    await page.locator('input[type=file]').setInputFiles(files.map((name) => join(root, 'exports', name)))
    await page.getByText(/^3 files, /).waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Look at these files' }).click()
    await page.getByText('3 tables were recognised').waitFor()
    await page.getByText('taken for customers').waitFor()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Name of the project').fill('Corner shop')
    await page.getByRole('radio', { name: /All of them/ }).check()
    expect(await axe(page)).toEqual([])
    await page.getByRole('button', { name: 'Build the dashboard' }).click()
    await page.getByText('Version 1 is published.').waitFor({ timeout: 90_000 })
    await page.getByRole('link', { name: 'Open the dashboard' }).click()
    await page.locator('[data-measure=revenue]').waitFor()
    await settled(page)
    const [sales] = await lab.query('select count(*) n from fact_transactions where is_sale')
    expect(Number(sales?.n)).toBeGreaterThan(1000)
    expect(await lab.query('select distinct source from fact_transactions')).toEqual([
      { source: 'online_transactions' },
    ])
    await page.close()
  })

  test('nothing complained', () => {
    expect(lab.complaints.filter((complaint) => !/Failed to load resource.*403/.test(complaint))).toEqual([])
  })
})
