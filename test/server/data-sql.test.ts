import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SqlSandbox, sandboxLimits } from '../../src/server/sql/sql-sandbox.ts'
import { type Api, CANARY, leftBehind, serveShop } from './data-support.ts'

let api: Api

beforeAll(async () => {
  api = await serveShop({ published: true })
})
afterAll(() => api.close())

const sql = (text: string, more: object = {}) => api.post('/api/sql', { sql: text, ...more })
const rows = async (text: string) => (await sql(text)).body.table.rows

describe('what can be asked', () => {
  test.each([
    [
      'select channel, orders from average_order_value_by_channel order by 1',
      [
        ['all', 2],
        ['online', 2],
      ],
    ],
    ['with a as (select 1 as x), b as (select x + 1 as y from a) select * from b', [[2]]],
    [
      'with recursive r(n) as (select 1 union all select n + 1 from r where n < 4) select max(n) from r',
      [[4]],
    ],
    ['from silver.sales select count(*)', [[3]]],
    ["select {'a': 1}.a, [1, 2, 3][2], list_transform([1, 2], x -> x * 2)::varchar", [[1, 2, '[2, 4]']]],
    ['select sum(x) from (values (1), (2)) t(x)', [[3]]],
    ['select count(*) from range(10)', [[10]]],
    [
      "from (pivot silver.sales on status in ('Completed', 'Failed') using count(*) group by channel)",
      [['online', 2, 1]],
    ],
    [
      'select amount, row_number() over (order by amount desc) from silver.sales where amount > 9 order by 2',
      [
        [20.5, 1],
        [10, 2],
      ],
    ],
    ['select 1;', [[1]]],
    ['select 1 -- and a comment', [[1]]],
    ['select exists (select 1 from gold.fact_transactions where not is_sale)', [[true]]],
  ])('%s', async (text, expected) => {
    expect(await rows(text)).toEqual(expected)
  })

  test('types, truncation and the version are told', async () => {
    const { body } = await sql('select transaction_id, amount, occurred_at from silver.sales order by 1', {
      limit: 2,
    })
    expect(body.version).toBe(1)
    expect(body.truncated).toBe(true)
    expect(body.table.columns.map(({ type }: { type: string }) => type)).toEqual([
      'text',
      'decimal',
      'timestamp',
    ])
    expect(body.table.rows[0]).toEqual(['A1', 10, '2025-01-01T10:00:00'])
  })

  test('a mistake is told in the engine’s words, with what was probably meant', async () => {
    expect((await sql('select * from gold.fact_transaction')).body).toMatchObject({
      code: 'PROJECT_INVALID',
      hint: 'did you mean `gold.fact_transactions`?',
    })
    expect((await sql('select amuont from silver.sales')).body.message).toMatch(/amuont/)
    expect((await sql('select from where')).body.problems[0].code).toBe('sql_syntax')
  })

  test('every ready-made check of the data runs', async () => {
    const { checks } = (await api.get('/api/tables')).body
    expect(new Set(checks.map(({ group }: { group: string }) => group)).size).toBe(5)
    for (const check of checks) expect([check.id, (await sql(check.sql)).status]).toEqual([check.id, 200])
  })
})

