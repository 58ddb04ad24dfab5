import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { importTarget } from '../../src/run/target/import.ts'
import { LiveVersions } from '../../src/server/direct/live-versions.ts'
import type { ServedTarget } from '../../src/server/projects/hosted.ts'
import { type Running, startServer } from '../../src/server/start.ts'
import { type Api, CANARY, serveShop } from './data-support.ts'
import { type There, there } from './there.ts'

let embedded: Api
let place: There
const servers: Running[] = []

beforeAll(async () => {
  embedded = await serveShop({ published: true })
  place = await there(embedded.root)
  await place.publish(3)
}, 60_000)
afterAll(async () => {
  for (const running of servers) await running.close()
  await embedded.close()
})

interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into, as a client does that has no types.
  readonly body: any
}

async function served(target: Omit<ServedTarget, 'name'>) {
  const running = await startServer({
    roots: [embedded.root],
    port: 0,
    host: '127.0.0.1',
    program: 'test',
    log: () => undefined,
    web: embedded.root,
    target: { name: 'there', ...target },
  })
  servers.push(running)
  const call = async (method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Reply> => {
    const answer = await fetch(running.origin + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      headers: { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' },
    })
    return { status: answer.status, body: await answer.json() }
  }
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown, signal?: AbortSignal) => call('POST', path, body, signal),
    put: (path: string, body: unknown) => call('PUT', path, body),
  }
}

const open = async () => place.remote
/** Not the look at which version is shown. */
const isQuestion = (sql: string): boolean => !sql.includes('_versions')
/** A session of this target sees the file it began with, so none is kept. */
const live = { open, lookMs: 0, limits: { idleMs: 0 } }

const pages: readonly (readonly [path: string, body?: unknown])[] = [
  ['/api/model'],
  ['/api/quality'],
  ['/api/customers/columns'],
  ['/api/gold/customer_360?order=total_spend&descending=true&limit=2'],
  ['/api/gold/fact_transactions'],
  ['/api/customers', { conditions: [{ column: 'name', op: 'contains', text: 'AMPLE' }] }],
  ['/api/customers', { conditions: [{ column: 'total_spend', op: 'between', from: 1 }] }],
  ['/api/customers/2'],
  ['/api/customers/2/timeline'],
  [
    '/api/query',
    {
      queries: [
        { measures: ['revenue', 'orders'], by: [{ dimension: 'date', grain: 'day' }] },
        {
          measures: ['revenue'],
          filters: { range: { from: '2025-01-02', to: '2025-01-03' } },
          compare: 'prev',
        },
        { measures: ['customers'], by: [{ dimension: 'segment' }] },
      ],
    },
  ],
]

/** What of an answer hangs on the place: numbers of versions, and the files of rows, which silver alone knows. */
const figures = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body, (key, value) => {
      if (key === 'version' || key === 'sourceIds') return undefined
      return key === 'file' || key === 'row' ? null : value
    }),
  )

describe('every page shows the same, with contacts masked', () => {
  const same = async (api: {
    get(path: string): Promise<Reply>
    post(path: string, body: unknown): Promise<Reply>
  }) => {
    for (const [path, body] of pages) {
      const [ours, theirs] = await Promise.all(
        [embedded, api].map((one) => (body === undefined ? one.get(path) : one.post(path, body))),
      )
      expect(theirs?.status, path).toBe(200)
      expect(figures(theirs?.body), path).toEqual(figures(ours?.body))
      expect(JSON.stringify(theirs?.body), path).not.toContain(CANARY)
    }
  }

  test('imported: a copy of gold, with the types and rows of the target', async () => {
    const prepared = await prepare(embedded.root)
    expect(await importTarget(prepared, 'there', place.remote)).toMatchObject({
      outcome: 'published',
      version: 3,
    })
    expect(await importTarget(prepared, 'there', place.remote)).toMatchObject({
      outcome: 'unchanged',
      version: 3,
    })
    const api = await served({ mode: 'import' })
    expect((await api.get('/api/session')).body).toMatchObject({
      version: 3,
      asOf: '2025-01-02',
      connectivity: { mode: 'import', modes: ['import'], target: 'there' },
    })
    await same(api)
    const sql = { sql: 'select email, count(*) as n from gold.dim_customers group by all order by all' }
    expect((await api.post('/api/sql', sql)).body.table.rows).toHaveLength(2)
    expect((await api.post('/api/search', { text: 'bob' })).body.customers).toHaveLength(2)
  }, 60_000)

  test('direct: asked in the target, and only there', async () => {
    const api = await served({ mode: 'direct', live })
    const before = place.load.asked.length
    await same(api)
    expect(place.load.asked.length).toBeGreaterThan(before)
    expect(place.load.asked.every((sql) => sql.includes('_there.'))).toBe(true)
  }, 60_000)
})

