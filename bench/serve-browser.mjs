import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { watch } from './serve-watch.mjs'

const executablePath = process.env.C360_CHROMIUM ?? '/usr/bin/chromium'
const flags = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking']
const args = [...flags, 'disable-component-update', 'disable-sync', 'disable-dev-shm-usage'].map(
  (flag) => `--${flag}`,
)

/** What is clicked on the Overview: of each kind so many. Each click is the only filter beside the dates. */
const marks = [
  { of: '[aria-label="Top 10 products"] .bars button', most: 3 },
  { of: '[aria-label="Peak times"] [role=gridcell]', most: 3, every: 37 },
  { of: '[aria-label="Customer segments"] tbody tr', most: 3 },
]

/** Chromium over a server, with a clock in each page. Times are milliseconds by the page's own clock. */
export async function openBrowser({ url, origin }) {
  if (!existsSync(executablePath))
    throw new Error(`There is no ${executablePath}: name one by C360_CHROMIUM.`)
  const browser = await chromium.launch({ executablePath, args })

  const signedIn = async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    await context.request.get(url)
    await context.addInitScript(watch)
    return context
  }

  /** From the request for the document until every tile is drawn; nothing is in the browser's cache. */
  const firstPage = async () => {
    const context = await signedIn()
    const page = await context.newPage()
    await page.goto(origin)
    const took = await page.evaluate('bench.settled()')
    await context.close()
    return took
  }

  const scriptBytes = async () => {
    const context = await signedIn()
    const page = await context.newPage()
    await page.goto(origin)
    await page.evaluate('bench.settled()')
    const names = await page.evaluate(
      'performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.endsWith(".js"))',
    )
    const bodies = await Promise.all(names.map(async (name) => (await context.request.get(name)).body()))
    await context.close()
    return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)
  }

  /** Clicks and drags on the Overview, each run over other dates, so that nobody has the answers yet. */
  const interact = async (runs) => {
    const context = await signedIn()
    const page = await context.newPage()
    const found = { clicks: [], moves: [], drags: [] }
    for (const [run, range] of (await ranges(page, origin, runs)).entries()) {
      await page.goto(`${origin}/?range=${range}`)
      await page.evaluate('bench.settled()')
      for (const mark of marks) await clickEach(page, mark, found.clicks)
      await drag(page, found, run)
    }
    await context.close()
    return found
  }

  /** What each page asks in its first moment: path -> the bodies of POST /api/query, as one. */
  const batches = async (paths) => {
    const context = await signedIn()
    const asked = new Map()
    for (const path of paths) {
      const page = await context.newPage()
      const queries = []
      page.on('request', (request) => {
        if (new URL(request.url()).pathname === '/api/query') queries.push(...request.postDataJSON().queries)
      })
      await page.goto(origin + path)
      await page.evaluate('bench.settled()')
      asked.set(path, { queries })
      await page.close()
    }
    await context.close()
    return asked
  }

  return { firstPage, scriptBytes, interact, batches, close: () => browser.close() }
}

/** Nearly all the data, each time some days less. */
async function ranges(page, origin, runs) {
  await page.goto(origin)
  const { dataFrom, asOf } = await page.evaluate('fetch("/api/session").then((answer) => answer.json())')
  const day = (text, days) => new Date(Date.parse(text) + days * 86_400_000).toISOString().slice(0, 10)
  return Array.from({ length: runs }, (_, run) => `${day(dataFrom, run + 1)}..${day(asOf, -run - 1)}`)
}

async function clickEach(page, { of, most, every = 1 }, times) {
  const count = await page.locator(of).count()
  for (let at = 0; at < most && at * every < count; at++) {
    const mark = page.locator(of).nth(at * every)
    await mark.scrollIntoViewIfNeeded()
    await page.evaluate('bench.begin("click")')
    await mark.click()
    times.push(await page.evaluate('bench.settled()'))
    await page.evaluate('bench.begin("popstate")')
    await page.goBack()
    await page.evaluate('bench.settled()')
  }
}

/** Across the revenue chart: how soon the picture follows the pointer, and how soon the page follows the choice. */
async function drag(page, { moves, drags }, run) {
  const chart = page.getByRole('application').first()
  await chart.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await chart.boundingBox()
  const to = async (part) => page.mouse.move(x + width * part, y + height / 2)
  for (const from of [0.1, 0.25, 0.4].map((part) => part + run / 100)) {
    await to(from)
    await page.mouse.down()
    for (let step = 1; step <= 8; step++) {
      await page.evaluate('bench.begin("pointermove")')
      await to(from + step * 0.04)
      moves.push(await page.evaluate('bench.painted()'))
    }
    await page.evaluate('bench.begin("pointerup")')
    await page.mouse.up()
    drags.push(await page.evaluate('bench.settled()'))
    await page.goBack()
    await page.evaluate('bench.settled()')
  }
}