// Everything that writes, reads elsewhere, looks behind the views, or asks the engine about itself.
const hostile = [
  'drop table gold.customer_360',
  'delete from silver.sales',
  "update silver.customers set email = 'x'",
  "insert into silver.sales values ('x')",
  'create table t as select 1',
  'create or replace view gold.customer_360 as select * from published.gold.customer_360',
  'create macro leak() as table from published.silver.customers',
  'truncate silver.sales',
  'alter table silver.sales add column x int',
  'select 1; drop view gold.customer_360',
  'select 1; select 2',
  "copy (select 1) to '/tmp/c360-hostile.csv'",
  "copy silver.customers to '/tmp/c360-hostile.parquet'",
  "attach '/etc/passwd' as p",
  'detach published',
  'use published',
  'install httpfs',
  "load '/tmp/x.duckdb_extension'",
  'set enable_external_access = true',
  'reset lock_configuration',
  'pragma database_list',
  'call pragma_version()',
  "pragma table_info('gold.customer_360')",
  'checkpoint',
  "export database '/tmp/c360-hostile'",
  'begin transaction',
  'prepare p as select 1',
  'execute p',
  'vacuum',
  'explain analyze select 1',
  'show all tables',
  'show tables',
  "select * from read_csv('/etc/passwd')",
  "select * from read_text('/etc/passwd')",
  "select * from read_blob('/proc/self/environ')",
  "select * from read_parquet('../lake/bronze/customers/*.parquet')",
  "select * from glob('/**')",
  "select * from '/etc/passwd'",
  "select * from 'landing/customers.csv'",
  "select * from sniff_csv('/etc/passwd')",
  "select * from 'https://example.com/x.csv'",
  "select getenv('HOME')",
  "select current_setting('temp_directory')",
  "select getvariable('x')",
  'select * from published.silver.customers',
  'select * from published.gold.customer_360',
  'select p.email from "published"."silver"."customers" p',
  'select email from published.customers',
  'select * from information_schema.tables',
  'select * from duckdb_views()',
  'select * from duckdb_views',
  'select * from duckdb_settings()',
  'select * from duckdb_columns()',
  "select * from pragma_storage_info('published.silver.customers')",
  "select * from pragma_table_info('published.silver.customers')",
  'select * from sqlite_master',
  'select * from pg_catalog.pg_views',
  'select * from system.main.duckdb_views',
  'select * from main.duckdb_views',
  "select * from query('select * from published.silver.customers')",
  "select * from query_table('published.silver.customers')",
  "from histogram('published.silver.customers', email)",
  "select * from json_execute_serialized_sql(json_serialize_sql('select email from published.silver.customers'))",
  "select json_serialize_sql('select 1')",
  "select * from seq_scan('customers')",
  'select * from summary((select * from published.silver.customers))',
  'select stats(email) from silver.customers',
  "select * from which_secret('x', 's3')",
  'select * from duckdb_secrets()',
  'select * from duckdb_logs()',
  "select write_log('x')",
  'select sleep_ms(100)',
  "select error('x')",
  "select nextval('s')",
  'select current_query()',
  'select * from conformed.customers',
  'select * from rules.tiers',
  'with duckdb_views as (select * from duckdb_views) select * from duckdb_views',
  'with a as (select * from duckdb_views), duckdb_views as (select 1) select * from a',
  'with recursive duckdb_views as (select sql from duckdb_views union all select 1 from duckdb_views) select * from duckdb_views',
  'select * from (with duckdb_views as (select 1) select * from duckdb_views) x, duckdb_views',
  'select (select max(sql) from duckdb_views)',
  'select * from silver.customers where email in (select email from published.silver.customers)',
  'select * from silver.customers order by (select max(email) from published.silver.customers)',
  'select count(*) filter (where (select true from published.silver.customers limit 1)) from range(1)',
  'select sum(1) over (partition by (select max(email) from published.silver.customers)) from range(1)',
  'from silver.customers c, lateral (select email from published.silver.customers) l',
  'select * from silver.customers at (version => 1)',
  'describe published.silver.customers',
  'summarize published.silver.customers',
  'select list_transform([1], x -> (select max(email) from published.silver.customers))',
  'select published.silver.leak()',
  'select case when true then (select email from published.silver.customers limit 1) end',
  'values ((select email from published.silver.customers limit 1))',
  'select * from silver.customers union all select * from published.silver.customers',
  'table published.silver.customers',
  'merge into silver.sales using silver.sales s on true when matched then delete',
]

// Statements that are allowed, and try to have a hidden value another way.
const prying = [
  'select * from silver.customers',
  'select * from silver.quarantine',
  'select * from gold.customer_360',
  'select * from gold.dim_customers',
  'select email as harmless, phone || address as x from silver.customers',
  'select columns(*)::varchar from silver.customers',
  "select columns('e.*') from gold.customer_360",
  'select c from silver.customers c',
  'select to_json(c) from silver.customers c',
  'select struct_pack(a := email, b := note) from silver.customers',
  'select min(email), max(email), mode(note), string_agg(address), arg_max(email, customer_id) from silver.customers',
  'select list(email), histogram(address), first(contact) from silver.customers, silver.sales',
  'select upper(email), reverse(email), substr(email, 2), hex(email), base64(email::blob), md5(email) from silver.customers',
  "select raw, reasons, json_extract(raw, '$.Contact') from silver.quarantine",
  'with x as (select * from silver.customers) select x.email from x',
  'select email from silver.customers union select contact from silver.sales',
  'summarize silver.customers',
  'select try_cast(email as integer), email::varchar from silver.customers',
  'select cast(email as integer) from silver.customers',
  'select cast(email as date) from silver.customers',
  "select strptime(email, '%Y') from silver.customers",
  "select json_extract(email, '$.a') from silver.customers",
  "select regexp_extract(email, '(.*)@', 1) from silver.customers",
  'select approx_top_k(email, 3), quantile_disc(email, 0.5) from silver.customers',
  'from (pivot silver.customers on customer_id in (1, 2) using first(email))',
  'unpivot (select email, address from silver.customers) on columns(*) into name k value v',
  'select unnest([email, address]) from silver.customers',
  'select email from silver.customers order by email limit 1',
  'select a.email from silver.customers a join silver.customers b on a.email = b.email',
]

describe('what cannot', () => {
  test.each(hostile)('%s', async (text) => {
    const { status, body } = await sql(text)
    expect(status).toBe(422)
    expect(body).toMatchObject({
      code: 'PROJECT_INVALID',
      problems: [{ code: expect.stringMatching(/^sql_/) }],
    })
  })

  test.each(prying)('no contact comes out of: %s', async (text) => {
    const { status, text: answer } = await sql(text, { plan: true })
    expect([200, 400, 422]).toContain(status)
    expect(answer.toLowerCase()).not.toContain(CANARY)
    expect(answer).not.toMatch(/900\s?111|900\s?222/)
    expect(answer).not.toContain(Buffer.from(CANARY).toString('hex').toUpperCase())
    expect(answer).not.toContain([...CANARY].reverse().join(''))
  })

  test('a condition on a hidden value is asked of its mark', async () => {
    expect(await rows(`select * from silver.customers where email like '%${CANARY}%'`)).toEqual([])
    expect(await rows(`select * from gold.customer_360 where contains(address, '${CANARY}')`)).toEqual([])
  })

  test('the sources and the project are as they were', async () => {
    expect(await rows('select count(*) from silver.customers')).toEqual([[3]])
  })
})

