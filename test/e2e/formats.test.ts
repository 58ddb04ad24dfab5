import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { decide, deliveriesOfFile } from '../../src/quarantine/decide.ts'
import { loadProjectOrFail, type Prepared, prepare } from '../../src/run/prepare.ts'
import { preview } from '../../src/run/preview.ts'
import { type RunOptions, type RunResult, run } from '../../src/run/run.ts'
import { workbookFiles, zip } from '../sources/xlsx/workbook.ts'
import { projectIn, type TestProject } from '../support/project.ts'

type Value = string | number | boolean | null
type Type = 'varchar' | 'decimal(12,2)' | 'integer' | 'timestamp' | 'date' | 'boolean'

interface Table {
  readonly columns: Readonly<Record<string, Type>>
  readonly rows: readonly Value[][]
}

const CUSTOMERS: Table = {
  columns: {
    CustomerID: 'varchar',
    Name: 'varchar',
    Email: 'varchar',
    Joined: 'date',
    'Address.City': 'varchar',
    'Address.State': 'varchar',
    Vip: 'boolean',
  },
  rows: [
    ['C1', 'Ada "the first" Lovelace', 'ada@example.com', '2024-01-31', 'London, East', 'LN', true],
    ['C2', 'Zoë\nBell', 'zoe@example.com', '2024-02-29', 'Zürich', null, false],
    ['C3', 'Bob', 'no address', '2024-03-01', 'York', 'YK', null],
    ['C4', '', null, '2023-12-31', null, null, null],
    ['C1', 'Ada Lovelace', 'ada@example.com', '2024-01-31', 'London', 'LN', true],
    [null, 'Nobody', 'nobody@example.com', '2024-01-01', null, null, null],
  ],
}

const ORDERS: Table = {
  columns: {
    OrderID: 'varchar',
    CustomerID: 'varchar',
    Amount: 'decimal(12,2)',
    Quantity: 'integer',
    DateTime: 'timestamp',
    Status: 'varchar',
  },
  rows: [
    ['O1', 'C1', 19.99, 1, '2024-03-01T10:15:00', 'Completed'],
    ['O2', 'C1', 5.25, 2, '2024-03-02T23:59:59', 'Completed'],
    ['O3', 'C2', 120.05, 3, '2024-04-01T08:00:30', 'Pending'],
    ['O4', 'C9', 7.25, 1, '2024-04-02T09:00:30', 'Completed'],
    ['O5', 'C2', -3.25, 1, '2024-04-03T09:00:30', 'Lost'],
    ['O6', 'C4', 1234567.89, 12, '2024-05-01T12:00:01', 'Completed'],
  ],
}

const CONFIG = `version: 1
name: formats
time_zone: UTC
currency: GBP
rules: { counted_statuses: [Completed] }
`
const CUSTOMER_COLUMNS = `entity: customer
key: [customer_id]
columns:
  CustomerID: customer_id
  Name: name
  Email: { field: email, clean: [email] }
  Joined: signup_date
  Address.City: city
  Address.State: state
  Vip: { type: boolean, pii: none }
`
const ORDER_COLUMNS = `entity: transaction
key: [transaction_id]
set: { channel: online }
columns:
  OrderID: transaction_id
  CustomerID: customer_id
  Amount: { field: amount }
  Quantity: quantity
  DateTime: occurred_at
  Status: { field: status, one_of: [Completed, Pending] }
`

interface Delivered {
  readonly extension: string
  readonly write: (table: Table) => Promise<Buffer> | Buffer
}

const csvText = ({ columns, rows }: Table): string =>
  [Object.keys(columns), ...rows]
    .map((row) => row.map((value) => `"${String(value ?? '').replaceAll('"', '""')}"`).join(','))
    .join('\n')

/** `Address.City` lies within `Address`; a null is left out in every other row. */
function objects({ columns, rows }: Table): Record<string, unknown>[] {
  return rows.map((row, index) => {
    const record: Record<string, unknown> = {}
    Object.keys(columns).forEach((name, i) => {
      const [outer = '', inner] = name.split('.')
      const value = row[i] ?? null
      if (value === null && index % 2 === 0) return
      if (inner === undefined) record[outer] = value
      else record[outer] = { ...(record[outer] as object | undefined), [inner]: value }
    })
    return record
  })
}

