import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { isLong } from '../support/long.ts'
import { projectIn } from '../support/project.ts'

const run = promisify(execFile)

/** The built program; a private build can be tried by naming its folder. */
export const dist: string = process.env.C360_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url))
const program: string = join(dist, 'cli', 'main.js')
const example = fileURLToPath(new URL('../../examples/unified', import.meta.url))

const chromiumPath: string = process.env.C360_CHROMIUM ?? '/usr/bin/chromium'

/** Tests of the browser are skipped (and named by scripts/test.mjs) where there is no Chromium. */
export const hasChromium: boolean = existsSync(chromiumPath)

const quiet = ['no-sandbox', 'disable-gpu', 'disable-quic', 'no-first-run', 'disable-background-networking']
const flags = [...quiet, 'disable-component-update', 'disable-sync', 'disable-dev-shm-usage'].map(
  (one) => `--${one}`,
)

export interface Look {
  /** Address below the server: `/sales?range=all`. */
  readonly path?: string
  readonly width?: 1440 | 390
  readonly theme?: 'light' | 'dark'
}

/** A server over a project, and a browser that looks at it. */
export interface Lab extends AsyncDisposable {
  readonly root: string
  readonly origin: string
  /** Opens a page that is signed in, and waits until every tile has settled. */
  open(look?: Look): Promise<Page>
  /** Rows of the published version; gold is on the search path. */
  query(sql: string): Promise<Record<string, unknown>[]>
  /** Requests to anything but the server, errors of the console, exceptions: there should be none. */
  readonly complaints: readonly string[]
}

/**
 * Over the generated `unified` retailer of 600 customers, made once for all files; `root` takes another project, `serving` a server
 * that somebody else began.
 */
export async function openLab(root?: string, serving?: Serving): Promise<Lab> {
  const project = root ?? (await sharedProject())
  const server = serving ?? (await serve(project))
  const browser = await chromium.launch({ executablePath: chromiumPath, args: flags })
  const complaints: string[] = []
  const contexts = new Map<string, Promise<BrowserContext>>()
  const contextOf = (look: Look): Promise<BrowserContext> => {
    const key = `${look.width ?? 1440} ${look.theme ?? 'light'}`
    const made = contexts.get(key) ?? newContext(browser, look, server.url)
    contexts.set(key, made)
    return made
  }
  return {
    root: project,
    origin: server.origin,
    complaints,
    query: (sql) => projectIn(project).query(sql),
    async open(look = {}) {
      const page = await (await contextOf(look)).newPage()
      listen(page, server.origin, complaints)
      await page.goto(`${server.origin}${look.path ?? '/'}`)
      await settled(page)
      return page
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await server.close()
    },
  }
}

/** Until nothing on the page is loading, and the figures are those of the address. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  const busy = page.locator('[aria-busy=true], .skeleton')
  do {
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))')
    await busy.first().waitFor({ state: 'detached' })
  } while ((await busy.count()) > 0)
}

/** All rules of axe, those about colours alone, or all but those: only colours follow the theme, and they take longest. */
export type AxeRules = 'all' | 'colours' | 'layout'

const COLOURS = 'color-contrast'
const chosen: Readonly<Record<AxeRules, object>> = {
  all: {},
  colours: { runOnly: [COLOURS] },
  layout: { rules: { [COLOURS]: { enabled: false } } },
}

/** How a page can look, and the rules that can find something there. */
export interface Way {
  readonly width: 1440 | 390
  readonly theme: 'light' | 'dark'
  readonly rules: AxeRules
}

const both: readonly Way[] = [
  { width: 1440, theme: 'light', rules: 'all' },
  { width: 390, theme: 'dark', rules: 'all' },
]
/** In the dark only colours differ, on a narrow page only the layout. */
const between: readonly Way[] = [
  { width: 390, theme: 'light', rules: 'layout' },
  { width: 1440, theme: 'dark', rules: 'colours' },
]

/** Each width and each theme; `npm run test:long` takes them in every combination. */
export const ways: readonly Way[] = isLong ? [...both, ...between] : both

