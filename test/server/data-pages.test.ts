import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, CANARY, leftBehind, serveShop } from './data-support.ts'

let api: Api

beforeAll(async () => {
  api = await serveShop({ published: true })
})
afterAll(() => api.close())

const named = <T extends { name: string }>(list: readonly T[], name: string): T | undefined =>
  list.find((item) => item.name === name)

test('quality: every check with its figures, every source with its account and freshness', async () => {
  const { body } = await api.get('/api/quality')
  expect(named(body.models, 'fact_transactions')).toMatchObject({ certified: true, rows: 3 })
  const channels = named<{ name: string; checks: { name: string; detail: string }[] }>(
    body.models,
    'average_order_value_by_channel',
  )
  expect(channels?.checks.map(({ detail }) => detail).join()).toContain('30.50')
  const [sales] = body.sources.filter(({ source }: { source: string }) => source === 'sales')
  expect(sales).toMatchObject({
    files: 1,
    rows: 5,
    kept: 3,
    quarantined: 2,
    superseded: 0,
    freshnessHours: 1,
    stale: false,
  })
  expect(Date.now() - Date.parse(sales.newestFile)).toBeLessThan(600_000)
})

test('lineage: every edge joins tables that are there, and a file leads to customer_360', async () => {
  const { nodes, edges } = (await api.get('/api/lineage')).body
  const ids = new Set(nodes.map(({ id }: { id: string }) => id))
  expect(edges.every(({ from, to }: { from: string; to: string }) => ids.has(from) && ids.has(to))).toBe(true)
  const reached = new Set(['landing.sales'])
  for (let size = 0; size !== reached.size; ) {
    size = reached.size
    for (const { from, to } of edges) if (reached.has(from)) reached.add(to)
  }
  expect([...reached]).toEqual(
    expect.arrayContaining(['silver.sales', 'conformed.transactions', 'gold.customer_360']),
  )
  expect(reached.has('silver.customers')).toBe(false)
  expect(nodes.find(({ id }: { id: string }) => id === 'silver.sales').rows).toBe(3)
})

test('quarantine: raw values of personal columns, and addresses that slipped into others, are starred out until revealed', async () => {
  const { body, text } = await api.get('/api/quarantine')
  expect(body.total).toBe(2)
  expect(text).not.toContain(CANARY)
  expect(body.rows[0]).toMatchObject({
    id: 'sales/1/4',
    file: 'sales.csv',
    row: 4,
    raw: { Order: 'A4', Amount: 'not a number', Contact: '***' },
    masked: ['Contact'],
  })
  expect(body.rows[1]).toMatchObject({ raw: { Order: 'A5', At: '***' }, masked: ['At'] })
  const clear = (await api.get('/api/quarantine?reveal=true&source=sales&limit=1&offset=1')).body
  expect(clear.rows.map(({ raw }: { raw: { At: string } }) => raw.At)).toEqual([`${CANARY}@slipped.example`])
  expect(clear.total).toBe(2)
  expect(await leftBehind(api.root)).toContain(
    '"action":"reveal","subject":"quarantine","rows":1,"version":1',
  )
})

test.each(["/api/quarantine?reason=x'%20or%201=1--", "/api/quarantine?source=sales'%20or%20'1'='1"])(
  '%s finds nothing',
  async (path) => {
    expect((await api.get(path)).body).toMatchObject({ total: 0, rows: [] })
  },
)

test('a figure explains itself: its SQL, its value, and the file and row of each row it counted', async () => {
  const { body, status } = await api.post('/api/explain', {
    query: { measures: ['revenue'] },
    measure: 'revenue',
  })
  expect(status).toBe(200)
  expect(body.value).toBe(30.5)
  expect(body.sql).toMatch(/^select|^with/i)
  expect(body.rows).toMatchObject({ relation: 'fact_transactions', count: 2 })
  expect(body.rows.at).toEqual([
    [{ source: 'sales', file: 'sales.csv', row: 1 }],
    [{ source: 'sales', file: 'sales.csv', row: 2 }],
  ])
  const amount = body.rows.table.columns.findIndex(({ name }: { name: string }) => name === 'amount')
  expect(body.rows.table.rows.map((row: unknown[]) => row[amount])).toEqual([10, 20.5])
})