test('what is kept in the target, or not offered live, is refused by name', async () => {
  const copied = await served({ mode: 'import' })
  const direct = await served({ mode: 'direct', live })
  const codes = async (api: typeof direct, asked: readonly (readonly [string, unknown?])[]) =>
    Promise.all(
      asked.map(async ([path, body]) => {
        const { status, body: failure } = await (body === undefined ? api.get(path) : api.post(path, body))
        return [status, failure.code, failure.message]
      }),
    )
  const silver: readonly (readonly [string, unknown?])[] = [
    ['/api/quarantine'],
    ['/api/explain', { table: 'customer_360' }],
    ['/api/reconcile', { file: 'legacy/a.sql' }],
  ]
  for (const api of [copied, direct])
    for (const [status, code, message] of await codes(api, silver)) {
      expect([status, code]).toEqual([409, 'CONFLICT'])
      expect(message).toContain('kept in the target `there`')
    }
  const here: readonly (readonly [string, unknown?])[] = [
    ['/api/sql', { sql: 'select 1' }],
    ['/api/tables'],
    ['/api/search', { text: 'ann' }],
    ['/api/export', { format: 'csv', title: 'x', what: { kind: 'gold', table: 'customer_360' } }],
    ['/api/rollback', { version: 1 }],
  ]
  for (const [status, code, message] of await codes(direct, here)) {
    expect([status, code]).toEqual([409, 'CONFLICT'])
    expect(message).toContain('is not offered live')
  }
  for (const path of ['/odata', '/odata/$metadata', '/odata/customer_360']) {
    const { status, body } = await direct.get(path)
    expect([path, status, body.error.code]).toEqual([path, 409, 'CONFLICT'])
    expect(body.error.message).toMatch(/The OData feed is not offered live.*import/)
    expect(JSON.stringify(body)).not.toContain(CANARY)
  }
  const feed = await Promise.all([embedded, copied].map((api) => api.get('/odata/customer_360')))
  expect(feed[1]?.body.value).toEqual(feed[0]?.body.value)
  expect(JSON.stringify(feed)).toContain('c****@example.com')
  expect(JSON.stringify(feed)).not.toContain(CANARY)
  const { pages: shown } = (await direct.get('/api/session')).body
  expect(shown).toContain('overview')
  expect(shown).not.toContain('sql')
}, 60_000)

test('a figure explains itself in both modes, without the files of its rows', async () => {
  const body = { query: { measures: ['revenue'] }, measure: 'revenue' }
  const told = (await embedded.post('/api/explain', body)).body
  for (const mode of ['import', 'direct'] as const) {
    const { value, rows } = (await (await served({ mode, live })).post('/api/explain', body)).body
    expect([value, rows.count, rows.table.rows.length]).toEqual([
      told.value,
      told.rows.count,
      told.rows.count,
    ])
    expect(rows.at.flat()).toEqual([])
    expect(JSON.stringify(rows)).not.toContain(CANARY)
  }
}, 60_000)

test('an answer is asked once per version; beyond what the target may be asked at once it is 429', async () => {
  const api = await served({
    mode: 'direct',
    live: { ...live, limits: { idleMs: 0, parallel: 2, queue: 0 } },
  })
  const question = (measure: string) => api.post('/api/query', { queries: [{ measures: [measure] }] })
  expect((await question('revenue')).status).toBe(200)
  const asked = place.load.asked.filter(isQuestion).length
  expect((await question('revenue')).status).toBe(200)
  expect(place.load.asked.filter(isQuestion)).toHaveLength(asked)
  let go = () => {}
  place.hold = new Promise((resolve) => {
    go = resolve
  })
  place.load.most = 0
  const several = ['orders', 'buyers', 'customers', 'quantity', 'aov'].map(question)
  const first = await Promise.race(several)
  place.hold = undefined
  go()
  const statuses = (await Promise.all(several)).map(({ status }) => status)
  expect(first.status).toBe(429)
  expect(statuses).toContain(200)
  expect(place.load.most).toBeLessThanOrEqual(2)
}, 60_000)

