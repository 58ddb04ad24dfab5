import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepare } from '../../src/run/prepare.ts'
import { run } from '../../src/run/run.ts'
import { parseExpression } from '../../src/server/odata/parser.ts'
import { randomFrom } from '../support/random.ts'
import { type Api, CANARY, serveShop } from './data-support.ts'
import { type Row, randomFilter } from './odata-oracle.ts'

let api: Api
let rows: readonly Row[]

const TEXTS = ["O'Brien", 'Ann', 'ann', '', '%', 'a_b', '\\', '"', 'é', '-- x', 'Completed']

beforeAll(async () => {
  api = await serveShop({ published: false })
  const lines = Array.from({ length: 60 }, (_, n) => {
    const day = String((n % 28) + 1).padStart(2, '0')
    const note = (TEXTS[n % TEXTS.length] ?? '').replaceAll('"', '""')
    const amount = n % 5 === 0 ? '' : ((n % 9) * 2.5).toFixed(2)
    return `B${n},${n % 4 === 0 ? '' : n % 3},2024-0${(n % 9) + 1}-${day}T0${n % 10}:30:0${n % 7},${amount},Completed,,"${note}"`
  })
  await api.put('landing/sales.csv', `Order,Customer,At,Amount,Status,Contact,Payment\n${lines.join('\n')}\n`)
  const contract = await readFile(`${api.root}/contracts/sales.yaml`, 'utf8')
  await api.put('contracts/sales.yaml', `${contract}  Payment: { field: payment_method }\n`)
  await run(await prepare(api.root))
  rows = (await api.get('/odata/fact_transactions')).body.value
})
afterAll(() => api.close())

const filtered = (filter: string) => api.get(`/odata/fact_transactions?$filter=${encodeURIComponent(filter)}`)

const kept = async (filter: string): Promise<string[]> => {
  const { status, body } = await filtered(filter)
  expect([filter, status]).toEqual([filter, 200])
  return body.value.map(({ transaction_id }: Row) => transaction_id)
}

test('the rows have what the filters ask about', () => {
  expect(rows.length).toBe(60)
  expect(rows.some(({ amount }) => amount === null)).toBe(true)
  expect(rows.some(({ customer_id }) => customer_id === null)).toBe(true)
  expect(new Set(rows.map(({ payment_method }) => payment_method)).size).toBeGreaterThan(8)
})

test('random filters keep what an evaluator of its own keeps', async () => {
  const random = randomFrom(20251)
  let some = 0
  for (let n = 0; n < 160; n++) {
    const { text, of } = randomFilter(random, 4)
    const expected = rows.filter((row) => of(row) === true).map(({ transaction_id }) => transaction_id)
    expect([text, await kept(text)]).toEqual([text, expected])
    if (expected.length > 0 && expected.length < rows.length) some++
  }
  // Filters that keep everything or nothing would prove little.
  expect(some).toBeGreaterThan(40)
})

test('null as OData has it: a comparison with it is false, and not false is true', async () => {
  const nulls = rows.filter(({ amount }) => amount === null).length
  const above = rows.filter(({ amount }) => amount !== null && Number(amount) > 5).length
  expect((await kept('amount gt 5')).length).toBe(above)
  expect((await kept('not (amount gt 5)')).length).toBe(rows.length - above)
  expect((await kept('amount eq null')).length).toBe(nulls)
  expect((await kept('amount ne 5')).length).toBe(rows.filter(({ amount }) => amount !== 5).length)
  expect((await kept('amount in (2.5,null)')).length).toBe(
    nulls + rows.filter(({ amount }) => amount === 2.5).length,
  )
  expect((await kept('null eq null')).length).toBe(rows.length)
  expect((await kept('not contains(customer_id,null)')).length).toBe(0)
})

test('times with an offset, fractions and functions of them', async () => {
  const at = rows.filter(({ occurred_at }) => occurred_at === '2024-02-02T01:30:01Z').length
  expect(at).toBe(1)
  for (const filter of [
    'occurred_at eq 2024-02-02T01:30:01Z',
    'occurred_at eq 2024-02-02T03:30:01.000+02:00',
    'occurred_at eq 2024-02-01T22:00:01-03:30',
    'date(occurred_at) eq 2024-02-02',
    'local_date eq 2024-02-02 and second(occurred_at) eq 1',
  ])
    expect([filter, (await kept(filter)).length]).toEqual([filter, 1])
})

test('numbers of any size are compared, and never fail', async () => {
  for (const number of [
    '99999999999999999999999999999999999999999999',
    '-1e300',
    '0.000000000000000000000000000001',
    '9223372036854775807',
    '9223372036854775808',
    '123456789012345678.12',
    '00000000000000000000000005',
    '1e-400',
  ])
    for (const column of ['amount', 'quantity', 'hour_of_day'])
      for (const op of ['gt', 'le', 'ne']) await kept(`${column} ${op} ${number}`)
  expect((await filtered('amount gt 1e999')).status).toBe(400)
})