async function parquet({ columns, rows }: Table): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'c360-parquet-'))
  const path = join(folder, 'a.parquet')
  await using session = await duckdb.connect({})
  const literal = (value: Value) => (value === null ? 'null' : duckdb.dialect.literal(String(value)))
  const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ')
  const names = Object.keys(columns).map(duckdb.dialect.ident)
  const typed = Object.entries(columns).map(
    ([name, type]) => `cast(${duckdb.dialect.ident(name)} as ${type}) as ${duckdb.dialect.ident(name)}`,
  )
  const table = `(values ${values}) t(${names.join(', ')})`
  await session.execute([`copy (select ${typed.join(', ')} from ${table}) to '${path}' (format parquet)`])
  const bytes = await readFile(path)
  await rm(folder, { recursive: true })
  return bytes
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Days since the end of 1899, as a spreadsheet counts. */
const serial = (iso: string): number => Date.parse(iso.includes('T') ? `${iso}Z` : iso) / 86_400_000 + 25_569

const textCell = (text: string): string =>
  `<c t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`

function cell(value: Value, type: Type): string {
  if (value === null) return '<c/>'
  if (type === 'date') return `<c s="1"><v>${serial(String(value))}</v></c>`
  if (type === 'timestamp') return `<c s="2"><v>${serial(String(value))}</v></c>`
  if (typeof value === 'boolean') return `<c t="b"><v>${Number(value)}</v></c>`
  return typeof value === 'number' ? `<c><v>${value}</v></c>` : textCell(value)
}

function sheetRows({ columns, rows }: Table): string {
  const types = Object.values(columns)
  const header = `<row>${Object.keys(columns).map(textCell).join('')}</row>`
  return (
    header +
    rows.map((row) => `<row>${row.map((v, i) => cell(v, types[i] ?? 'varchar')).join('')}</row>`).join('')
  )
}

const workbook = (sheets: Readonly<Record<string, Table>>): Promise<Buffer> =>
  zip(
    workbookFiles({
      formats: ['yyyy-mm-dd', 'yyyy-mm-dd hh:mm:ss'],
      sheets: Object.entries(sheets).map(([name, table]) => ({ name, rows: sheetRows(table) })),
    }),
  )

const formats: Readonly<Record<string, Delivered>> = {
  csv: { extension: 'csv', write: (table) => Buffer.from(csvText(table)) },
  xlsx: { extension: 'xlsx', write: (table) => workbook({ Data: table }) },
  json: { extension: 'json', write: (table) => Buffer.from(JSON.stringify(objects(table), null, 1)) },
  'ndjson.gz': {
    extension: 'ndjson.gz',
    write: (table) =>
      gzipSync(
        objects(table)
          .map((row) => JSON.stringify(row))
          .join('\n'),
      ),
  },
  parquet: { extension: 'parquet', write: parquet },
}

const nameOf = (file: string): string => (/^Customers/.test(file) ? 'customers' : 'orders')

/** The small retailer, its files in one format. */
async function retailer(
  files: Readonly<Record<string, string | Buffer>>,
  options: { customers?: string; orders?: string; glob?: string } = {},
): Promise<TestProject> {
  const project = projectIn(await mkdtemp(join(tmpdir(), 'c360-formats-')))
  await project.write('c360.yaml', CONFIG)
  for (const [file, content] of Object.entries(files)) await project.write(`landing/${file}`, content)
  const extension = Object.keys(files)[0]?.replace(/^[^.]*\.|\.gz$/g, '') ?? 'csv'
  const contract = (glob: string, columns: string, format = '') =>
    `files: ${options.glob ?? `${glob}*.${extension}`}\n${format === '' ? '' : `format: ${format}\n`}${columns}`
  await project.write('contracts/customers.yaml', contract('Customers', CUSTOMER_COLUMNS, options.customers))
  await project.write('contracts/orders.yaml', contract('Orders', ORDER_COLUMNS, options.orders))
  return project
}

