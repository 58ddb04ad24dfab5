import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { strings } from '../../src/web/strings.ts'
import { isLong } from '../support/long.ts'
import { exampleRetail, retailProject, type TestProject } from '../support/project.ts'
import { hasShared, sharedRetail } from '../support/shared.ts'
import { axe, hasChromium, type Lab, openLab, settled, turn, type Way, ways } from './harness.ts'

/** The navigation of a project with everything; the generated one has no legacy views to reconcile. */
const everything = [
  ...['overview', 'sales', 'stores', 'segments', 'peak-times', 'support', 'web', 'loyalty', 'retention'],
  ...['explore', 'customers', 'runs', 'quarantine', 'sql'],
]

const broken = [strings.tile.failed, strings.tile.stale, strings.empty.notFound, strings.empty.crashed]

/** Every page of the navigation that has data, and those behind it: a store, a profile, the guide. */
async function addresses(lab: Lab): Promise<{ readonly names: string[]; readonly paths: string[] }> {
  const page = await lab.open()
  const session = (await page.evaluate('fetch("/api/session").then((answer) => answer.json())')) as {
    pages: string[]
    stores: { id: string }[]
  }
  await page.close()
  const [customer] = await lab.query(
    'select customer_id as id from customer_360 order by orders desc, customer_id limit 1',
  )
  const behind = [
    `/customers/${encodeURIComponent(String(customer?.id))}`,
    ...session.stores.slice(0, 1).map(({ id }) => `/stores/${encodeURIComponent(id)}`),
    '/setup',
  ]
  const paths = session.pages.map((name) => (name === 'overview' ? '/' : `/${name}`))
  return { names: session.pages, paths: [...paths, ...behind] }
}

/** What is wrong on a page: one line each, with where it was seen. */
async function look(lab: Lab, path: string, as: readonly Way[]): Promise<string[]> {
  const page = await lab.open({ path })
  const found: string[] = []
  for (const way of as) {
    await turn(page, way)
    const seen = [...(await wrong(page)), ...(await sideways(page)), ...(await unreachable(page))]
    seen.push(...(await axe(page, way.rules)))
    found.push(...seen.map((one) => `${path} at ${way.width} px, ${way.theme}: ${one}`))
  }
  await page.close()
  return found
}

/** Figures that could not be shown, and pages that broke. */
async function wrong(page: Page): Promise<string[]> {
  const counts = await Promise.all(broken.map((text) => page.getByText(text, { exact: true }).count()))
  const retries = await page.getByRole('button', { name: strings.tile.retry, exact: true }).count()
  const seen = broken.filter((_, at) => (counts[at] ?? 0) > 0)
  return retries > 0 ? [...seen, `${retries} x ${strings.tile.retry}`] : seen
}

async function sideways(page: Page): Promise<string[]> {
  const by = Number(
    await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
  )
  return by > 0 ? [`${by} px wider than the screen: ${await widest(page)}`] : []
}

/** The elements that reach past the right edge and are in no box that scrolls, to say where to look. */
const widest = (page: Page): Promise<string> =>
  page.evaluate(`[...document.querySelectorAll('body *')]
    .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
    .filter((one) => !one.parentElement.closest('.table-scroll'))
    .slice(0, 6).map((one) => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 30)).join(' | ')`)

/**
 * What shows a hand to the mouse and is nothing, nor part of anything, that the keyboard can get to. Pictures may have short
 * cuts for the mouse: the table beside them does the same.
 */
