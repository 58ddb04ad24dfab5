import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { type Api, CANARY, leftBehind, serveShop } from './data-support.ts'

let api: Api

beforeAll(async () => {
  api = await serveShop({ published: false })
})
afterAll(() => api.close())

const runs = async () => (await api.get('/api/runs')).body
const started = async (body: object = {}): Promise<string> => (await api.post('/api/runs', body)).body.runId
const sale = (id: string, amount: number) => `${id},1,2025-02-01T10:00:00,${amount},Completed,\n`
const header = 'Order,Customer,At,Amount,Status,Contact\n'

test('the first run is started, followed live to its end, and counted', async () => {
  const runId = await started()
  expect((await api.get('/api/session')).body.running).toBe(runId)
  const { state, ids, text } = await api.follow(runId)
  expect(state).toBe('published')
  expect(ids).toEqual(ids.map((_, index) => index + 1))
  expect(text).toContain('"type":"step_done"')
  const { body } = await api.get(`/api/runs/${runId}`)
  expect(body.run).toMatchObject({
    state: 'published',
    version: 1,
    rowsIn: 8,
    rowsKept: 6,
    rowsRejected: 2,
    files: 2,
  })
  expect(body.events).toHaveLength(ids.length)
})

test('a follower who comes back goes on where it stopped', async () => {
  const [first] = (await runs()).runs
  const whole = await api.follow(first.runId)
  expect((await api.follow(first.runId, 5)).ids).toEqual(whole.ids.slice(5))
})

test('with nothing new there is no run', async () => {
  expect((await api.post('/api/runs')).body).toEqual({ state: 'unchanged', runId: null })
  expect((await runs()).runs).toHaveLength(1)
})

test('one at a time, and a cancelled one leaves everything as it was', async () => {
  await api.put(
    'landing/sales-many.csv',
    header + Array.from({ length: 300_000 }, (_, n) => sale(`M${n}`, 1)).join(''),
  )
  const [first, second] = await Promise.all([api.post('/api/runs'), api.post('/api/runs')])
  expect([first.status, second.status].sort()).toEqual([200, 409])
  const winner = first.status === 200 ? first : second
  const loser = first.status === 200 ? second : first
  expect(loser.body.code).toBe('RUN_ACTIVE')
  expect((await api.post(`/api/runs/${winner.body.runId}/cancel`)).status).toBe(200)
  expect((await api.follow(winner.body.runId)).state).toBe('cancelled')
  const { runs: list, versions } = await runs()
  expect(list[0]).toMatchObject({ runId: winner.body.runId, state: 'cancelled', version: null })
  expect(versions).toHaveLength(1)
  expect((await api.get('/api/session')).body).toMatchObject({ version: 1 })
})

test('while a run publishes, readers get one whole version or the other, and no error', async () => {
  await api.put(
    'landing/sales-many.csv',
    header + Array.from({ length: 3000 }, (_, n) => sale(`M${n}`, 1)).join(''),
  )
  const query = {
    queries: [{ measures: ['revenue'] }, { measures: ['orders'] }, { measures: ['transactions'] }],
  }
  const seen = new Map<number, Set<string>>()
  let ended = false
  const client = async () => {
    while (!ended) {
      const { status, body } = await api.post('/api/query', query)
      expect([status, body.answers?.every(({ ok }: { ok: boolean }) => ok)]).toEqual([200, true])
      const figures = JSON.stringify(
        body.answers.map(({ answer }: { answer: { rows: unknown } }) => answer.rows),
      )
      seen.set(body.version, (seen.get(body.version) ?? new Set()).add(figures))
    }
  }
  const clients = [client(), client(), client()]
  const runId = await started()
  expect((await api.follow(runId)).state).toBe('published')
  await sleep(300)
  ended = true
  await Promise.all(clients)
  expect([...seen.keys()].sort()).toEqual([1, 2])
  for (const figures of seen.values()) expect(figures.size).toBe(1)
  expect([...(seen.get(2) ?? [])][0]).toContain('3030.5')
})

test('a run of another process is seen and followed, and is not ours to cancel', async () => {
  await api.put('landing/sales-more.csv', header + sale('N1', 3))
  let runId = ''
  let go: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    go = resolve
  })
  const running = run(await prepare(api.root), {
    boundary: (name) => (name.startsWith('step.') ? held : undefined),
    onEvent: (event) => {
      if (event.type === 'started') runId = event.runId
    },
  })
  await expect.poll(async () => (await runs()).runs[0]?.state).toBe('running')
  expect((await api.post('/api/runs')).body.code).toBe('RUN_ACTIVE')
  expect((await api.post(`/api/runs/${runId}/cancel`)).body).toMatchObject({ code: 'CONFLICT' })
  expect((await api.post('/api/rollback', { version: 1 })).body.code).toBe('LOCKED')
  const followed = api.follow(runId)
  go()
  await running
  expect((await followed).state).toBe('published')
})

