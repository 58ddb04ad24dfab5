import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { streamed } from '../../src/server/odata/body.ts'
import { edmOf } from '../../src/server/odata/edm.ts'
import { formatOf, pageSizeOf } from '../../src/server/odata/format.ts'
import { odataName } from '../../src/server/odata/names.ts'
import { MOST_PAGE_ROWS } from '../../src/server/odata/page.ts'
import { exported, readProject } from '../powerbi/support.ts'
import { type Api, CANARY, leftBehind, type Reply, serveShop } from './data-support.ts'
import { raw } from './raw.ts'

let api: Api

/** More rows than one answer may have. */
const pairs = `/* day_pairs: every day beside every day, twice
description: One row per pair of days and half
grain: [half, day, other]
reconciles:
  is_same: count(dim_date)
columns:
  half: 1 or 2
  day: A day
  other: Another one
  is_same: 1 where both are one day, in the first half
*/
select h.half, a.date as day, b.date as other, case when a.date = b.date and h.half = 1 then 1 else 0 end as is_same
from gold.dim_date a cross join gold.dim_date b cross join (select 1 as half union all select 2 as half) h
`

beforeAll(async () => {
  api = await serveShop({ published: false })
  await api.put('models/day_pairs.sql', pairs)
  const rows = Array.from({ length: 40 }, (_, n) => {
    const day = String((n % 28) + 1).padStart(2, '0')
    return `B${n},${(n % 3) + 1},2024-03-${day}T0${n % 10}:30:00,${n % 7 === 0 ? '' : (n * 1.25).toFixed(2)},Completed,`
  })
  await api.put('landing/sales-2.csv', `Order,Customer,At,Amount,Status,Contact\n${rows.join('\n')}\n`)
  await api.put(
    'landing/customers-2.csv',
    `ID,Name,Email,Phone,Address,Note\nO'Brien/7,"Q ""x"" \\ é\u{1F600}",,,,\n`,
  )
  await run(await prepare(api.root))
})
afterAll(() => api.close())

const odata = (
  path: string,
  headers: Record<string, string> = {},
): Promise<Reply & { readonly headers?: Headers }> => api.call('GET', `/odata${path}`, undefined, { headers })

const asked = (set: string, options: Record<string, string>, headers: Record<string, string> = {}) =>
  odata(
    `/${set}?${Object.entries(options)
      .map(([name, value]) => `$${name}=${encodeURIComponent(value)}`)
      .join('&')}`,
    headers,
  )

/** Every page by its links. */
async function pages(first: string, headers: Record<string, string>): Promise<Reply['body'][]> {
  const found: Reply['body'][] = []
  for (let next: string | undefined = first; next !== undefined; ) {
    const { status, body } = await odata(next, headers)
    expect(status).toBe(200)
    found.push(body)
    next = body['@odata.nextLink']?.slice(`${api.running.origin}/odata`.length)
  }
  return found
}