async function unreachable(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const focusable = 'a[href], button, input, select, textarea, summary, label, [tabindex]:not(main, h1), [role=img], [aria-hidden=true]'
    const hands = [...document.querySelectorAll('body *')].filter(
      (one) => getComputedStyle(one).cursor === 'pointer' && !one.closest(focusable) && !one.querySelector(focusable),
    )
    return hands.slice(0, 3).map((one) => 'out of reach of the keyboard: ' + one.outerHTML.slice(0, 120))
  })()`)) as string[]
}

/**
 * Two pages at a time: each is a process of its own in the browser. `npm test` looks at each page in one way, the next page in
 * the other, and the two retailers begin with different ones.
 */
async function walk(lab: Lab, paths: readonly string[], first: 0 | 1): Promise<string[]> {
  const left = paths.map((path, place) => {
    const way = ways[(place + first) % ways.length]
    return { path, as: isLong || !way ? ways : [way] }
  })
  const through = async (): Promise<string[]> => {
    const found: string[] = []
    for (let next = left.shift(); next !== undefined; next = left.shift())
      found.push(...(await look(lab, next.path, next.as)))
    return found
  }
  return (await Promise.all([through(), through()])).flat()
}

describe.skipIf(!hasChromium)('Every page of the generated retailer, in Chromium', () => {
  let lab: Lab

  beforeAll(async () => {
    lab = await openLab()
  })
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]()
  })

  test('is whole in both themes, wide and narrow, and asks nobody else', async () => {
    const { names, paths } = await addresses(lab)
    expect(names).toEqual(everything)
    expect(await walk(lab, paths, 0)).toEqual([])
    expect(lab.complaints).toEqual([])
  }, 300_000)

  test('the walk sees a tile that failed, a page that is too wide, and a mark for the mouse alone', async () => {
    const page = await lab.open()
    await page.route('**/api/query', (route) => route.fulfill({ status: 500, json: { code: 'INTERNAL' } }))
    await page.goto(`${lab.origin}/sales`)
    await settled(page)
    expect(await wrong(page)).toContain(strings.tile.failed)
    expect(lab.complaints.at(-1)).toContain('console')
    expect([await sideways(page), await unreachable(page)]).toEqual([[], []])
    await page.evaluate(
      'document.querySelector("main").insertAdjacentHTML("beforeend", "<i style=\\"cursor: pointer; display: block; width: 2000px\\">x</i>")',
    )
    expect([(await sideways(page)).length, (await unreachable(page)).length]).toEqual([1, 1])
    await page.close()
  })
})

describe.skipIf(!hasChromium || !hasShared)(
  'Every page of the reference retailer (../shared), in Chromium',
  () => {
    let project: TestProject
    let lab: Lab

    const served = async (statuses: 'all' | 'Completed only'): Promise<void> => {
      project = await retailProject(sharedRetail)
      await cp(join(exampleRetail, 'legacy'), join(project.root, 'legacy'), { recursive: true })
      if (statuses === 'all')
        await project.edit('c360.yaml', 'counted_statuses: [Completed] ', 'counted_statuses: all ')
      await project.run()
      lab = await openLab(project.root)
    }
    const closed = async (): Promise<void> => {
      await lab?.[Symbol.asyncDispose]()
      await project?.[Symbol.asyncDispose]()
    }

    const figure = async (path: string, measure: string): Promise<number> => {
      const page = await lab.open({ path })
      const value = await page.locator(`[data-measure=${measure}]`).first().getAttribute('data-value')
      await page.close()
      return Number(value)
    }

    /** The customers of each segment, as the table on the page has them. */
    const segments = async (): Promise<number[]> => {
      const page = await lab.open({ path: '/segments?range=all' })
      const table = page.getByRole('table').first()
      const heads = await table.locator('thead th').allTextContents()
      const at = heads.findIndex((text) => text.trim().startsWith('Customers')) + 1
      const cells = await table.locator(`tbody tr > :nth-child(${at})`).allTextContents()
      await page.close()
      return cells.map(Number).sort((a, b) => a - b)
    }

    describe('all statuses counted', () => {
      beforeAll(() => served('all'))
      afterAll(closed)

      test('the figures on screen are the known ones', async () => {
        expect(await figure('/sales?range=all&channel=online', 'aov')).toBe(113.56)
        expect(await figure('/?range=all&channel=online', 'aov')).toBe(113.56)
        expect(await segments()).toEqual([10, 23, 28, 39])
        expect(await figure('/support?range=all', 'resolution_rate')).toBe(35)
      })

      test('every page is whole in both themes, wide and narrow', async () => {
        const { names, paths } = await addresses(lab)
        expect(names).toContain('reconcile')
        expect(await walk(lab, paths, 1)).toEqual([])
        expect(lab.complaints).toEqual([])
      }, 300_000)
    })

    describe('Completed only', () => {
      beforeAll(() => served('Completed only'))
      afterAll(closed)

      test('the figures on screen are the known ones', async () => {
        expect(await figure('/sales?range=all', 'aov')).toBe(109.02)
        expect(await figure('/support?range=all', 'resolution_rate')).toBe(35)
      })
    })
  },
)