test('whoever goes away ends the statement there; one that takes too long is told', async () => {
  const api = await served({ mode: 'direct', live: { ...live, limits: { idleMs: 0, statementMs: 1500 } } })
  await api.post('/api/query', { queries: [{ measures: ['revenue'] }] })
  let go = () => {}
  place.hold = new Promise((resolve) => {
    go = resolve
  })
  try {
    const cancelled = place.load.cancelled
    const asked = place.load.asked.length
    const going = new AbortController()
    const left = api.post('/api/query', { queries: [{ measures: ['orders'] }] }, going.signal)
    await expect.poll(() => place.load.asked.slice(asked).some(isQuestion), { timeout: 20_000 }).toBe(true)
    going.abort()
    await expect(left).rejects.toThrow()
    await expect.poll(() => place.load.cancelled, { timeout: 20_000 }).toBeGreaterThan(cancelled)
    const late = await api.post('/api/query', { queries: [{ measures: ['orders'] }] })
    expect(late.body.answers[0].failure).toMatchObject({ code: 'TIMED_OUT' })
  } finally {
    place.hold = undefined
    go()
  }
}, 60_000)

test('mode and schedule of a target are its own; the embedded warehouse knows no direct', async () => {
  const api = await served({ live })
  const set = { mode: 'direct', schedule: '0 6 * * *' }
  expect((await api.put('/api/connectivity', set)).body).toMatchObject(set)
  expect((await api.get('/api/session')).body.connectivity).toMatchObject({
    ...set,
    modes: ['import', 'direct'],
  })
  expect((await embedded.get('/api/session')).body.connectivity).toMatchObject({
    mode: 'import',
    schedule: null,
    modes: ['import'],
    target: null,
  })
  const fixed = await served({ mode: 'import', live })
  expect((await fixed.put('/api/connectivity', set)).body).toMatchObject({ code: 'CONFLICT' })
  await expect(
    startServer({
      roots: [embedded.root],
      port: 0,
      host: '127.0.0.1',
      program: 'test',
      log: () => undefined,
      target: { name: 'nowhere' },
    }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' })
}, 60_000)

test('a version that the target publishes is picked up without a restart; import brings it when it is told to', async () => {
  const direct = await served({ mode: 'direct', live })
  const copied = await served({ mode: 'import' })
  const ask = async (api: typeof direct) => {
    const { body } = await api.post('/api/query', { queries: [{ measures: ['revenue'] }] })
    return [body.version, body.answers[0].answer.rows[0][0]]
  }
  expect(await ask(direct)).toEqual([3, 30.5])
  await embedded.put(
    'landing/sales-new.csv',
    'Order,Customer,At,Amount,Status,Contact\nB1,1,2025-01-05T10:00:00,100,Completed,\n',
  )
  await run(await prepare(embedded.root))
  await place.publish(4)
  await expect.poll(() => ask(direct), { timeout: 10_000 }).toEqual([4, 130.5])
  expect(await ask(copied)).toEqual([3, 30.5])
  await importTarget(await prepare(embedded.root), 'there', place.remote)
  expect(await ask(copied)).toEqual([4, 130.5])
}, 60_000)

test('a target that needs longer to name its version than that may be old is asked once, whoever waits for it', async () => {
  const prepared = await prepare(embedded.root)
  let looks = 0
  const slow = {
    ...place.remote,
    connect: async () => {
      const session = await place.remote.connect()
      return {
        execute: (statements: readonly string[]) => session.execute(statements),
        async *stream(sql: string, signal?: AbortSignal) {
          if (!isQuestion(sql)) looks++
          await sleep(30)
          yield* session.stream(sql, signal)
        },
        [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
      }
    },
  }
  const versions = new LiveVersions('there', new AbortController().signal, {
    open: async () => slow,
    staleMs: 10,
    limits: { idleMs: 0 },
  })
  const leases = await Promise.all([1, 2, 3].map(() => versions.lease(prepared)))
  expect(leases.map(({ version }) => version)).toEqual([4, 4, 4])
  const once = looks
  await sleep(20)
  await versions.lease(prepared)
  expect(looks).toBe(2 * once)
  // The project is changed while somebody asks: each gets an answer.
  const changed = await Promise.all([versions.lease({ ...prepared }), versions.lease({ ...prepared })])
  expect(changed.map(({ version }) => version)).toEqual([4, 4])
  await versions.close()
}, 20_000)

test('an import that dies or finds rows missing publishes nothing', async () => {
  const prepared = await prepare(embedded.root)
  await place.publish(5)
  const dying = { boundary: () => Promise.reject(new Error('dead')) }
  await expect(importTarget(prepared, 'there', place.remote, dying)).rejects.toThrow('dead')
  const short = {
    ...place.remote,
    marks: { ...place.remote.marks, at: (table: string) => `select * from ${table} limit 1` },
  }
  await expect(importTarget(prepared, 'there', short)).rejects.toMatchObject({ code: 'CONFLICT' })
  const api = await served({ mode: 'import' })
  expect((await api.get('/api/session')).body.version).toBe(4)
}, 60_000)