test('with filters and a limit it shows fewer rows and still counts them all', async () => {
  const query = { measures: ['transactions'], filters: { range: { from: '2025-01-01', to: '2025-01-03' } } }
  const { body } = await api.post('/api/explain', { query, measure: 'transactions', limit: 1 })
  expect(body.value).toBe(2)
  expect(body.rows.count).toBe(2)
  expect(body.rows.table.rows).toHaveLength(1)
})

test('rows of a gold table explain themselves, contacts starred out', async () => {
  const asked = { table: 'customer_360', where: { customer_id: '1' } }
  const { body, text } = await api.post('/api/explain', asked)
  expect(text).not.toContain(CANARY)
  const spend = body.detail.figures.find(({ label }: { label: string }) => label.startsWith('total_spend'))
  expect(spend).toMatchObject({ figure: '10.00', agrees: true })
  expect(spend.parts[0].counted.shown[0].at).toEqual([
    { source: 'sales', file: 'sales.csv', row: 1, delivery: 1 },
  ])
  expect((await api.post('/api/explain', { ...asked, reveal: true })).text).toContain(
    `${CANARY}.ann@example.com`,
  )
})

test.each([
  [{ table: 'nothing' }, 404],
  [{ table: 'customer_360', where: { "x' or 1=1": '1' } }, 404],
  [{ table: 'customer_360', where: { customer_id: "1' or '1'='1" } }, 200],
  [{ query: { measures: ['nothing'] } }, 400],
  [{ query: { drop: 1 } }, 400],
  [{}, 400],
])('explain %j is answered with %i', async (asked, expected) => {
  const { status, body } = await api.post('/api/explain', asked)
  expect(status).toBe(expected)
  if (status === 200) expect(body.rows.count).toBe(0)
})

test('tables: those of silver and gold with what is personal', async () => {
  const { tables } = (await api.get('/api/tables')).body
  const customers = tables.find(
    ({ schema, name }: { schema: string; name: string }) => schema === 'silver' && name === 'customers',
  )
  const personal = customers.columns.filter((column: { personal: boolean }) => column.personal)
  expect(personal.map(({ name }: { name: string }) => name).sort()).toEqual([
    'address',
    'email',
    'note',
    'phone',
  ])
  expect(customers.rows).toBe(3)
})

test('a legacy view is reconciled once per version; no other file is', async () => {
  const view = `create view dbo.V as select Customer as CustomerID, sum(Amount) as TotalSpend from sales group by Customer`
  await api.put(
    'legacy/V.sql',
    `/* reconcile: model: customer_360, columns: { CustomerID: customer_id, TotalSpend: total_spend } */\n${view}`,
  )
  expect((await api.get('/api/legacy')).body.files).toEqual([{ file: 'legacy/V.sql', name: 'V' }])
  const { body } = await api.post('/api/reconcile', { file: 'legacy/V.sql' })
  expect(body.report).toMatchObject({ model: 'customer_360', version: 1, differs: true })
  expect(body.markdown).toContain('# ')
  const began = Date.now()
  expect((await api.post('/api/reconcile', { file: 'legacy/V.sql' })).body).toEqual(body)
  expect(Date.now() - began).toBeLessThan(500)
  for (const file of ['c360.yaml', 'legacy/../c360.yaml', '/etc/passwd', 'V.sql'])
    expect((await api.post('/api/reconcile', { file })).status).toBe(404)
  await api.put('legacy/W.sql', 'create view W as select * from nowhere')
  const wrong = (await api.post('/api/reconcile', { file: 'legacy/W.sql' })).body
  expect(wrong.problems[0].file).toBe(join('legacy', 'W.sql'))
})

test('no canary in audit, caches or logs', async () => {
  expect(await leftBehind(api.root)).not.toContain(CANARY)
  expect(api.logged()).not.toContain(CANARY)
})
