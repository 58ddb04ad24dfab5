import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { all } from '../../src/run/execute.ts'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { csvCell, defused } from '../../src/server/export/csv.ts'
import { sheetTexts } from '../support/zip-texts.ts'
import { type Api, CANARY, serveShop } from './data-support.ts'

let api: Api

const FORMULA = '=HYPERLINK("http://evil.example","x")'

beforeAll(async () => {
  api = await serveShop({ published: false })
  await api.put(
    'landing/customers-2.csv',
    `ID,Name,Email,Phone,Address,Note\n4,"${FORMULA.replaceAll('"', '""')}",,,,\n`,
  )
  await run(await prepare(api.root))
})
afterAll(() => api.close())

async function exported(
  body: Record<string, unknown>,
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const answer = await fetch(`${api.running.origin}/api/export`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.running.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'All customers', format: 'csv', ...body }),
  })
  expect(answer.status).toBe(200)
  const name = /filename="(.+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? ''
  return { name, bytes: Buffer.from(await answer.arrayBuffer()) }
}

const everybody = { what: { kind: 'customers', conditions: [] } }

test('text that starts like a formula is defused, numbers and phones are not', () => {
  for (const text of ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '%0A', '|calc'])
    expect(defused(text)).toBe(`'${text}`)
  for (const text of ['-12.50', '+441234567890', '1-2', 'a=b', '', '- 3'.slice(2)])
    expect(defused(text)).toBe(text)
  expect(csvCell('-12.50', 'decimal')).toBe('-12.50')
  expect(csvCell('a "b", c', 'text')).toBe('"a ""b"", c"')
  expect([csvCell(null, 'text'), csvCell('', 'text')]).toEqual(['', '""'])
})

test('an audience as CSV: masked, with consent, and no formula', async () => {
  const { name, bytes } = await exported(everybody)
  const text = bytes.toString('utf8')
  expect(name).toBe('all-customers_2025-01-02_v1.csv')
  expect(text.startsWith('\ufeffcustomer_id,')).toBe(true)
  const lines = text.trimEnd().split('\r\n')
  expect(lines[0]?.endsWith(',consent')).toBe(true)
  expect(lines.length).toBe(5)
  expect(lines.slice(1).every((line) => line.endsWith(',unknown'))).toBe(true)
  expect(text).not.toContain(CANARY)
  expect(text).toContain(`"'=HYPERLINK(""http`)
})

test('reveal puts contacts in clear, and the audit says so without them', async () => {
  const { bytes } = await exported({ ...everybody, reveal: true })
  expect(bytes.toString('utf8')).toContain(`${CANARY}.ann@example.com`)
  const { leftBehind } = await import('./data-support.ts')
  const left = await leftBehind(api.root)
  expect(left).toContain('"action":"export","subject":"customers","rows":4,"version":1,"reveal":true')
  expect(left).not.toContain(CANARY)
})

test('a workbook says on its first sheet what it is; dates and numbers are such', async () => {
  const { bytes } = await exported({ ...everybody, format: 'xlsx', filters: 'none at all' })
  const path = join(api.root, 'export.xlsx')
  await writeFile(path, bytes)
  const [about = '', data = ''] = (await sheetTexts(path)).filter((part) => part.includes('<sheetData>'))
  expect(about).toContain('none at all')
  expect(about).toContain('2025-01-02')
  expect(data).toContain('=HYPERLINK')
  expect(data).not.toContain('<f>')
  // 2025-01-02 as a spreadsheet counts days, and an amount as a number.
  expect(data).toMatch(/<v>45659<\/v>.*<v>20\.5<\/v>/)
  expect(about + data).not.toContain(CANARY)
})

test('Parquet keeps types, is masked, and says in its metadata what it is', async () => {
  const { bytes, name } = await exported({
    format: 'parquet',
    what: { kind: 'gold', table: 'customer_360' },
    filters: 'x',
  })
  expect(name).toBe('all-customers_x_2025-01-02_v1.parquet')
  const path = join(api.root, 'export.parquet')
  await writeFile(path, bytes)
  await using session = await duckdb.connect({})
  const rows = await all(
    session,
    `select customer_id, email, typeof(total_spend) as kind from '${path}' order by 1`,
  )
  expect(rows.slice(0, 2)).toEqual([
    { customer_id: '1', email: 'c****@example.com', kind: 'DECIMAL(18,2)' },
    { customer_id: '2', email: 'c****@example.com', kind: 'DECIMAL(18,2)' },
  ])
  const about = await all(
    session,
    `select decode(key) as key, decode(value) as value from parquet_kv_metadata('${path}')`,
  )
  expect(about).toContainEqual({ key: 'Contacts', value: 'masked' })
})

test('an answer and a result of SQL are exported as they are shown', async () => {
  const query = { measures: ['revenue', 'orders'], by: [{ dimension: 'channel' }] }
  const answer = await exported({ what: { kind: 'query', query } })
  expect(answer.bytes.toString('utf8')).toBe('\ufeffchannel,revenue,orders\r\nonline,30.5,2\r\n')
  const sql = await exported({
    what: { kind: 'sql', sql: 'select email from gold.customer_360 where email is not null' },
  })
  expect(sql.bytes.toString('utf8')).not.toContain(CANARY)
})

test('what cannot be exported is refused; nothing is left on the disk', async () => {
  const refused = async (body: unknown) => (await api.post('/api/export', body)).status
  expect(await refused({ format: 'csv', title: 'x', what: { kind: 'gold', table: 'nonsense' } })).toBe(404)
  expect(
    await refused({ format: 'csv', title: 'x', what: { kind: 'gold', table: 'x" union select 1 --' } }),
  ).toBe(404)
  expect(
    await refused({ format: 'csv', title: 'x', what: { kind: 'query', query: { measures: ['nonsense'] } } }),
  ).toBe(400)
  expect(
    await refused({ format: 'csv', title: 'x', what: { kind: 'customers', conditions: [{ column: 'x' }] } }),
  ).toBe(400)
  expect(await readdir(join(api.root, '.c360', 'exports'))).toEqual([])
})
