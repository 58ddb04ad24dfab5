import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rollback, unpin } from '../../src/run/history.ts'
import { loadProjectOrFail, prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { RequestPool } from '../../src/server/http/requests.ts'
import { AnswerCache } from '../../src/server/reading/answer-cache.ts'
import { startServer } from '../../src/server/start.ts'
import { randomFrom } from '../support/random.ts'
import { type Api, serveShop } from './data-support.ts'

let api: Api

beforeAll(async () => {
  api = await serveShop({ published: true })
})
afterAll(() => api.close())

const revenue = { measures: ['revenue'] }
const ask = (version?: number) =>
  api.post('/api/query', { ...(version ? { version } : {}), queries: [revenue, revenue] })
const told = ({ body }: { body: { version: number; answers: { answer: { rows: number[][] } }[] } }) => [
  body.version,
  ...body.answers.map(({ answer }) => answer.rows[0]?.[0]),
]
const land = async (name: string, amount: string) => {
  await api.put(
    `landing/sales-${name}.csv`,
    `Order,Customer,At,Amount,Status,Contact\n${name},1,2025-01-05T10:00:00,${amount},Completed,\n`,
  )
  return run(await prepare(api.root))
}

test('what a screen needs first: project, version, as-of day, pages with data', async () => {
  const { body } = await api.get('/api/session')
  expect(body).toMatchObject({
    needs: 'nothing',
    name: 'small-shop',
    currency: 'USD',
    locale: 'en-US',
    version: 1,
    pinned: false,
    asOf: '2025-01-02',
    dataFrom: '2025-01-01',
    countedStatuses: ['Completed'],
    channels: ['online'],
    stores: [],
  })
  expect(body.pages).toContain('sales')
  expect(body.pages).not.toContain('stores')
  expect(body.pages).not.toContain('support')
})

test('a new version is picked up without restart; a page keeps the one it shows; a pinned one is served as such', {
  timeout: 180_000,
}, async () => {
  expect(told(await ask())).toEqual([1, 30.5, 30.5])
  await land('B1', '100')
  expect(told(await ask())).toEqual([2, 130.5, 130.5])
  expect(told(await ask(1))).toEqual([1, 30.5, 30.5])
  const project = await loadProjectOrFail(api.root)
  await rollback(project, 1)
  expect(told(await ask())).toEqual([1, 30.5, 30.5])
  expect((await api.get('/api/session')).body).toMatchObject({ version: 1, pinned: true })
  await unpin(project)
  expect(told(await ask())).toEqual([2, 130.5, 130.5])
  expect((await ask(99)).body).toMatchObject({ code: 'VERSION_GONE' })
})

test('a page that shows a version may finish with it after it was pruned; nobody else gets it', async () => {
  expect(told(await ask(1))).toEqual([1, 30.5, 30.5])
  for (const name of ['000001.json', '000001.duckdb']) await rm(join(api.root, 'warehouse', name))
  expect(told(await ask(1))).toEqual([1, 30.5, 30.5])
  const other = await startServer({
    roots: [api.root],
    port: 0,
    host: '127.0.0.1',
    program: 'test',
    log: () => undefined,
  })
  const answer = await fetch(`${other.origin}/api/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${other.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: 1, queries: [revenue] }),
  })
  expect([answer.status, ((await answer.json()) as { code?: string }).code]).toEqual([410, 'VERSION_GONE'])
  await other.close()
})

test('while a run publishes, every answer is whole and from one version', { timeout: 180_000 }, async () => {
  let running = true
  const reader = async () => {
    const seen: (number | undefined)[][] = []
    while (running) {
      seen.push(told(await ask()))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return seen
  }
  const readers = [reader(), reader()]
  const { version } = await land('C1', '1000')
  const last = told(await ask())
  running = false
  const seen = [...(await Promise.all(readers)).flat(), last]
  const whole = [
    [2, 130.5, 130.5],
    [version, 1130.5, 1130.5],
  ]
  for (const answer of seen) expect(whole).toContainEqual(answer)
  for (const answer of whole) expect(seen).toContainEqual(answer)
})

test('one query that cannot be asked does not take the others along', async () => {
  const { status, body } = await api.post('/api/query', { queries: [{ measures: ['nonsense'] }, revenue] })
  expect(status).toBe(200)
  expect(body.answers.map(({ ok }: { ok: boolean }) => ok)).toEqual([false, true])
  expect(body.answers[0].failure).toMatchObject({ code: 'USAGE', message: 'there is no measure `nonsense`' })
})

test('beyond capacity a request is refused at once; an aborted one leaves the queue', async () => {
  const pool = new RequestPool({ parallel: 1, queue: 1 })
  const never = new AbortController().signal
  const gone = new AbortController()
  let release: () => void = () => undefined
  const first = pool.run(
    never,
    () =>
      new Promise<void>((resolve) => {
        release = resolve
      }),
  )
  const second = pool.run(gone.signal, async () => 'second')
  await expect(pool.run(never, async () => 'third')).rejects.toMatchObject({ code: 'TOO_BUSY' })
  gone.abort()
  await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
  const fourth = pool.run(never, async () => 'fourth')
  release()
  await first
  expect([await fourth, pool.load]).toEqual(['fourth', { active: 0, waiting: 0 }])
})

test('twenty users at once: answers or a clean 429 with Retry-After, and nothing else', async () => {
  const server = await startServer({
    roots: [api.root],
    port: 0,
    host: '127.0.0.1',
    program: 'test',
    log: () => undefined,
    limits: { parallel: 1, queue: 2 },
  })
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const answer = await fetch(`${server.origin}/api/query`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ queries: [{ ...revenue, limit: n + 1 }] }),
      })
      return {
        status: answer.status,
        retry: answer.headers.get('retry-after'),
        code: ((await answer.json()) as { code?: string }).code,
      }
    }),
  )
  await server.close()
  const refused = answers.filter(({ status }) => status !== 200)
  expect(refused.length).toBeGreaterThan(0)
  expect(
    refused.every(({ status, retry, code }) => status === 429 && retry === '1' && code === 'TOO_BUSY'),
  ).toBe(true)
  expect(answers.some(({ status }) => status === 200)).toBe(true)
})

test('answers that are large or old make room for others', () => {
  const cache = new AnswerCache(1000)
  cache.put('a', [[1], [2]])
  cache.put(
    'huge',
    Array.from({ length: 500 }, () => [1]),
  )
  expect([cache.get('a'), cache.get('huge')]).toEqual([[[1], [2]], undefined])
  for (let n = 0; n < 100; n++) {
    cache.put(`q${n}`, [[n]])
    cache.get('a')
  }
  expect([cache.get('a')?.length, cache.get('q0'), cache.get('q99')]).toEqual([2, undefined, [[99]]])
})

test('fuzzed queries, names and ids are refused or answered, never a defect', async () => {
  const { below } = randomFrom(7)
  const words = [
    'revenue',
    'date',
    "x' or 1=1 --",
    '"',
    '\u0000',
    'a'.repeat(90),
    '../..',
    '{}',
    null,
    -1,
    1e99,
    [],
    {},
    true,
    '🙂',
    'month',
  ]
  const word = () => words[below(words.length)]
  const some = () => Array.from({ length: below(4) }, word)
  for (let n = 0; n < 120; n++) {
    const query = {
      measures: some(),
      by: some().map((dimension) => ({ dimension, grain: word() })),
      filters: { range: { from: word(), to: '2025-01-01' }, values: { [String(word())]: some() } },
      order: [{ by: word() }],
      limit: word(),
      compare: word(),
    }
    const mild = {
      measures: ['revenue'],
      by: [{ dimension: String(word()) }],
      filters: { values: { channel: some().map((value) => (value === null ? null : String(value))) } },
    }
    const id = encodeURIComponent(String(word()))
    const answers = await Promise.all([
      api.post('/api/query', { queries: [query] }),
      api.post('/api/query', { queries: [mild] }),
      api.post('/api/customers', {
        conditions: [{ column: word(), op: 'in', values: some() }],
        offset: word(),
      }),
      api.get(`/api/customers/${id}`),
      api.get(`/api/customers/${id}/timeline?before=${id}&kinds=${id}`),
      api.get(`/api/gold/${id}?order=${id}&limit=${id}`),
      api.call('PUT', `/api/saved-views/${id}`, { name: word(), title: word(), search: {} }),
    ])
    for (const { status, body, text } of answers) {
      expect([200, 400, 404]).toContain(status)
      expect(text).not.toMatch(/INTERNAL|SQL_FAILED/)
      if (status !== 200) expect(typeof body?.requestId).toBe('string')
    }
  }
})

test('before the first run, and before there is a project, everything says what to do', async () => {
  const empty = await serveShop({})
  expect((await empty.get('/api/session')).body).toMatchObject({ needs: 'setup' })
  await empty.close()
  const fresh = await serveShop({ published: false })
  expect((await fresh.get('/api/session')).body).toMatchObject({ needs: 'run', version: null })
  const answer = await fresh.post('/api/query', { queries: [revenue] })
  expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND'])
  await fresh.put('c360.yaml', 'version: 1\nname: x\n')
  const wrong = await fresh.get('/api/session')
  expect([wrong.status, wrong.body.code]).toEqual([422, 'PROJECT_INVALID'])
  expect(wrong.body.problems.length).toBeGreaterThan(0)
  await fresh.close()
})

test('the schedule is kept in the project, and only a cron pattern is one', async () => {
  const put = (schedule: string | null, mode = 'import') =>
    api.call('PUT', '/api/connectivity', { schedule, mode })
  const { status, body } = await put('0 6 * * *')
  expect([status, body.schedule, body.nextRefresh > new Date().toISOString()]).toEqual([
    200,
    '0 6 * * *',
    true,
  ])
  expect((await api.get('/api/session')).body.connectivity).toMatchObject({
    schedule: '0 6 * * *',
    mode: 'import',
  })
  for (const wrong of ['* * * * * *', 'never', '']) expect((await put(wrong)).status).toBe(400)
  expect((await put(null, 'direct')).status).toBe(400)
  expect((await put(null)).body.nextRefresh).toBeNull()
})
