import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectIn, type TestProject } from '../support/project.ts'

const config = `version: 1
name: clean
time_zone: Europe/London
currency: GBP
threads: 1
rules: { counted_statuses: all }
`

/** The gold that is looked at, and what it reads. */
const GOLD = ['dim_customers', 'dim_stores', 'fact_transactions']

/** A project with one contract and one file. */
async function projectOf(contract: string, csv: string, name = 'data.csv'): Promise<TestProject> {
  const project = projectIn(await mkdtemp(join(tmpdir(), 'c360-clean-')), GOLD)
  await project.write('c360.yaml', config)
  await project.write('contracts/things.yaml', contract)
  await project.write(`landing/${name}`, csv)
  return project
}

const customers = (columns: string, more = '') => `entity: customer
files: data.csv
key: [customer_id]
${more}columns:
  ID: customer_id
${columns}`

/** Raw text -> what silver holds for it, with one cleaning list. */
async function cleaned(column: string, raws: readonly string[], field: string): Promise<unknown[]> {
  const quoted = raws.map((raw, i) => `${i + 1},"${raw.replaceAll('"', '""')}"`)
  await using project = await projectOf(customers(`  X: ${column}\n`), `ID,X\n${quoted.join('\n')}\n`)
  await project.run()
  const rows = await project.query(`select ${field} as x from silver.things order by customer_id::int`)
  return rows.map(({ x }) => x)
}

test.each([
  [
    'trim comes by itself',
    '{ field: name }',
    ['  Ann  ', '\tBob\u00a0', '', '   '],
    ['Ann', 'Bob', null, null],
  ],
  [
    'collapse_spaces',
    '{ field: name, clean: [collapse_spaces] }',
    ['Ann   Lee', 'A\t\tB'],
    ['Ann Lee', 'A B'],
  ],
  ['lower, upper', '{ field: name, clean: [lower, upper] }', ['Élan x'], ['ÉLAN X']],
  [
    'title_case',
    '{ field: name, clean: [title_case] }',
    ['home GOODS', 'o neil', 'ÉLAN vital'],
    ['Home Goods', 'O Neil', 'Élan Vital'],
  ],
  [
    'strip_prefix',
    '{ field: name, clean: [{ strip_prefix: "ID-" }] }',
    ['ID-7', '7', 'ID-'],
    ['7', '7', null],
  ],
  [
    'nulls',
    '{ field: name, clean: [nulls] }',
    ['N/A', 'null', '-', 'n/a ', 'Nullarbor'],
    [null, null, null, null, 'Nullarbor'],
  ],
  [
    'nulls with own words',
    '{ field: name, clean: [{ nulls: ["none", "?"] }] }',
    ['None', '?', 'N/A'],
    [null, null, 'N/A'],
  ],
  [
    'state_code',
    '{ field: state, clean: [state_code] }',
    ['New York', 'ny', 'CA', 'Ontario'],
    ['NY', 'NY', 'CA', 'Ontario'],
  ],
  [
    'state_name',
    '{ field: state, clean: [state_name] }',
    ['NY', 'new york', 'Ontario'],
    ['New York', 'New York', 'Ontario'],
  ],
] as const)('%s', async (_, column, raws, expected) => {
  const field = column.includes('state') ? 'state' : 'name'
  expect(await cleaned(column, raws, field)).toEqual(expected)
})

test('phone: digits with the default country prefix', async () => {
  const raws = ['(555) 010-1234', '+44 20 7946 0001', '0049 30 1234567', '1-555-010-1234', 'none']
  expect(await cleaned('{ field: phone, clean: [{ phone: "+1" }] }', raws, 'phone')).toEqual([
    '+15550101234',
    '+442079460001',
    '+49301234567',
    '+15550101234',
    null,
  ])
  expect(await cleaned('{ field: phone, clean: [{ phone: "+44" }] }', ['020 7946 0001'], 'phone')).toEqual([
    '+442079460001',
  ])
})

test('split name keeps every word; split city_state cuts at the last comma', async () => {
  const csv = 'ID,Name,Place\n1,Ann  Marie van Dyke,"St. Louis, Park, MN"\n2,Cher,Springfield\n'
  const contract = customers(
    '  Name: { field: name, clean: [collapse_spaces], split: name }\n  Place: { field: place, type: text, split: city_state }\n',
  )
  await using project = await projectOf(contract, csv)
  await project.run()
  expect(
    await project.query('select first_name, last_name, city, state from silver.things order by customer_id'),
  ).toEqual([
    { first_name: 'Ann', last_name: 'Marie van Dyke', city: 'St. Louis, Park', state: 'MN' },
    { first_name: 'Cher', last_name: null, city: 'Springfield', state: null },
  ])
})

const sales = (columns: string, more = '') => `entity: transaction
files: data.csv*
key: [transaction_id]
${more}columns:
  ID: transaction_id
${columns}`

