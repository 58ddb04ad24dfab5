import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Hosted } from '../../src/server/projects/hosted.ts'
import { type Api, CANARY, leftBehind, serveShop } from './data-support.ts'

let api: Api

beforeAll(async () => {
  api = await serveShop({ published: true })
})
afterAll(() => api.close())

const audit = async (): Promise<Record<string, unknown>[]> =>
  (await readFile(join(api.root, '.c360', 'audit.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const found = async (text: string) =>
  (await api.post('/api/search', { text })).body.customers.map(
    ({ customerId, matched }: { customerId: string; matched: string }) => `${customerId} by ${matched}`,
  )

test('people are found by words of the name, e-mail, phone and id', async () => {
  expect(await found('ANN')).toEqual(['1 by name'])
  expect(await found('exam án')).toEqual(['1 by name'])
  expect(await found('nn')).toEqual([])
  expect(await found('sample')).toEqual(['2 by name', '3 by name'])
  expect(await found(`${CANARY}.ann@EXAMPLE.com`)).toEqual(['1 by email'])
  expect(await found(`${CANARY}.b`)).toEqual(['2 by email', '3 by email'])
  expect(await found('0222')).toEqual(['2 by phone', '3 by phone'])
  expect(await found('07700 900111')).toEqual([])
  expect(await found('+44 7700 900111')).toEqual(['1 by phone'])
  expect(await found('2')).toEqual(['2 by id'])
  expect(await found("' or true --")).toEqual([])
})

test('lists, tables, profiles and search show names and no contact', async () => {
  const answers = await Promise.all([
    api.post('/api/search', { text: 'ann' }),
    api.post('/api/customers', {}),
    api.get('/api/gold/customer_360'),
    api.get('/api/gold/dim_customers'),
    api.get('/api/customers/1'),
    api.get('/api/customers/1/timeline'),
    api.get('/api/customers/columns'),
  ])
  for (const { status, text } of answers) expect([status, text.includes(CANARY)]).toEqual([200, false])
  expect(answers[0]?.body.customers[0]).toMatchObject({
    name: 'Ann Example',
    email: 'c****@example.com',
    phone: '*** *** 0111',
  })
  const columns = answers[1]?.body.table.columns as { name: string; masked?: boolean }[]
  expect(columns.filter(({ masked }) => masked).map(({ name }) => name)).toEqual([
    'email',
    'phone',
    'address',
  ])
})

test('a reveal shows the contacts and is audited without them', async () => {
  const { body } = await api.post('/api/customers/1/reveal')
  expect(body.contacts.email).toBe(`${CANARY}.ann@example.com`)
  const profile = await api.get('/api/customers/1')
  expect(profile.body.masked).toEqual(['email', 'phone', 'address'])
  const [seen, shown] = (await audit()).reverse()
  expect([seen?.action, shown?.action, shown?.reveal, shown?.rows, shown?.actor]).toEqual([
    'profile',
    'reveal',
    true,
    1,
    'local',
  ])
  // The same customer under the same name, which is not the id.
  expect(seen?.subject).toBe(shown?.subject)
  expect(seen?.subject).toMatch(/^[0-9a-f]{24}$/)
  expect((await api.post('/api/customers/nobody/reveal')).status).toBe(404)
})

test('a profile says what was bought, from which file and row', async () => {
  const { body } = await api.get('/api/customers/2')
  expect(body).toMatchObject({
    customerId: '2',
    sourceIds: [{ source: 'customers', id: '2', file: 'customers.csv', row: 2 }],
    purchasesByMonth: [{ month: '2025-01-01', channel: 'online', orders: 1, amount: 20.5 }],
    openTickets: [],
  })
  const first = await api.get('/api/customers/2/timeline?limit=1')
  expect(first.body).toMatchObject({
    counts: { online: 2 },
    entries: [{ id: 'A3', at: '2025-01-03T10:00:00', amount: 5, counted: false, file: 'sales.csv', row: 3 }],
  })
  const second = await api.get(`/api/customers/2/timeline?limit=1&before=${first.body.next}`)
  expect(second.body).toMatchObject({ entries: [{ id: 'A2', counted: true, row: 2 }], next: null })
  expect((await api.get('/api/customers/2/timeline?kinds=support')).body.entries).toEqual([])
  expect((await api.get('/api/customers/2/timeline?before=nonsense')).status).toBe(400)
})

test('conditions on any column: total, revenue and consent are of all that match', async () => {
  const list = async (...conditions: unknown[]) => {
    const { status, body } = await api.post('/api/customers', { conditions, limit: 1 })
    return status === 200 ? [body.total, body.revenue, body.table.rows.length] : status
  }
  expect(await list()).toEqual([3, 30.5, 1])
  expect(await list({ column: 'total_spend', op: 'between', from: 15 })).toEqual([1, 20.5, 1])
  expect(await list({ column: 'name', op: 'contains', text: 'BÓB' })).toEqual([2, 20.5, 1])
  expect(await list({ column: 'email', op: 'in', values: [`${CANARY}.bob@example.com`] })).toEqual([
    2, 20.5, 1,
  ])
  expect(await list({ column: 'first_purchase_date', op: 'empty', value: true })).toEqual([1, 0, 1])
  expect(await list({ column: 'first_purchase_date', op: 'between', to: '2025-01-01' })).toEqual([1, 10, 1])
  expect(await list({ column: 'is_inferred', op: 'is', value: true })).toEqual([0, null, 0])
  expect(await list({ column: 'city', op: 'in', values: [null] })).toEqual([3, 30.5, 1])
  expect(await list({ column: 'nonsense', op: 'empty', value: true })).toBe(400)
  expect(await list({ column: 'orders', op: 'contains', text: '1' })).toBe(400)
  expect(await list({ column: 'orders', op: 'between', from: "1'; drop table x; --" })).toBe(400)
  expect(await list({ column: 'signup_date', op: 'between', from: '2025-02-30' })).toBe(400)
  const { body } = await api.post('/api/customers', {})
  expect(body.consent).toEqual({ yes: 0, no: 0, unknown: 3 })
  expect((await api.post('/api/customers', { order: { by: 'email' } })).status).toBe(400)
})

test('audiences are files of the project; a name is no path', async () => {
  const audience = {
    name: 'big-spenders',
    title: 'Big',
    conditions: [{ column: 'orders', op: 'between', from: 1 }],
  }
  expect((await api.call('PUT', '/api/audiences/big-spenders', audience)).status).toBe(200)
  const text = await readFile(join(api.root, 'audiences', 'big-spenders.yaml'), 'utf8')
  expect(text).toBe('title: Big\nconditions:\n  - column: orders\n    op: between\n    from: 1\n')
  expect((await api.get('/api/audiences')).body).toEqual({ audiences: [audience], unreadable: 0 })
  for (const name of ['..%2f..%2fc360', 'A', 'a.b', '%00', 'x'.repeat(99)])
    expect((await api.call('PUT', `/api/audiences/${name}`, { ...audience, name })).status).toBe(400)
  await api.put('audiences/broken.yaml', 'title: [')
  expect((await api.get('/api/audiences')).body.unreadable).toBe(1)
  expect((await api.call('DELETE', '/api/audiences/big-spenders')).status).toBe(200)
  expect((await api.get('/api/audiences/big-spenders')).status).toBe(404)
})

test('canaries are in no log, audit, metric, address or error', async () => {
  const paths = [
    `/api/customers/${CANARY}`,
    `/api/customers/${CANARY}/timeline`,
    `/api/gold/${CANARY}`,
    `/${CANARY}`,
    `/api/gold/customer_360?order=${CANARY}`,
  ]
  const posts: [string, unknown][] = [
    ['/api/search', { text: `${CANARY}.ann@example.com` }],
    ['/api/search', { text: 1, [CANARY]: CANARY }],
    ['/api/customers', { conditions: [{ column: 'email', op: 'contains', text: CANARY }] }],
    [
      '/api/customers',
      {
        conditions: [
          { column: CANARY, op: 'contains', text: CANARY },
          { column: 'orders', op: 'in', values: [CANARY] },
        ],
      },
    ],
    ['/api/query', { queries: [{ measures: ['revenue'], filters: { values: { customer: [CANARY] } } }] }],
    [
      '/api/export',
      {
        format: 'csv',
        title: CANARY,
        filters: CANARY,
        reveal: true,
        what: { kind: 'gold', table: 'customer_360' },
      },
    ],
  ]
  for (const path of paths) await api.get(path)
  for (const [path, body] of posts) await api.post(path, body)
  await api.call('PUT', `/api/audiences/${CANARY}x`, { name: CANARY, title: CANARY, conditions: [] })
  const refused = await api.post('/api/customers', {
    conditions: [{ column: CANARY, op: 'contains', text: CANARY }],
  })
  expect(refused.status).toBe(400)
  expect((await api.post('/api/search', { [CANARY]: CANARY })).text).not.toContain(CANARY)
  expect(api.logged()).toContain('"route":"/api/customers/:id"')
  expect(api.logged()).not.toContain(CANARY)
  expect((await api.get('/metrics')).text).not.toContain(CANARY)
  expect(await leftBehind(api.root)).not.toContain(CANARY)
})

test('a server that ends reads no lineage any more', async () => {
  const kept = join(api.root, '.c360', 'cache', 'contacts.json')
  const mine = (closing: AbortSignal) => new Hosted('shop', api.root, closing).contacts()
  const masked = await mine(AbortSignal.abort())
  expect(masked.isContact('customer_360', 'email')).toBe(true)
  await rm(kept)
  await expect(mine(AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  const again = await mine(new AbortController().signal)
  expect(again.isContact('customer_360', 'email')).toBe(true)
  expect(JSON.parse(await readFile(kept, 'utf8')).lists.shown.customer_360).toContain('name')
})