/** Makes an open page look so, both at once: the theme follows although the page is being drawn for its new width. */
export async function turn(page: Page, { width, theme }: Way): Promise<void> {
  await Promise.all([
    page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' }),
    page.setViewportSize({ width, height: width === 390 ? 844 : 900 }),
  ])
  await page.locator(`html[data-theme=${theme}]`).waitFor({ state: 'attached' })
  await settled(page)
}

/** What axe finds wrong, as `rule: first element`. */
export async function axe(page: Page, rules: AxeRules = 'all'): Promise<string[]> {
  await page.evaluate(axeSource())
  const options = { resultTypes: ['violations'], ...chosen[rules] }
  const found = await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0]?.html.slice(0, 200), nodes[0]?.failureSummary].join(" ")))`,
  )
  return found as string[]
}

/** What Tab reaches from the beginning of the page, in order: role or tag, and name. */
export async function tabStops(page: Page, most = 200): Promise<string[]> {
  const stops: string[] = []
  await page.evaluate('document.activeElement?.blur()')
  for (let count = 0; count < most; count++) {
    await page.keyboard.press('Tab')
    const stop = (await page.evaluate(
      '(() => { const at = document.activeElement; return at === document.body || at === null ? null : [at.getAttribute("role") ?? at.tagName.toLowerCase(), (at.getAttribute("aria-label") ?? at.textContent ?? "").trim().slice(0, 60)].join(" ") })()',
    )) as string | null
    if (stop === null) break
    stops.push(stop)
  }
  return stops
}

const axeSource = (): string => {
  const file = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  return `${readFileSync(file, 'utf8')}; undefined`
}

async function newContext(browser: Browser, look: Look, url: string): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1440, height: look.width === 390 ? 844 : 900 },
    colorScheme: look.theme ?? 'light',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(url)
  await page.close()
  return context
}

function listen(page: Page, origin: string, complaints: string[]): void {
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
      complaints.push(`request to ${request.url()}`)
  })
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
  })
}

/** A server that listens: `url` has its token. */
export interface Serving {
  readonly url: string
  readonly origin: string
  close(): Promise<unknown>
}

async function serve(root: string): Promise<Serving> {
  const child = spawn(process.execPath, [program, 'serve', root, '--port', '0', '--quiet', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((done, failed) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /"url":\s*"([^"]+)"/.exec(text)?.[1]
      if (found) done(found)
    })
    child.once('exit', (code) => failed(new Error(`c360 serve ended with ${code}: ${text}`)))
  })
  const close = () => {
    child.kill('SIGTERM')
    return new Promise((done) => child.once('exit', done))
  }
  return { url, origin: new URL(url).origin, close }
}

/** Made by the first test file that asks; the others wait for it. A new build of the program makes it anew. */
export async function sharedProject(): Promise<string> {
  const stamp = Math.round(statSync(program).mtimeMs).toString(36)
  const root = join(tmpdir(), `c360-browser-${stamp}`)
  try {
    await mkdir(root)
  } catch {
    return made(root)
  }
  try {
    await removeOld(`c360-browser-${stamp}`)
    for (const name of ['c360.yaml', 'contracts'])
      await cp(join(example, name), join(root, name), { recursive: true })
    await run(process.execPath, [program, 'generate', 'unified', join(root, 'landing'), '--customers', '600'])
    await run(process.execPath, [program, 'run', '--project', root])
    await writeFile(join(root, '.made'), '')
    return root
  } catch (error) {
    await rm(root, { recursive: true, force: true })
    throw error
  }
}

async function made(root: string): Promise<string> {
  for (let tries = 0; tries < 600; tries++) {
    if (existsSync(join(root, '.made'))) return root
    if (!existsSync(root)) return sharedProject()
    await sleep(200)
  }
  throw new Error(`${root} was not finished in two minutes; remove it and try again.`)
}

/** Those of earlier builds, once they are an hour old. */
async function removeOld(now: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!/^c360-browser-[0-9a-z]+$/.test(name) || name === now) continue
    const path = join(tmpdir(), name)
    if (Date.now() - (await stat(path)).mtimeMs > 3_600_000) await rm(path, { recursive: true, force: true })
  }
}