const ATTACKS = [
  "' or '1'='1",
  "x' or 1=1 --",
  "status eq 'x' or 1=1",
  "status eq 'x'; drop table gold.fact_transactions",
  "status eq 'x' union select * from silver.customers",
  "status eq 'x' /* */ or true",
  'status eq "x"',
  "(select email from silver.customers limit 1) eq 'x'",
  "read_csv('/etc/passwd') eq 'x'",
  "getenv('HOME') eq 'x'",
  'email eq null',
  '"amount" gt 5',
  't.amount gt 5',
  'rowid gt 5',
  '__proto__ eq null',
  'constructor(1) eq 1',
  "toString(amount) eq '1'",
  'amount::varchar eq null',
  'amount > 5',
  'amount eq $1',
  'amount eq ?',
  `contact eq '${CANARY}'`,
  'true or',
  'and',
  'not',
  '()',
  '',
  'amount in ()',
  'amount in (amount)',
  "status eq 'x",
  'contains(status)',
  "contains(status,'x','y')",
  "contains(amount,'x')",
  'status eq 5',
  'local_date eq 2024-02-31',
  'local_date eq 2024-13-01',
  'occurred_at eq 2024-01-01T25:00:00Z',
  'occurred_at eq 2024-01-01T10:00:00',
  "occurred_at eq '2024-01-01'",
  'amount',
  '5',
  "'x'",
  'not amount eq 5',
  'amount eq 5 5',
  'amount eq 5a',
  '\u0000',
  `${'('.repeat(500)}true${')'.repeat(500)}`,
  `${'not '.repeat(500)}true`,
]

test('what is no filter is refused, and no text of it becomes SQL', async () => {
  for (const attack of ATTACKS) {
    const answer = await filtered(attack)
    expect([attack, [400, 501].includes(answer.status)]).toEqual([attack, true])
    expect(answer.text).not.toContain(CANARY)
    for (const path of [
      `/odata/fact_transactions?$orderby=${encodeURIComponent(attack)}`,
      `/odata/fact_transactions?$select=${encodeURIComponent(attack)}`,
      `/odata/fact_transactions(${encodeURIComponent(attack)})`,
      `/odata/${encodeURIComponent(attack)}`,
    ]) {
      const other = await api.get(path)
      expect([path, other.status < 500 || other.status === 501]).toEqual([path, true])
      expect(other.text).not.toContain(CANARY)
    }
  }
  // As values they are texts like any other.
  for (const attack of ATTACKS) {
    const quoted = attack.replaceAll("'", "''")
    expect((await kept(`payment_method eq '${quoted}'`)).length).toBe(
      rows.filter(({ payment_method }) => payment_method === attack).length,
    )
  }
  expect((await api.get('/odata/fact_transactions/$count')).text).toBe('60')
})

test('mangled filters are answered or refused, never a failure of ours', async () => {
  const random = randomFrom(77)
  const alphabet = [
    "'",
    '(',
    ')',
    ',',
    ' ',
    'eq',
    'and',
    'not',
    'null',
    'in',
    '5',
    '-',
    '.',
    '2024-01-01',
    'contains',
    'é',
    '"',
    ';',
    '/',
    '%',
    '$it',
    '@p',
    ':',
  ]
  for (let n = 0; n < 100; n++) {
    const { text } = randomFilter(random, 3)
    const at = random.below(text.length)
    const junk = random.pick(alphabet)
    const mangled = random.chance(0.5)
      ? text.slice(0, at) + junk + text.slice(at)
      : text.slice(0, at) + text.slice(at + 1 + random.below(4))
    const { status } = await filtered(mangled)
    expect([mangled, [200, 400, 501].includes(status)]).toEqual([mangled, true])
  }
})

test('operators bind as OData says', () => {
  const shape = (text: string) => JSON.stringify(parseExpression(text, '$filter'))
  expect(shape('a or b and c')).toBe(shape('a or (b and c)'))
  expect(shape('a gt 1 eq true')).toBe(shape('(a gt 1) eq true'))
  expect(shape('a eq b gt 1')).toBe(shape('a eq (b gt 1)'))
  expect(shape('not a and b')).toBe(shape('(not a) and b'))
  expect(shape('a in (1, 2) and b')).toBe(shape('(a in (1,2)) and b'))
  expect(shape("a eq 'it''s'")).toContain("it's")
  expect(shape('\ta\teq  -5 ')).toBe(shape('a eq -5'))
})
