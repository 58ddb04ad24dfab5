// Takes the pictures of docs/web.md: `npm run build && node scripts/screens.mjs [name ...]`. Chromium: C360_CHROMIUM, or /usr/bin/chromium.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { withPalette } from './png.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(process.env.C360_DIST ?? join(root, 'dist'), 'cli', 'main.js')
const out = join(root, 'docs', 'screens')
const customers = '2000'

const flags = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking']
const args = [...flags, 'disable-component-update', 'disable-sync', 'disable-dev-shm-usage'].map(
  (flag) => `--${flag}`,
)

/** Picture -> where it is taken; `see` brings into view what the page should show. */
const screens = {
  overview: { path: '/' },
  'overview-dark': { path: '/', theme: 'dark' },
  'overview-mobile': { path: '/', width: 390 },
  sales: { path: '/sales' },
  stores: { path: '/stores' },
  store: { path: '/stores/1' },
  segments: { path: '/segments' },
  'peak-times': { path: '/peak-times' },
  support: { path: '/support' },
  web: { path: '/web' },
  loyalty: { path: '/loyalty' },
  retention: { path: '/retention' },
  explore: { path: '/explore?measure=revenue&by=category&split=channel' },
  customers: { path: '/customers?where=tier.in.Gold&sort=-total_spend' },
  profile: { path: profile },
  runs: { path: '/runs' },
  quarantine: { path: '/quarantine' },
  reconcile: { path: '/reconcile?view=View_AverageOrderValue', project: 'retail', patience: true },
  sql: { path: '/sql?table=gold.churn_by_location', act: run },
  setup: { path: '/setup', project: 'new' },
}

const wanted = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'c360-screens-'))
const server = { process: undefined }
try {
  for (const name of ['unified', 'retail']) makeProject(name)
  mkdirSync(join(folder, 'new'))
  const url = await serve(['unified', 'retail', 'new'].map((name) => join(folder, name)))
  const browser = await chromium.launch({
    executablePath: process.env.C360_CHROMIUM ?? '/usr/bin/chromium',
    args,
  })
  mkdirSync(out, { recursive: true })
  let total = 0
  for (const [name, screen] of Object.entries(screens))
    if (wanted.length === 0 || wanted.includes(name)) total += await take(browser, url, name, screen)
  console.log(`${(total / 1e6).toFixed(2)} MB`)
  await browser.close()
} finally {
  server.process?.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}

/** An example with generated files, published: the same every time. */
function makeProject(name) {
  const project = join(folder, name)
  cpSync(join(root, 'examples', name), project, { recursive: true })
  const c360 = (...given) => execFileSync(process.execPath, [program, ...given], { stdio: 'ignore' })
  c360('generate', name, join(project, 'landing'), '--customers', customers, '--seed', '1')
  c360('run', '--project', project)
}

function serve(roots) {
  server.process = spawn(process.execPath, [program, 'serve', ...roots, '--port', '0', '--quiet', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    server.process.stdout.on('data', (chunk) => {
      text += chunk
      const found = /"url":\s*"([^"]+)"/.exec(text)?.[1]
      if (found) resolve(found)
    })
    server.process.once('exit', (code) => reject(new Error(`c360 serve ended with ${code}`)))
  })
}

async function take(browser, url, name, { path, width = 1440, theme = 'light', project, act, patience }) {
  const context = await browser.newContext({
    viewport: { width, height: width === 390 ? 844 : 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
  })
  await context.request.get(url)
  const { origin } = new URL(url)
  const at = typeof path === 'string' ? path : await path(context.request, origin)
  const chosen = project === undefined ? '' : `${at.includes('?') ? '&' : '?'}project=${project}`
  const page = await context.newPage()
  await page.goto(origin + at + chosen)
  await settled(page)
  if (patience) await page.locator('.progress').waitFor({ state: 'detached' })
  await act?.(page)
  await settled(page)
  if (width !== 390) {
    // The whole page without scrolling, so that the navigation is as tall as it.
    const height = await page.evaluate('document.documentElement.scrollHeight')
    await page.setViewportSize({ width, height })
    await settled(page)
  }
  const picture = withPalette(await page.screenshot())
  const file = join(out, `${name}.png`)
  writeFileSync(file, picture)
  await context.close()
  console.log(`${name.padEnd(16)} ${Math.round(statSync(file).size / 1000)} kB`)
  return picture.length
}

async function settled(page) {
  await page.locator('main h1').first().waitFor()
  const busy = page.locator('[aria-busy=true], .skeleton')
  do {
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))')
    await busy.first().waitFor({ state: 'detached' })
  } while ((await busy.count()) > 0)
}

/** Of those with an open contact the customer who spent most: every part of the profile has something to show. */
async function profile(request, origin) {
  const answer = await request.post(`${origin}/api/customers`, {
    headers: { origin },
    data: {
      conditions: [{ column: 'open_interactions', op: 'between', from: 1 }],
      order: { by: 'total_spend', descending: true },
      limit: 1,
    },
  })
  const { table } = await answer.json()
  const id = table.rows[0][table.columns.findIndex(({ name }) => name === 'customer_id')]
  return `/customers/${encodeURIComponent(id)}`
}

async function run(page) {
  await page.getByRole('textbox', { name: 'SQL statement' }).press('Control+Enter')
}