test('the service document lists every table of gold, and $metadata says keys and exact types', async () => {
  const { body } = await odata('')
  expect(body['@odata.context']).toBe(`${api.running.origin}/odata/$metadata`)
  expect(body.value).toContainEqual({
    name: 'fact_transactions',
    kind: 'EntitySet',
    url: 'fact_transactions',
  })
  const { text } = await odata('/$metadata')
  const fact = /<EntityType Name="fact_transactions">.*?<\/EntityType>/s.exec(text)?.[0] ?? ''
  expect([...fact.matchAll(/PropertyRef Name="(\w+)"/g)].map(([, name]) => name)).toEqual([
    'source',
    'transaction_id',
  ])
  expect(fact).toContain('Name="amount" Type="Edm.Decimal" Precision="18" Scale="2"')
  expect(fact).toContain('Name="occurred_at" Type="Edm.DateTimeOffset" Precision="6"')
  expect(fact).toContain('Name="local_date" Type="Edm.Date"')
  expect(fact).toContain('Name="quantity" Type="Edm.Int64"')
  expect(fact).toContain('Name="hour_of_day" Type="Edm.Int32"')
  expect(fact).toContain('Name="transaction_id" Type="Edm.String" Nullable="false"')
  const set = /<EntitySet Name="dim_customers".*?<\/EntitySet>/s.exec(text)?.[0] ?? ''
  expect(set).toMatch(/NonFilterableProperties"><Collection>.*<PropertyPath>email<.*<\/Collection>/)
  expect(set).toMatch(/NonSortableProperties"><Collection>.*<PropertyPath>email</)
  expect(/NonSortableProperties.*/.exec(set)?.[0]).not.toContain('<PropertyPath>name<')
})

test('types the gold of a user may have, and names OData has not', () => {
  const facets = (type: string) => [edmOf(type).type, edmOf(type).facets]
  expect(facets('DECIMAL(38,10)')).toEqual(['Edm.Decimal', { Precision: '38', Scale: '10' }])
  expect(facets('HUGEINT')).toEqual(['Edm.Decimal', { Precision: '39', Scale: '0' }])
  expect(facets('DOUBLE')).toEqual(['Edm.Double', {}])
  expect(facets('TIMESTAMP WITH TIME ZONE')).toEqual(['Edm.DateTimeOffset', { Precision: '6' }])
  expect(facets('INTEGER[]')).toEqual(['Edm.String', {}])
  expect(odataName('total spend')).toBe('total_x0020_spend')
  expect(odataName('2024_é')).toBe('_x0032_024__x00E9_')
  expect(odataName('a_x0020_b')).toBe('a_x005F_x0020_b')
})

test('rows are what the table has: numbers exact, times in UTC, NULL null, any text', async () => {
  const { body } = await asked('fact_transactions', {
    filter: "transaction_id eq 'A2'",
    select: 'amount,occurred_at,local_date,quantity,is_sale',
  })
  expect(body.value).toEqual([
    {
      occurred_at: '2025-01-02T10:00:00Z',
      local_date: '2025-01-02',
      amount: 20.5,
      quantity: null,
      is_sale: true,
    },
  ])
  expect(body['@odata.context']).toBe(
    `${api.running.origin}/odata/$metadata#fact_transactions(occurred_at,local_date,amount,quantity,is_sale)`,
  )
  const exact = await asked(
    'fact_transactions',
    { filter: "transaction_id eq 'A2'", select: 'amount' },
    { accept: 'application/json;odata.metadata=none;IEEE754Compatible=true' },
  )
  expect(exact.text).toBe('{"value":[{"amount":"20.50"}]}')
  const odd = await odata("/dim_customers('O''Brien%2F7')")
  expect(odd.body).toMatchObject({ customer_id: "O'Brien/7", name: 'Q "x" \\ é\u{1F600}', email: null })
  expect(odd.body['@odata.context']).toMatch(/#dim_customers\/\$entity$/)
})

test('metadata=full adds types and addresses that lead back to the row', async () => {
  const full = { accept: 'application/json;odata.metadata=full' }
  const { body } = await asked('dim_customers', { filter: "customer_id eq 'O''Brien/7'" }, full)
  const [row] = body.value
  expect([row['@odata.type'], row['signup_date@odata.type']]).toEqual(['#c360.dim_customers', '#Date'])
  expect((await odata(`/${row['@odata.id']}`)).body.customer_id).toBe("O'Brien/7")
  const sale = (await asked('fact_transactions', { top: '1' }, full)).body.value[0]
  expect((await odata(`/${sale['@odata.id']}`)).body.transaction_id).toBe(sale.transaction_id)
  expect((await odata('/dim_date(2024-03-05)')).body.date).toBe('2024-03-05')
})

test('order, top, skip and count; NULL comes first, and last when descending', async () => {
  const amounts = async (options: Record<string, string>) =>
    (await asked('fact_transactions', { select: 'amount', ...options })).body.value.map(
      ({ amount }: { amount: number }) => amount,
    )
  const up = await amounts({ orderby: 'amount' })
  expect([up[0], up.at(-1)]).toEqual([null, 48.75])
  expect(await amounts({ orderby: 'amount desc' })).toEqual([...up].reverse())
  expect(await amounts({ orderby: 'amount', skip: '3', top: '4' })).toEqual(up.slice(3, 7))
  const counted = await asked('fact_transactions', { top: '0', count: 'true', filter: 'amount eq null' })
  expect([counted.body.value, counted.body['@odata.count']]).toEqual([[], 6])
  expect((await odata('/fact_transactions/$count?$filter=amount%20eq%20null')).text).toBe('6')
  expect((await odata('/fact_transactions/$count')).text).toBe(String(up.length))
})

test('pages by their links are the whole, each row once, whatever the order', async () => {
  // So that pages end among rows without an amount, too: they come first, and last when descending.
  const small = { prefer: 'odata.maxpagesize=4' }
  const whole = (await asked('fact_transactions', {})).body.value
  for (const options of [
    '',
    '?$orderby=amount',
    '?$orderby=amount%20desc,status',
    '?$orderby=hour_of_day%20desc',
    '?$orderby=quantity',
  ]) {
    const found = await pages(`/fact_transactions${options}`, small)
    expect(found.map(({ value }) => value.length)).toEqual([...Array(10).fill(4), 3])
    const rows = found.flatMap(({ value }) => value)
    const one = (await odata(`/fact_transactions${options}`)).body.value
    expect(rows).toEqual(one)
    expect(new Set(rows.map((row) => row.transaction_id)).size).toBe(whole.length)
  }
  const some = await pages(
    '/fact_transactions?$filter=amount%20gt%2010&$orderby=amount%20desc&$top=20&$skip=2&$count=true&$select=amount',
    small,
  )
  const one = (
    await asked('fact_transactions', {
      filter: 'amount gt 10',
      orderby: 'amount desc',
      top: '20',
      skip: '2',
      select: 'amount',
    })
  ).body.value
  expect(some.flatMap(({ value }) => value)).toEqual(one)
  expect(some.map((page) => page['@odata.count'] === undefined)).toEqual([false, true, true, true, true])
  const skipped = await pages('/fact_transactions?$skip=5&$top=9', small)
  expect(skipped.flatMap(({ value }) => value)).toEqual(whole.slice(5, 14))
})

test('contacts are masked, and neither ordered by nor asked by in an address; in a body they may be asked by', async () => {
  const { text } = await odata('/customer_360')
  expect(text).toContain('c****@example.com')
  expect(text).not.toContain(CANARY)
  for (const filter of [
    `email eq '${CANARY}.ann@example.com'`,
    `contains(email,'${CANARY}')`,
    `not contains(email,'${CANARY}')`,
    `contains(email,'${CANARY}') eq null`,
    `length(concat(name,'${CANARY}')) gt 3`,
    `name in ('Ann Example')`,
    `tolower(name) eq 'ann example'`,
    'is_inferred and name gt email',
  ]) {
    const refused = await asked('customer_360', { filter })
    expect([filter, refused.status]).toEqual([filter, 501])
    expect(refused.text).not.toContain(CANARY)
  }
  expect((await asked('customer_360', { orderby: 'email' })).status).toBe(400)
  expect((await asked('customer_360', { orderby: `contains(name,'x')` })).status).toBe(501)
  expect((await asked('customer_360', { orderby: 'name' })).status).toBe(200)
  expect(
    (await asked('customer_360', { filter: 'email ne null', select: 'customer_id' })).body.value.length,
  ).toBe(3)
  const post = (body: string) =>
    api.call('POST', '/odata/customer_360/$query', body, { headers: { 'content-type': 'text/plain' } })
  const found = await post(
    `$filter=${encodeURIComponent(`startswith(email,'${CANARY}.ann')`)}&$select=customer_id,email`,
  )
  expect(found.body.value).toEqual([{ customer_id: '1', email: 'c****@example.com' }])
  expect((await post('$orderby=email')).status).toBe(400)
  expect(await leftBehind(api.root)).not.toContain(CANARY)
  expect(api.logged()).not.toContain(CANARY)
})

test('what was asked in a body is answered on one page, or refused: no link could go on without saying it', async () => {
  const post = (body: string) =>
    api.call('POST', '/odata/day_pairs/$query', body, { headers: { 'content-type': 'text/plain' } })
  expect(Number((await odata('/day_pairs/$count')).text)).toBeGreaterThan(MOST_PAGE_ROWS)
  for (const options of ['', '$orderby=other', '$skip=5&$select=day', '$filter=half gt 0']) {
    const refused = await post(options)
    expect([options, refused.status, refused.body.error.code]).toEqual([options, 413, 'TOO_LARGE'])
    expect(refused.body.error.message).toMatch(/one page.*\$filter/)
  }
  const some = await post('$filter=half eq 1&$top=7&$count=true')
  expect([some.status, some.body.value.length, some.body['@odata.nextLink']]).toEqual([200, 7, undefined])
})

test('exports are audited with their rows before they are sent', async () => {
  await asked('dim_customers', { top: '2' })
  const lines = (await leftBehind(api.root)).split('\n').filter((line) => line.includes('"action":"export"'))
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    subject: 'dim_customers',
    rows: 2,
    version: 1,
    reveal: false,
    actor: 'local',
  })
})

test('Basic with the token as password enters the feed and nothing else', async () => {
  const { port, token } = api.running
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`,
  })
  expect((await raw(port, '/odata', { headers: basic(token) })).status).toBe(200)
  expect((await raw(port, '/api/session', { headers: basic(token) })).status).toBe(401)
  for (const headers of [basic('wrong'), { accept: 'text/html' }, {}]) {
    const refused = await raw(port, '/odata/dim_customers', { headers })
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      401,
      'Basic realm="customer360", charset="UTF-8"',
    ])
    expect(JSON.parse(refused.text).error.code).toBe('UNAUTHENTICATED')
  }
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.example' },
    { host: `evil.example:${port}` },
  ]
  for (const headers of foreign)
    expect([
      headers,
      (await raw(port, '/odata/dim_customers', { headers: { ...basic(token), ...headers } })).status,
    ]).toEqual([headers, 403])
  const handed = await raw(port, `/odata?token=${token}`)
  expect([handed.status, handed.headers['set-cookie']]).toEqual([401, undefined])
})

test('HEAD says the same without the rows; an ETag that is known is not sent again', async () => {
  const { port, token } = api.running
  const headers = { authorization: `Bearer ${token}` }
  const get = await raw(port, '/odata/dim_customers', { headers })
  const head = await raw(port, '/odata/dim_customers', { method: 'HEAD', headers })
  expect([head.status, head.text]).toEqual([200, ''])
  expect([head.headers.etag, head.headers['content-type'], head.headers['odata-version']]).toEqual([
    get.headers.etag,
    get.headers['content-type'],
    '4.0',
  ])
  const nobody = await raw(port, "/odata/dim_customers('nobody')", { method: 'HEAD', headers })
  expect([nobody.status, nobody.text]).toEqual([404, ''])
  const again = await raw(port, '/odata/dim_customers', {
    headers: { ...headers, 'if-none-match': String(get.headers.etag) },
  })
  expect([again.status, again.text]).toEqual([304, ''])
  const full = await raw(port, '/odata/dim_customers', {
    headers: {
      ...headers,
      accept: 'application/json;odata.metadata=full',
      'if-none-match': String(get.headers.etag),
    },
  })
  expect(full.status).toBe(200)
})

test('what is not answered is refused by name, in the shape of OData', async () => {
  const refused: readonly (readonly [string, number, string])[] = [
    ['/dim_customers?$expand=x', 501, '$expand'],
    ['/dim_customers?$search=x', 501, '$search'],
    ['/dim_customers?$apply=x', 501, '$apply'],
    ['/dim_customers?$nonsense=x', 400, '$nonsense'],
    ['/dim_customers?filter=true', 400, 'begin with a `$`'],
    ['/dim_customers?@p=1', 501, 'aliases'],
    ['/dim_customers?$top=-1', 400, '$top'],
    ['/dim_customers?$top=1&$top=2', 400, 'twice'],
    ['/dim_customers?$select=nonsense', 400, '`nonsense`'],
    ['/dim_customers?$skiptoken=1-0', 400, '$skiptoken'],
    ['/dim_customers?$skiptoken=1-0000000000000000-5', 410, 'changed'],
    ['/dim_customers?$skiptoken=99-0000000000000000-5', 410, 'Version 99'],
    ['/dim_customers?$filter=%E0%A4%A', 400, 'UTF-8'],
    ['/dim_customers?$format=atom', 501, 'JSON'],
    ["/dim_customers?$filter=substring(name,1,9223372036854775808) eq 'x'", 400, 'is double'],
    ["/dim_customers('1')?$top=1", 400, '$top'],
    ["/dim_customers('1')/name", 501, '`name`'],
    ["/dim_customers('nobody')", 404, 'no entity'],
    ['/dim_customers(1)', 400, 'cannot be compared'],
    ["/fact_transactions('A1')", 400, 'source, transaction_id'],
    ["/fact_transactions(source='sales',source='sales')", 400, 'twice'],
    ['/$batch', 501, '`$batch`'],
    ['/nonsense', 404, '`nonsense`'],
    ['/project/nonsense/dim_customers', 404, 'no project'],
  ]
  for (const [path, status, word] of refused) {
    const answer = await odata(path)
    expect([path, answer.status]).toEqual([path, status])
    expect(answer.body.error.message).toContain(word)
  }
  const put = await api.call('PUT', '/odata/dim_customers', '{}')
  expect([put.status, put.body.error.code]).toEqual([501, 'NOT_SUPPORTED'])
  expect((await odata('', { accept: 'application/atom+xml' })).status).toBe(501)
  expect((await odata('', { 'odata-maxversion': '3.0' })).status).toBe(400)
})

test('a project of several is named in the path, and links stay there', async () => {
  const slug =
    (await api.get('/api/session')).body.project?.slug ??
    (await api.get('/api/session')).body.projects[0].slug
  const { status, body } = await odata(`/project/${slug}/dim_customers?$top=3`, { prefer: 'maxpagesize=1' })
  expect(status).toBe(200)
  expect(body['@odata.nextLink']).toContain(`/odata/project/${slug}/dim_customers?$top=2&$skiptoken=`)
})

test('pages stay within the version they began in', async () => {
  const first = await odata('/dim_customers', { prefer: 'maxpagesize=2' })
  const [, next = ''] = /\/odata(\/.*)/.exec(first.body['@odata.nextLink']) ?? []
  await api.put('landing/customers-3.csv', 'ID,Name,Email,Phone,Address,Note\n8,New One,,,,\n')
  await run(await prepare(api.root))
  const old = await odata(next)
  expect(old.body.value.map((row: { customer_id: string }) => row.customer_id)).not.toContain('8')
  expect((await odata('/dim_customers/$count')).text).toBe(
    String(first.body.value.length + old.body.value.length + 1),
  )
})

test('formats and page sizes as callers write them', () => {
  expect(
    formatOf(undefined, 'application/atom+xml, application/json;odata.metadata=full;q=0.5, */*;q=0.1'),
  ).toEqual({ metadata: 'full', isIeee754: false })
  expect(formatOf(undefined, 'text/html')).toBeUndefined()
  expect(formatOf(undefined, 'application/json;q=0, text/html')).toBeUndefined()
  expect(formatOf('application/json;odata.metadata=none', undefined)?.metadata).toBe('none')
  expect([
    pageSizeOf('return=minimal, odata.maxpagesize=12', 100),
    pageSizeOf('maxpagesize=0', 100),
    pageSizeOf('odata.maxpagesize=500', 100),
  ]).toEqual([12, undefined, 100])
})

test('what a Power BI export asks of the feed, it has: tables, columns, and values of its types', async () => {
  const source = { kind: 'odata', url: `${api.running.origin}/odata` } as const
  const { model, files } = await exported(await readProject(api.root), source, { withPersonal: true })
  const { text } = await odata('/$metadata')
  const { body } = await odata('')
  const sets = body.value.map((one: { readonly name: string }) => one.name)
  const typesOf = (set: string) =>
    new Map(
      [
        ...(
          new RegExp(`<EntityType Name="${set}"[^>]*>([\\s\\S]*?)</EntityType>`).exec(text)?.[1] ?? ''
        ).matchAll(/<Property Name="([^"]+)" Type="Edm\.(\w+)"/g),
      ].map(([, name = '', type = '']) => [name, type] as const),
    )
  const asked = [...files.values()].flatMap((file) =>
    [
      ...file.matchAll(
        /Name = "(\w+)", Signature = "table"\]\}\[Data\](?:,\s+Chosen = Table\.SelectColumns\(Rows, \{([^}]*)\}| in ([^,]*))/g,
      ),
    ].map(([, set = '', chosen, columns]) => ({
      set,
      columns: [...(chosen ?? columns ?? '').matchAll(/"(\w+)"/g)].map(([, name = '']) => name),
    })),
  )
  expect(asked.length).toBe(model.tables.length + 1)
  expect(asked.flatMap(({ columns }) => columns).length).toBeGreaterThan(90)
  for (const { set, columns } of asked) {
    expect(sets).toContain(set)
    expect(columns.filter((name) => !typesOf(set).has(name))).toEqual([])
  }
  const fits = {
    int64: /^Int|^Byte/,
    decimal: /^Decimal/,
    double: /^Double/,
    boolean: /^Boolean/,
    dateTime: /^Date/,
  }
  const unfit = model.tables.flatMap(({ gold, columns }) =>
    columns.flatMap(({ source: name, dataType }) => {
      const type = name === undefined ? undefined : typesOf(gold).get(name)
      const pattern = (fits as Readonly<Record<string, RegExp>>)[dataType] ?? /^String/
      return type === undefined || pattern.test(type) ? [] : [`${gold}.${name}: ${dataType}, ${type}`]
    }),
  )
  expect(unfit).toEqual([])
})

test('a body is made as fast as it is taken, and ends once: at its end, at a failure, when nobody reads', async () => {
  let [made, ended] = [0, 0]
  async function* pieces(most: number) {
    for (; made < most; made++) yield 'x'.repeat(1000)
    if (most === 3) throw new Error('broken')
  }
  const end = () => void ended++
  const slow = streamed(pieces(1000), end).getReader()
  await slow.read()
  await sleep(20)
  expect(made).toBeLessThan(4)
  await slow.cancel()
  expect(ended).toBe(1)
  made = 0
  await expect(new Response(streamed(pieces(3), end)).text()).rejects.toThrow('broken')
  expect(ended).toBe(2)
  made = 0
  const left = streamed(pieces(1000), end, 10).getReader()
  await left.read()
  await sleep(50)
  await expect(left.read().then(() => left.read())).rejects.toThrow('stopped reading')
  expect(ended).toBe(3)
})