/** All tables of silver and gold, without where the rows came from. */
async function contents(project: TestProject): Promise<Record<string, unknown[]>> {
  const tables = await project.query(
    `select schema_name || '.' || table_name as name from duckdb_tables() where schema_name in ('silver', 'gold')`,
  )
  const read = tables.map(async ({ name }) => {
    const columns = `columns(c -> c not in ('_source_file', '_run_id', '_loaded_at'))`
    return [String(name), await project.query(`select ${columns} from ${name} order by all`)] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

/** The project without gold, which costs most of a run and is not what most of these tests are about. */
const withoutGold = async ({ root }: TestProject): Promise<Prepared> => ({
  project: await loadProjectOrFail(root),
  models: [],
  catalogue: [],
  overrides: [],
  warnings: [],
})

const silver = async (project: TestProject, options: RunOptions = {}): Promise<RunResult> =>
  run(await withoutGold(project), options)

const outcomes = ({ files }: RunResult) =>
  Object.fromEntries(files.map(({ path, outcome, problem }) => [path, problem?.code ?? outcome]))

/** Scratch that a run may leave: none. */
const leftovers = (project: TestProject): Promise<string[]> =>
  readdir(join(project.root, '.c360', 'tmp')).catch(() => [])

async function delivered(name: string): Promise<TestProject> {
  const { extension, write } = formats[name] as Delivered
  return retailer({
    [`Customers.${extension}`]: await write(CUSTOMERS),
    [`Orders.${extension}`]: await write(ORDERS),
  })
}

describe('the same retailer in five formats', () => {
  let compiled: Prepared | undefined
  let csv: Record<string, unknown[]> = {}

  /** Silver and gold of the retailer in one format; the models are compiled once. */
  async function built(name: string): Promise<Record<string, unknown[]>> {
    await using project = await delivered(name)
    compiled ??= await prepare(project.root)
    const result = await run({ ...compiled, project: await loadProjectOrFail(project.root) })
    expect(result.outcome).toBe('published')
    const accounts = Object.values(result.manifest?.accounts ?? {}).flat()
    expect(accounts.map(({ rows }) => rows)).toEqual([6, 6])
    return await contents(project)
  }

  beforeAll(async () => {
    csv = await built('csv')
    expect(csv['silver.customers']).toHaveLength(3)
    expect(csv['silver.quarantine']).toHaveLength(3)
    expect(csv['gold.fact_transactions']).toHaveLength(5)
  })

  const others = Object.keys(formats).filter((name) => name !== 'csv')

  test.each(others)('%s gives the silver, quarantine and gold that CSV gives', async (name) => {
    expect(await built(name)).toEqual(csv)
  })

  test.each(Object.keys(formats))('%s: known, duplicate and changed files', async (name) => {
    await using project = await delivered(name)
    const { extension, write } = formats[name] as Delivered
    await silver(project)
    const again = `Orders-again.${extension}`
    await project.write(`landing/${again}`, await readFile(join(project.root, `landing/Orders.${extension}`)))
    await utimes(join(project.root, 'landing', `Customers.${extension}`), 1, 1)
    expect(outcomes(await silver(project))).toEqual({
      [`Customers.${extension}`]: 'known',
      [again]: 'duplicate_file',
    })
    const more = {
      ...ORDERS,
      rows: [...ORDERS.rows, ['O7', 'C1', 1.5, 1, '2024-06-01T12:00:01', 'Completed']],
    }
    await project.write(`landing/Orders-2.${extension}`, await write(more))
    const changing = await silver(project, {
      boundary: async (at) => {
        if (at === 'bronze.before_write')
          await project.write(`landing/Orders-2.${extension}`, await write(ORDERS))
      },
    })
    expect(outcomes(changing)).toMatchObject({ [`Orders-2.${extension}`]: 'changed_while_read' })
    await project.write(`landing/Orders-2.${extension}`, await write(more))
    expect(outcomes(await silver(project))).toMatchObject({ [`Orders-2.${extension}`]: 'delivered' })
    expect(await project.query('select count(*)::int as n from silver.orders')).toEqual([{ n: 6 }])
    expect(await leftovers(project)).toEqual([])
  })

  test.each(Object.keys(formats))('%s: a run that is cancelled leaves nothing behind', async (name) => {
    await using project = await delivered(name)
    const stop = new AbortController()
    const running = silver(project, { signal: stop.signal, boundary: () => stop.abort() })
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await leftovers(project)).toEqual([])
    expect((await silver(project)).outcome).toBe('published')
  })

  test.each(Object.keys(formats))(
    '%s: the plan tells how the files would come in, and touches nothing',
    async (name) => {
      await using project = await delivered(name)
      const { files, copies } = await preview(await withoutGold(project), { fullRefresh: false })
      expect(files.map(({ rows, outcome }) => [outcome, rows])).toEqual([
        ['delivered', 6],
        ['delivered', 6],
      ])
      const sql = copies.flatMap(({ statements }) => statements).join('\n')
      expect(sql).toContain(name === 'parquet' ? 'read_parquet(' : 'read_csv(')
      expect(await leftovers(project)).toEqual([])
      expect(await readdir(project.root)).not.toContain('lake')
    },
  )

  test.each(Object.keys(formats))('%s: columns more and columns fewer are reported', async (name) => {
    const { extension, write } = formats[name] as Delivered
    const { Vip: _, ...fewer } = CUSTOMERS.columns
    const drifted: Table = {
      columns: { ...fewer, Shoe: 'varchar' },
      rows: CUSTOMERS.rows.map((row) => [...row.slice(0, -1), '42']),
    }
    await using project = await retailer({
      [`Customers.${extension}`]: await write(drifted),
      [`Orders.${extension}`]: await write(ORDERS),
    })
    const { files } = await silver(project)
    expect(files.find(({ source }) => source === 'customers')).toMatchObject({
      newColumns: ['Shoe'],
      missingColumns: ['Vip'],
    })
    const { OrderID: _id, ...lacking } = ORDERS.columns
    await project.write(
      `landing/Orders-3.${extension}`,
      await write({ columns: lacking, rows: ORDERS.rows.map((row) => row.slice(1)) }),
    )
    expect(outcomes(await silver(project))).toMatchObject({ [`Orders-3.${extension}`]: 'missing_column' })
  })
})

test('one workbook feeds several sources, each from a sheet of its own', async () => {
  const files = { 'Shop.xlsx': await workbook({ People: CUSTOMERS, Sales: ORDERS }) }
  const options = { glob: 'Shop*.xlsx', customers: '{ sheet: people }', orders: '{ sheet: Sales }' }
  await using project = await retailer(files, options)
  expect((await silver(project)).files).toMatchObject([{ rows: 6 }, { rows: 6 }])
  await using csv = await delivered('csv')
  await silver(csv)
  expect(await contents(project)).toEqual(await contents(csv))
  const loaded = (await withoutGold(project)).project
  const found = await deliveriesOfFile(loaded, 'Shop.xlsx')
  expect(found.map(({ source }) => source)).toEqual(['customers', 'orders'])
  await decide(
    loaded,
    found.map((delivered) => ({ kind: 'retract', ...delivered })),
    undefined,
  )
  await silver(project)
  const counts = 'select (select count(*) from silver.customers) + (select count(*) from silver.orders) as n'
  expect(await project.query(counts)).toEqual([{ n: 0n }])
})

test('under a decimal comma, numbers and numbers in texts are read alike', async () => {
  const amounts = ['1.234,50', 1234.5, '0,25', 0.25, 7]
  const rows = amounts.map((amount, i) => [`O${i}`, 'C1', amount, 1, '2024-03-01T10:15:00', 'Completed'])
  const style = '{ decimal: ",", thousands: "." }'
  for (const extension of ['json', 'xlsx']) {
    const { write } = formats[extension] as Delivered
    await using project = await retailer(
      {
        [`Customers.${extension}`]: await write(CUSTOMERS),
        [`Orders.${extension}`]: await write({ ...ORDERS, rows }),
      },
      { orders: style },
    )
    await silver(project)
    expect(
      await project.query('select amount::varchar as amount from silver.orders order by transaction_id'),
    ).toEqual(['1234.50', '1234.50', '0.25', '0.25', '7.00'].map((amount) => ({ amount })))
  }
})

describe('malformed records reach quarantine with their reason', () => {
  const bad = ['{"OrderID":"O7","OrderID":"O8"}', '["O9"]', '{"OrderID":"O10",', '{"OrderID":"\\u0000"}']
  const good = objects(ORDERS).map((row) => JSON.stringify(row))
  const reasons = `select reasons::json->0->>'reason' as reason, _row_number::int as row,
    (raw->>'_raw_record') as raw from silver.quarantine where source = 'orders' and (raw->>'_raw_record') is not null order by row`

  test('as lines', async () => {
    await using project = await retailer({
      'Customers.ndjson': objects(CUSTOMERS)
        .map((row) => JSON.stringify(row))
        .join('\n'),
      'Orders.ndjson': [...bad, ...good].join('\n'),
    })
    const result = await silver(project)
    expect(result.manifest?.accounts.orders).toMatchObject([{ rows: 10, quarantined: 5, kept: 5 }])
    expect(await project.query(reasons)).toEqual(
      ['duplicate_key', 'not_an_object', 'broken_json', 'nul_byte'].map((reason, i) => ({
        reason,
        row: i + 1,
        raw: bad[i],
      })),
    )
  })

  test('as elements of an array under a key', async () => {
    const resumable = bad.filter((text) => !text.endsWith(','))
    await using project = await retailer(
      {
        'Customers.json': JSON.stringify({ page: 1, data: { rows: objects(CUSTOMERS) } }),
        'Orders.json': `{"data":{"rows":[${[...resumable, ...good].join(',')}]},"page":1}`,
      },
      { customers: '{ records: data.rows }', orders: '{ records: data.rows }' },
    )
    const result = await silver(project)
    expect(result.manifest?.accounts.orders).toMatchObject([{ rows: 9, quarantined: 4, kept: 5 }])
    expect((await project.query(reasons)).map(({ raw }) => raw)).toEqual(resumable)
  })
})

describe('a file of another format than the contract says is refused, and told what to write', () => {
  test.each([
    ['xlsx', 'csv', 'not_csv', 'format: { type: xlsx }'],
    ['json', 'csv', 'not_csv', 'format: { type: json }'],
    ['parquet', 'csv', 'not_csv', 'format: { type: parquet }'],
    ['csv', 'json', 'not_json', 'Write the type the file has'],
    ['parquet', 'json', 'not_json', 'format: { type: parquet }'],
    ['xlsx', 'json', 'not_json', 'format: { type: xlsx }'],
    ['csv', 'parquet', 'not_parquet', 'Write the type the file has'],
    ['json', 'parquet', 'not_parquet', 'format: { type: json }'],
    ['xlsx', 'parquet', 'not_parquet', 'format: { type: xlsx }'],
  ])('%s under a contract of %s', async (is, says, code, hint) => {
    const { write } = formats[is] as Delivered
    const { write: right } = formats[says] as Delivered
    await using project = await retailer({
      [`Customers.${says}`]: await right(CUSTOMERS),
      [`Orders.${says}`]: await write(ORDERS),
    })
    const { files, outcome } = await silver(project)
    expect(outcome).toBe('published')
    expect(files.find(({ path }) => nameOf(path) === 'orders')).toMatchObject({
      outcome: 'refused',
      problem: { code, hint: expect.stringContaining(hint), file: `Orders.${says}` },
    })
  })

  test('a workbook and a CSV under each other', async () => {
    await using project = await retailer({ 'Customers.xlsx': csvText(CUSTOMERS), 'Orders.xlsx': 'PK' })
    const { files } = await silver(project)
    expect(files.map(({ outcome }) => outcome)).toEqual(['refused', 'refused'])
  })

  test('a Parquet file with damaged rows under a good footer', async () => {
    const bytes = await parquet(ORDERS)
    bytes.fill(0xff, 4, 200)
    await using project = await retailer({
      'Customers.parquet': await parquet(CUSTOMERS),
      'Orders.parquet': bytes,
    })
    expect(outcomes(await silver(project))).toEqual({
      'Customers.parquet': 'delivered',
      'Orders.parquet': 'parquet_damaged',
    })
    const left = await readdir(join(project.root, 'lake', 'bronze', 'orders')).catch(() => [])
    expect(left.filter((file) => file.endsWith('.parquet'))).toEqual([])
  })
})

test('a name that the engine would take for a pattern is read as the file it is', async () => {
  await using project = await retailer({ 'Customers.csv': csvText(CUSTOMERS) })
  const [first, ...rest] = ORDERS.rows
  await project.write('landing/Orders1.csv', csvText({ ...ORDERS, rows: first ? [first] : [] }))
  await project.write('landing/Orders[1].csv', csvText({ ...ORDERS, rows: rest.slice(0, 1) }))
  await silver(project)
  expect(await project.query('select transaction_id as id from silver.orders order by id')).toEqual([
    { id: 'O1' },
    { id: 'O2' },
  ])
})