test('rollback shows an older version, unpin the newest; both are audited', async () => {
  expect((await api.post('/api/rollback', { version: 1 })).body).toEqual({ version: 1, pinned: true })
  expect((await api.get('/api/session')).body).toMatchObject({ version: 1, pinned: true })
  expect((await api.post('/api/rollback', { version: 99 })).status).toBe(404)
  expect((await api.post('/api/unpin')).body).toEqual({ version: 3, pinned: false })
  const audit = await leftBehind(api.root)
  expect(audit).toContain('"action":"rollback","version":1')
  expect(audit).toContain('"action":"unpin"')
})

test('decisions are applied by the next run, and who decided is kept', async () => {
  const [held] = (await api.get('/api/quarantine?reason=not_a_number')).body.rows
  expect(held.id).toBe('sales/1/4')
  const edit = { action: 'edit', id: held.id, values: { Amount: '40.00' }, why: 'asked the shop' }
  expect((await api.post('/api/quarantine/decisions', edit)).body).toEqual({ decided: 1, waiting: 1 })
  const waiting = (await api.get('/api/quarantine?reason=not_a_number')).body
  expect(waiting).toMatchObject({ waiting: 1, rows: [{ waiting: 'edit' }] })
  const other = (await api.get('/api/quarantine')).body.rows.find(({ id }: { id: string }) => id !== held.id)
  const dismiss = { action: 'dismiss', ids: [other.id], why: 'a test order' }
  expect((await api.post('/api/quarantine/decisions', dismiss)).body.waiting).toBe(2)
  expect((await api.follow(await started())).state).toBe('published')
  const after = (await api.get('/api/quarantine')).body
  expect(after).toMatchObject({ total: 0, waiting: 0 })
  const [sales] = (await api.get('/api/quality')).body.sources.filter(
    ({ source }: { source: string }) => source === 'sales',
  )
  expect(sales).toMatchObject({ quarantined: 0, dismissed: 1 })
  const sql = "select amount from silver.sales where transaction_id = 'A4'"
  expect((await api.post('/api/sql', { sql })).body.table.rows).toEqual([[40]])
  await api.post('/api/quarantine/decisions', { action: 'reopen', ids: [held.id], why: '' })
  expect((await api.follow(await started())).state).toBe('published')
  expect((await api.get('/api/quarantine')).body.rows.map(({ id }: { id: string }) => id)).toEqual([held.id])
})

test('a decision about what is not there, or a column that is none, is refused and changes nothing', async () => {
  const decide = async (body: object) =>
    (await api.post('/api/quarantine/decisions', { why: '', ...body })).body.code
  expect(await decide({ action: 'dismiss', ids: ['sales/1/4', 'sales/1/999'] })).toBe('NOT_FOUND')
  expect(await decide({ action: 'dismiss', ids: ["sales'/1/1"] })).toBe('USAGE')
  expect(await decide({ action: 'edit', id: 'sales/1/4', values: { Nothing: 'x' } })).toBe('USAGE')
  expect(await decide({ action: 'edit', id: 'sales/1/4', values: {} })).toBe('USAGE')
  expect(await decide({ action: 'reopen', ids: ['nowhere/1/1'] })).toBe('NOT_FOUND')
  expect((await api.get('/api/quarantine')).body.waiting).toBe(0)
})

test.each(['..%2f..%2fc360', 'x', '20260101T000000-zzzzzz', '20260101T000000-abcdef'])(
  'no run by the name %s',
  async (name) => {
    expect((await api.get(`/api/runs/${name}`)).status).toBe(404)
    expect((await api.get(`/api/runs/${name}/events`)).text).not.toContain('event: run')
  },
)

test('a project with mistakes: no run, every problem', async () => {
  await api.put('contracts/broken.yaml', 'source: broken\nentity: customr\n')
  const { status, body } = await api.post('/api/runs')
  expect(status).toBe(422)
  expect(body.code).toBe('PROJECT_INVALID')
  expect(body.problems.length).toBeGreaterThan(1)
})

test('no canary in ledgers, audit or logs', async () => {
  expect(await leftBehind(api.root)).not.toContain(CANARY)
  expect(api.logged()).not.toContain(CANARY)
})
