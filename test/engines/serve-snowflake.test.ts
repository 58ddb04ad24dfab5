import { appendFile, cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Remote } from '../../src/engines/engine.ts'
import type { MeasureInfo } from '../../src/model/semantic-types.ts'
import { type Prepared, prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { importTarget } from '../../src/run/target/import.ts'
import { openTarget } from '../../src/run/target/open.ts'
import { runOnTarget } from '../../src/run/target/run.ts'
import { generateUnified } from '../../src/samples/unified.ts'
import type { Query } from '../../src/semantic/types.ts'
import { type Running, startServer } from '../../src/server/start.ts'
import { dist, hasChromium, type Lab, openLab, settled } from '../browser/harness.ts'
import { type Load, watched } from '../server/there.ts'
import { everyEngine } from '../support/long.ts'
import { projectIn, type TestProject } from '../support/project.ts'
import { openSnowflakePlace, type SnowflakePlace } from './snowflake-place.ts'

const place: SnowflakePlace | undefined = everyEngine ? await openSnowflakePlace() : undefined
const skipped = place ? place.skipped : 'npm run test:engines'
const example = fileURLToPath(new URL('../../examples/unified', import.meta.url))

type Mode = 'import' | 'direct'

/** The web app over Snowflake's counterpart: what every page asks and shows is that of the embedded engine, copied and live. */
describe.skipIf(skipped !== undefined)(
  `serve --target on Snowflake's counterpart${skipped ? ` (SKIPPED: ${skipped})` : ''}`,
  () => {
    let project: TestProject
    let prepared: Prepared
    let remote: Remote
    const servers: Running[] = []
    const load: Load = { active: 0, most: 0, asked: [], cancelled: 0 }
    const held: { hold: Promise<void> | undefined } = { hold: undefined }

    beforeAll(async () => {
      if (!place) return
      process.env.C360_TEST_SNOWFLAKE = 'secret'
      project = projectIn(await mkdtemp(join(tmpdir(), 'c360-serve-snowflake-')))
      for (const name of ['c360.yaml', 'contracts'])
        await cp(join(example, name), join(project.root, name), { recursive: true })
      await generateUnified(join(project.root, 'landing'), { customers: 60, seed: 5 })
      const target = `\ntargets:\n  snow: { engine: snowflake, account: account, host: 127.0.0.1, port: ${place.port}, user: user, password: "\${env:C360_TEST_SNOWFLAKE}", warehouse: compute, database: SERVED }\n`
      await appendFile(join(project.root, 'c360.yaml'), target)
      prepared = await prepare(project.root)
      remote = await openTarget(prepared.project, 'snow')
      await run(prepared)
      await runOnTarget(prepared, remote)
      await importTarget(prepared, 'snow', remote)
    }, 600_000)
    afterAll(async () => {
      for (const running of servers) await running.close()
      await place?.[Symbol.asyncDispose]()
      await project?.[Symbol.asyncDispose]()
    })

    const spied = async (): Promise<Remote> => ({
      ...remote,
      connect: async (signal) => watched(await remote.connect(signal), load, held),
    })

    /** Looked at once: the look at what is shown is nobody's question, and would wait for what a question is held by. */
    const live = { open: spied, lookMs: 3_600_000, staleMs: 3_600_000 }

    async function served(mode?: Mode): Promise<Running> {
      const running = await startServer({
        ...{ roots: [project.root], port: 0, host: '127.0.0.1', program: 'test', log: () => undefined },
        web: join(dist, 'web'),
        ...(mode === undefined ? {} : { target: { name: 'snow', mode, live } }),
      })
      servers.push(running)
      return running
    }

    const asking =
      ({ origin, token }: Running) =>
      async <T>(path: string, body?: unknown): Promise<T> => {
        const answer = await fetch(origin + path, {
          method: body === undefined ? 'GET' : 'POST',
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        })
        return (await answer.json()) as T
      }

    it('answers every measure by every dimension as the embedded engine does, copied and live', async () => {
      const [embedded, copied, live] = (
        await Promise.all([served(), served('import'), served('direct')])
      ).map(asking) as [ReturnType<typeof asking>, ReturnType<typeof asking>, ReturnType<typeof asking>]
      const { measures } = await embedded<{ measures: MeasureInfo[] }>('/api/model')
      const questions = questionsOf(measures)
      expect(questions.length).toBeGreaterThan(60)
      for (let at = 0; at < questions.length; at += 12) {
        const queries = questions.slice(at, at + 12)
        const [ours, ...theirs] = await Promise.all(
          [embedded, copied, live].map((ask) => ask<Answers>('/api/query', { queries })),
        )
        for (const answers of theirs)
          for (const [index, query] of queries.entries())
            expect(figures(answers.answers[index]), JSON.stringify(query)).toEqual(
              figures(ours?.answers[index]),
            )
        expect(ours?.answers.filter(({ ok }) => !ok)).toEqual([])
      }
    }, 600_000)

    describe.skipIf(!hasChromium)('in a browser', () => {
      const labs: Lab[] = []
      const expected = new Map<string, string>()
      const opened = async (running: Running): Promise<Lab> => {
        const lab = await openLab(project.root, { ...running, close: async () => undefined })
        labs.push(lab)
        return lab
      }

      beforeAll(async () => {
        if (!place) return
        const one = async (sql: string) => String(Object.values((await project.query(sql))[0] ?? {})[0])
        const customer = await one('select customer_id from customer_360 order by orders desc, 1 limit 1')
        const store = await one('select store_id from dim_stores order by 1 limit 1')
        const behind = [`customers/${customer}`, `stores/${store}`]
        const embedded = await opened(await served())
        for (const path of ['', ...reports, 'explore', 'customers', ...behind])
          expected.set(`/${path}?range=all`, await shown(embedded, `/${path}?range=all`))
      }, 240_000)
      afterAll(async () => {
        for (const lab of labs) await lab[Symbol.asyncDispose]()
      })

      it.each(['import', 'direct'] as const)(
        'every page shows what it shows over the embedded engine: %s',
        async (mode) => {
          load.most = 0
          const lab = await opened(await served(mode))
          for (const [path, text] of expected) {
            expect(text.length).toBeGreaterThan(400)
            expect([path, await shown(lab, path)]).toEqual([path, text])
          }
          expect(lab.complaints).toEqual([])
          if (mode === 'direct') expect(load.most).toBeGreaterThan(1)
          expect(load.most).toBeLessThanOrEqual(4)
        },
        600_000,
      )

      it('asks live when days are let go of, once per version, and no longer than somebody looks', async () => {
        const lab = await opened(await served('direct'))
        const questions = () => load.asked.filter((sql) => !sql.includes('_VERSIONS')).length
        await shown(lab, '/?range=all')
        const once = questions()
        const page = await lab.open({ path: '/?range=all' })
        expect(questions()).toBe(once)

        const chart = page.getByRole('application').first()
        const box = await chart.boundingBox()
        if (!box) throw new Error('no chart')
        await page.mouse.move(box.x + box.width * 0.4, box.y + 100)
        await page.mouse.down()
        await page.mouse.move(box.x + box.width * 0.6, box.y + 110, { steps: 6 })
        await sleep(300)
        expect(questions()).toBe(once)
        await page.mouse.up()
        await settled(page)
        expect(questions()).toBeGreaterThan(once)
        expect(page.url()).toMatch(/range=20\d\d-/)

        const gone = load.cancelled
        let go = () => {}
        held.hold = new Promise((done) => {
          go = done
        })
        try {
          await page.goto(`${lab.origin}/sales?range=2025-02-01..2025-03-01`)
          await expect.poll(() => load.active, { timeout: 20_000 }).toBeGreaterThan(0)
          await page.goto(`${lab.origin}/runs`)
          await expect.poll(() => load.cancelled, { timeout: 20_000 }).toBeGreaterThan(gone)
          await expect.poll(() => load.active, { timeout: 20_000 }).toBe(0)
        } finally {
          held.hold = undefined
          go()
        }
        await page.close()
      }, 300_000)
    })
  },
)

const reports = ['sales', 'stores', 'segments', 'peak-times', 'support', 'web', 'loyalty', 'retention']

/** What stands on a page; without what silver alone knows, and charts that are drawn when there is time. */
async function shown(lab: Lab, path: string): Promise<string> {
  const page = await lab.open({ path })
  const text = await page.evaluate(`(() => {
    const main = document.querySelector('main').cloneNode(true)
    for (const one of main.querySelectorAll('.chart-canvas, .origin, .tile:has(.source-ids)')) one.remove()
    return main.textContent
  })()`)
  await page.close()
  return String(text)
}

interface Answers {
  readonly answers: readonly { readonly ok: boolean }[]
}

/** Each dimension alone with all measures it goes with: whole; compared, ordered and cut; filtered. And over time by each grain. */
function questionsOf(measures: readonly MeasureInfo[]): Query[] {
  const names = [...new Set(measures.flatMap(({ dimensions }) => dimensions))]
  const range = { from: '2025-01-01', to: '2025-06-15' }
  const values = { channel: ['online', null], tier: ['Gold', 'Silver', null] }
  return names.flatMap((dimension, place) => {
    const fitting = measures.filter((one) => one.dimensions.includes(dimension)).map(({ name }) => name)
    const parts = Array.from({ length: Math.ceil(fitting.length / MOST) }, (_, n) =>
      fitting.slice(n * MOST, (n + 1) * MOST),
    )
    const grains = dimension === 'date' ? (['day', 'week', 'month', 'quarter', 'year'] as const) : [undefined]
    return parts.flatMap((measures, part) =>
      grains.flatMap((grain): Query[] => {
        const by = [{ dimension, ...(grain === undefined ? {} : { grain }) }]
        const order = [{ by: measures[0] ?? '', descending: true }]
        const cut: Query = { measures, by, filters: { range }, compare: 'year', order, limit: 5 }
        const filtered: Query = { measures, by, filters: { range, values }, compare: 'prev' }
        return [{ measures, by }, ...(part > 0 ? [] : [place % 2 === 0 ? cut : filtered])]
      }),
    )
  })
}

/** Measures of one question; a question may have 20. */
const MOST = 20

/** Sums of doubles hang on the order of rows in their last digit. */
const figures = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body, (_, value) => (typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value)),
  )