describe('masks', () => {
  test('equal values keep equal marks: duplicates and joins can be looked for', async () => {
    const [[mark, count]] = await rows(
      'select email, count(*) from silver.customers group by 1 having count(*) > 1',
    )
    expect(count).toBe(2)
    expect(mark).toMatch(/^c\*{4}@example\.com #[0-9a-f]{12}$/)
    const joined =
      'select count(*) from silver.customers c join gold.customer_360 g using (customer_id) where c.email = g.email'
    expect(await rows(joined)).toEqual([[3]])
  })

  test('columns of the source’s own and new ones are hidden unless the contract says otherwise; the answer says which are', async () => {
    const { body } = await sql('select note, contact, channel from silver.customers, silver.sales limit 1')
    expect(body.table.columns.map(({ masked }: { masked?: boolean }) => masked ?? false)).toEqual([
      true,
      true,
      false,
    ])
  })

  test('a plan shows neither the secret of the marks nor where the tables lie', async () => {
    const { body } = await sql('select email from gold.customer_360 order by email', { plan: true })
    expect(body.plan).toMatch(/customer_360/)
    expect(body.plan).not.toMatch(/[0-9a-f]{48}/)
    expect(body.plan).not.toContain('published')
  })

  test('reveal shows them, and is audited without a value', async () => {
    const { body } = await sql('select email from silver.customers order by 1', { reveal: true })
    expect(body.table.rows[0]).toEqual([`${CANARY}.ann@example.com`])
    const audit = await leftBehind(api.root)
    const lines = audit
      .split('\n')
      .filter((line) => line.includes('"action":"sql"') && line.includes('"reveal":true'))
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ actor: 'local', subject: 'silver.customers', rows: 3, version: 1 }),
    )
  })

  test('no canary in audit, logs or whatever else is kept', async () => {
    await sql(`select '${CANARY}' as x, * from silver.customers where email = '${CANARY}'`)
    await sql(`select '${CANARY}' from nowhere.${CANARY}`)
    expect(await leftBehind(api.root)).not.toContain(CANARY)
    expect(api.logged()).not.toContain(CANARY)
  })
})

describe('limits', () => {
  test('so many rows, so much text', async () => {
    expect((await sql('select * from range(20000)', { limit: 10_000 })).body.table.rows).toHaveLength(10_000)
    expect((await sql('select 1', { limit: 10_001 })).status).toBe(400)
    const long = await sql("select repeat('x', 30000) from range(5000)", { limit: 5000 })
    expect(long.body.truncated).toBe(true)
    expect(long.text.length).toBeLessThan(10_000_000)
  })

  // What an interrupt does not reach at once: only ending the process does.
  const endless = 'select count(*) from range(100000000) a, range(100000000) b where a.range + b.range > 5'

  test('time: the statement is ended, and the next one is answered', async () => {
    const box = sandbox({ timeMs: 700 })
    const began = Date.now()
    await expect(ask(box, endless)).rejects.toMatchObject({ code: 'TIMED_OUT' })
    expect(Date.now() - began).toBeLessThan(5000)
    expect((await ask(box, 'select 42')).table.rows).toEqual([[42]])
    box.close()
  })

  test('memory: the server is none the worse for it', async () => {
    const box = sandbox({ memoryMegabytes: 64 })
    const greedy = 'select count(distinct range::varchar || range::varchar) from range(100000000)'
    await expect(ask(box, greedy)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
    await expect(
      ask(box, "select length(string_agg(repeat('x', 100000))) from range(1000000)"),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/OUT_OF_MEMORY|SQL_FAILED/),
    })
    expect((await ask(box, 'select 42')).table.rows).toEqual([[42]])
    box.close()
  })

  test('a client that goes away takes its statement along', async () => {
    const away = new AbortController()
    const asked = api.call('POST', '/api/sql', { sql: endless }, { signal: away.signal })
    setTimeout(() => away.abort(), 500)
    await expect(asked).rejects.toThrow()
    const began = Date.now()
    expect(await rows('select 42')).toEqual([[42]])
    expect(Date.now() - began).toBeLessThan(10_000)
  })

  const sandbox = (limits: Partial<typeof sandboxLimits>) =>
    new SqlSandbox(
      {
        database: `${api.root}/warehouse/000001.duckdb`,
        statements: ['create schema silver', 'create schema gold'],
        tables: [],
        secret: 'none',
      },
      { ...sandboxLimits, ...limits },
    )
  const ask = (box: SqlSandbox, text: string) =>
    box.ask({ sql: text, limit: 10, plan: false }, new AbortController().signal)
})