test('numbers with decimal comma, dates by pattern, times by zone and offset', async () => {
  const contract = sales(
    '  Amount: { required: true }\n  At: { field: occurred_at, formats: ["%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z"] }\n',
    'format: { delimiter: ";", decimal: ",", thousands: "." }\n',
  )
  const csv =
    'ID;Amount;At\n1;1.234,50;02.07.2025 10:00\n2;-3,5;2025-07-02T10:00:00+0200\n3;1,234;02.01.2025 10:00\n4;7;2025-07-02 10:00\n'
  await using project = await projectOf(contract, csv)
  await project.run()
  expect(
    await project.query(
      'select transaction_id as id, amount, occurred_at::varchar as at from silver.things order by 1',
    ),
  ).toEqual([
    { id: '1', amount: '1234.50', at: '2025-07-02 09:00:00' },
    { id: '2', amount: '-3.50', at: '2025-07-02 08:00:00' },
  ])
  const held = await project.query('select _row_number::int as r, reasons from silver.quarantine order by 1')
  expect(held).toEqual([
    { r: 3, reasons: '[{"column":"Amount","reason":"too_precise"}]' },
    { r: 4, reasons: '[{"column":"At","reason":"not_a_time"}]' },
  ])
})

test('the hours of a clock change: the repeated one is the later instant, the skipped one is read on', async () => {
  const csv = 'ID,Amount,At\n1,1,2025-10-26 01:30:00\n2,1,2025-03-30 01:30:00\n'
  await using project = await projectOf(sales('  Amount: {}\n  At: occurred_at\n'), csv)
  await project.run()
  const rows = await project.query(
    'select occurred_at::varchar as at, hour_of_day::int as hour from fact_transactions order by transaction_id',
  )
  expect(rows).toEqual([
    { at: '2025-10-26 01:30:00', hour: 1 },
    { at: '2025-03-30 01:30:00', hour: 2 },
  ])
})

test('a row in another currency is held back, booleans are read by their usual words', async () => {
  await using money = await projectOf(
    sales('  Amount: {}\n  Cur: currency\n'),
    'ID,Amount,Cur\n1,5,gbp\n2,5,USD\n3,5,\n',
  )
  await money.run()
  expect(await money.query('select reasons from silver.quarantine')).toEqual([
    { reasons: '[{"column":"Cur","reason":"other_currency"}]' },
  ])
  await using people = await projectOf(
    customers('  OptIn: email_opt_in\n'),
    'ID,OptIn\n1,Yes\n2,0\n3,\n4,maybe\n',
  )
  await people.run()
  expect(await people.query('select email_opt_in as o from silver.things order by customer_id')).toEqual([
    { o: true },
    { o: false },
    { o: null },
  ])
  expect(await people.query('select reasons from silver.quarantine')).toEqual([
    { reasons: '[{"column":"OptIn","reason":"not_a_boolean"}]' },
  ])
})

test("a store's own time zone decides its local hours", async () => {
  const contract = sales('  Amount: {}\n  At: occurred_at\n  Store: store_id\n', 'time_zone: UTC\n')
  await using project = await projectOf(
    contract,
    'ID,Amount,At,Store\n1,5,2025-07-02 12:00:00,1\n2,5,2025-07-02 12:00:00,2\n',
  )
  await project.write(
    'contracts/stores.yaml',
    'entity: store\nfiles: stores.csv\nkey: [store_id]\ncolumns:\n  ID: store_id\n  Zone: time_zone\n',
  )
  await project.write('landing/stores.csv', 'ID,Zone\n1,Asia/Tokyo\n2,\n3,Mars/Base\n')
  await project.run()
  const rows = await project.query(
    'select store_id as s, hour_of_day::int as h from fact_transactions order by 1',
  )
  expect(rows).toEqual([
    { s: '1', h: 21 },
    { s: '2', h: 13 },
  ])
  expect(await project.query('select reasons from silver.quarantine')).toEqual([
    { reasons: '[{"column":"Zone","reason":"not_a_time_zone"}]' },
  ])
})

test('two sources of one thing: field by field by precedence, contradictions counted; another id space is another thing', async () => {
  const contract = customers('  Name: name\n  Email: email\n', 'precedence: 1\n')
  await using project = await projectOf(contract, 'ID,Name,Email\n1,Ann,\n2,Bob,bob@example.com\n')
  const other = (source: string, more: string) =>
    `entity: customer\nfiles: ${source}.csv\nkey: [customer_id]\n${more}columns:\n  ID: customer_id\n  Name: name\n  Email: email\n`
  await project.write('contracts/crm.yaml', other('crm', 'precedence: 2\n'))
  await project.write('contracts/pos.yaml', other('pos', 'id_space: pos\n'))
  await project.write('landing/crm.csv', 'ID,Name,Email\n1,Anna,ann@example.com\n3,Cy,\n')
  await project.write('landing/pos.csv', 'ID,Name,Email\n1,Zoe,\n')
  const { manifest, warnings } = await project.run()
  const rows = await project.query('select customer_id as id, name, email from dim_customers order by 1')
  expect(rows).toEqual([
    { id: '1', name: 'Ann', email: 'ann@example.com' },
    { id: '2', name: 'Bob', email: 'bob@example.com' },
    { id: '3', name: 'Cy', email: null },
    { id: 'pos:1', name: 'Zoe', email: null },
  ])
  expect(manifest?.conflicts).toEqual({ 'conformed.customers': 1 })
  expect(warnings.map(({ code }) => code)).toContain('sources_disagree')
})
