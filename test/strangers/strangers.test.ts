import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { C360Error } from '../../src/errors.ts'
import { initProject } from '../../src/profile/init.ts'
import { type Cell, createWorkbook } from '../../src/workbook/index.ts'
import { drafted, remarks } from '../profile/support.ts'

/** Folders somebody else made: each is drafted with the stated defaults, and run. */
const folder = (name: string): string => join(dirname(fileURLToPath(import.meta.url)), name)

interface Gold {
  /** Known customers, and those only a sale or visit names. */
  readonly customers: number
  readonly inferred?: number
  readonly rows: number
  /** Counted sales: distinct orders, and their amount. */
  readonly orders: number
  readonly total: string | null
  /** Rows of sales with a customer. */
  readonly named: number
  readonly first?: string
}

interface Stranger {
  readonly gold: Gold
  readonly contracts: Readonly<Record<string, string>>
  readonly answers: readonly string[]
  /** Every decision a person is asked for, by a part of its text. */
  readonly decide?: readonly string[]
  readonly leftOut?: readonly string[]
  readonly passed?: readonly string[]
  /** What is to be done about the files passed over. */
  readonly hints?: readonly string[]
  readonly held?: number
}

const strangers: Readonly<Record<string, Stranger>> = {
  german: {
    contracts: {
      artikel: 'product product_id',
      bestellungen: 'transaction transaction_id',
      kunden: 'customer customer_id',
    },
    answers: ['Abgeschlossen', 'Europe/Berlin', 'EUR'],
    gold: { customers: 4, rows: 5, orders: 3, total: '1413.40', named: 5, first: '2024-01-05 09:15:00' },
  },
  'french-latin1': {
    contracts: { clients: 'customer customer_id', commandes: 'transaction transaction_id' },
    answers: ['Payée', 'Europe/Paris', 'EUR'],
    gold: { customers: 3, rows: 3, orders: 2, total: '64.90', named: 3, first: '2024-01-04 23:00:00' },
  },
  'order-lines': {
    contracts: { customers: 'customer customer_id', orders: 'transaction order_id+product_id' },
    answers: ['all', 'UTC', 'USD'],
    gold: { customers: 2, rows: 7, orders: 4, total: '144.50', named: 7, first: '2024-01-05 00:00:00' },
  },
  'repeated-lines': {
    contracts: { sales: 'transaction append' },
    answers: ['all', 'UTC', 'USD'],
    decide: ['sales: Receipt No does not identify a line (67 % of them repeat)'],
    gold: { customers: 0, inferred: 2, rows: 6, orders: 3, total: '37.50', named: 6 },
  },
  'status-history': {
    contracts: { orders: 'transaction transaction_id' },
    answers: ['Shipped', 'UTC', 'USD'],
    decide: ['orders: 2 values of order_id have several versions: the newest wins'],
    gold: { customers: 0, inferred: 2, rows: 3, orders: 1, total: '10.00', named: 3 },
  },
  'email-only': {
    contracts: { newsletter_contacts: 'customer customer_id', orders_export: 'transaction transaction_id' },
    answers: ['paid', 'Europe/London', 'GBP'],
    passed: ['.DS_Store', 'README.md', 'contract.pdf', 'logo.png', '~$orders_export.xlsx'],
    gold: {
      customers: 3,
      inferred: 1,
      rows: 4,
      orders: 3,
      total: '44.50',
      named: 4,
      first: '2024-03-05 10:00:00',
    },
  },
  'ids-and-emails': {
    contracts: {
      customers: 'customer customer_id',
      store_sales: 'transaction transaction_id',
      web_orders: 'transaction transaction_id',
    },
    answers: ['Completed', 'UTC', 'USD'],
    gold: { customers: 3, rows: 5, orders: 4, total: '61.00', named: 4 },
  },
  'two-systems': {
    contracts: {
      crm_customers: 'customer customer_id',
      pos_customers: 'customer customer_id',
      pos_sales: 'transaction transaction_id',
    },
    answers: ['all', 'UTC', 'USD'],
    decide: [
      'pos_customers: 100 % of its ids, 33.3 % of its e-mail addresses are in crm_customers too, and 0 % of those have the same email: taken for different customers',
    ],
    gold: { customers: 7, rows: 3, orders: 3, total: '60.00', named: 3 },
  },
  'one-thing-twice': {
    contracts: {
      erp_customers: 'customer customer_id',
      orders: 'transaction transaction_id',
      shop_customers: 'customer customer_id',
    },
    answers: ['all', 'UTC', 'USD'],
    gold: { customers: 3, rows: 2, orders: 2, total: '30.00', named: 2 },
  },
  'header-and-items': {
    contracts: { orders: 'transaction transaction_id' },
    answers: ['Completed', 'UTC', 'USD'],
    leftOut: [
      'order_items.csv: it holds the lines of the orders in orders (100 % of its order ids are in orders)',
    ],
    gold: { customers: 0, inferred: 2, rows: 3, orders: 2, total: '45.00', named: 3 },
  },
  'ambiguous-dates': {
    contracts: { sales: 'transaction transaction_id' },
    answers: ['all', 'UTC', 'USD'],
    decide: [
      'sales.sale_date: no number of 3 values is above 12: day or month may come first; taken as day first',
    ],
    gold: {
      customers: 0,
      inferred: 2,
      rows: 3,
      orders: 3,
      total: '60.00',
      named: 3,
      first: '2024-04-03 00:00:00',
    },
  },
  'json-lines': {
    contracts: { people: 'customer customer_id', visits: 'web_session session_id' },
    answers: ['all', 'UTC', 'USD'],
    gold: { customers: 2, rows: 0, orders: 0, total: null, named: 0 },
  },
  'no-header': {
    contracts: { members: 'customer customer_id', till: 'transaction transaction_id' },
    answers: ['all', 'UTC', 'USD'],
    decide: [
      'members: the file has no header: columns go by their place, and fields were taken from contents alone',
      'till: the file has no header: columns go by their place',
      'till: no column names the customer: sales stand without one',
    ],
    gold: { customers: 4, rows: 5, orders: 5, total: '85.65', named: 0, first: '2024-01-05 09:15:00' },
  },
  'title-lines': {
    contracts: { customers: 'customer customer_id' },
    answers: ['all', 'UTC', 'USD'],
    passed: ['sales.csv'],
    hints: [
      'A CSV file is read from its first line on: remove the 3 lines above, or export it without them (in Excel: save it as .xlsx, where header_row says where the header is).',
    ],
    gold: { customers: 2, rows: 0, orders: 0, total: null, named: 0 },
  },
  snapshots: {
    contracts: { customers: 'customer customer_id' },
    answers: ['all', 'UTC', 'USD'],
    decide: [
      'customers: looks like full snapshots: of the customer_id in one file 94.7 % are in the next one too (up to Customers_2024-03-01.csv), 1 are not. With upsert those stay; if what a newer file lacks is gone, consider load: full, dated: "%Y-%m-%d"',
    ],
    gold: { customers: 11, rows: 0, orders: 0, total: null, named: 0 },
  },
}

const figures = `select
  (select count(*) from dim_customers where not is_inferred) as customers, (select count(*) from dim_customers where is_inferred) as inferred,
  count(*) as rows, count(distinct coalesce(shared_order, source || '/' || transaction_id)) filter (where is_sale) as orders,
  cast(sum(amount) filter (where is_sale) as varchar) as total, count(customer_id) as named, cast(min(occurred_at) as varchar) as first
  from fact_transactions`

async function expectStranger(from: string, wanted: Stranger): Promise<void> {
  const { project, made } = await drafted(from, {}, ['dim_customers', 'fact_transactions'])
  await using _ = project
  expect(made.problems.filter(({ severity }) => severity !== 'warn')).toEqual([])
  const contracts = made.draft.contracts.map(({ source, entity, key }) => [
    source,
    `${entity} ${key.join('+') || 'append'}`,
  ])
  expect(Object.fromEntries(contracts)).toEqual(wanted.contracts)
  expect([made.answers.counted_statuses, made.answers.time_zone, made.answers.currency]).toEqual(
    wanted.answers,
  )
  const decide = remarks(made, 'decide')
  expect(decide.map((text, i) => text.slice(0, wanted.decide?.[i]?.length))).toEqual(wanted.decide ?? [])
  const left = made.draft.leftOut.map(({ files, why }) => `${files.join(', ')}: ${why}`)
  expect(left.map((text, i) => text.slice(0, wanted.leftOut?.[i]?.length))).toEqual(wanted.leftOut ?? [])
  expect(made.passed.map(({ path }) => path)).toEqual(wanted.passed ?? [])
  if (wanted.hints) expect(made.passed.map(({ hint }) => hint)).toEqual(wanted.hints)
  const result = await project.run()
  expect(result.files.filter(({ outcome }) => outcome !== 'delivered')).toEqual([])
  const accounts = Object.values(result.manifest?.accounts ?? {}).flat()
  expect(accounts.reduce((sum, { quarantined }) => sum + quarantined, 0)).toBe(wanted.held ?? 0)
  const [row = {}] = await project.query(figures)
  const { customers, inferred = 0, rows, orders, total, named, first } = wanted.gold
  const expected = {
    customers,
    inferred,
    rows,
    orders,
    total,
    named,
    ...(first === undefined ? {} : { first }),
  }
  const number = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
  expect(Object.fromEntries(Object.keys(expected).map((key) => [key, number(row[key])]))).toEqual(expected)
}

describe('strangers', () => {
  for (const [name, wanted] of Object.entries(strangers))
    test(name, () => expectStranger(folder(name), wanted))

  test('a file with addresses where customers have ids: by e-mail, with the share that was found', async () => {
    const { project, made } = await drafted(folder('ids-and-emails'))
    await using _ = project
    expect(remarks(made, 'note')).toContain(
      'web_orders.customer_email: no ids of customers here: 66.7 % of 3 different addresses are in customers.email; rows with another stand without a customer',
    )
    const text = await readFile(join(project.root, 'contracts', 'web_orders.yaml'), 'utf8')
    expect(text).toMatch(/customer_email: +\{ field: customer_id, by: email \}/)
    const { manifest } = await project.run()
    expect(manifest?.lookups?.web_orders).toMatchObject([{ matched: 2, unmatched: 1, ambiguous: 0 }])
  })

  test('none of the addresses is a customer’s: the reference is left out, and a person decides', async () => {
    const from = await mkdtemp(join(tmpdir(), 'c360-apart-'))
    await cp(folder('ids-and-emails'), from, { recursive: true })
    const orders = await readFile(join(from, 'web_orders.csv'), 'utf8')
    await writeFile(join(from, 'web_orders.csv'), orders.replaceAll('example.org', 'example.net'))
    const { project, made } = await drafted(from)
    await using _ = project
    expect(remarks(made, 'decide')).toMatchObject([
      expect.stringMatching(/^web_orders: its customers are known by e-mail only \(0.0 % of its addresses/),
    ])
    await rm(from, { recursive: true, force: true })
  })

  test('a file with nothing but JSON in a column: nothing is written, and it is said what to do', async () => {
    const root = join(await mkdtemp(join(tmpdir(), 'c360-none-')), 'project')
    const failure: C360Error = await initProject(root, folder('json-column'), undefined).then(
      () => expect.unreachable(),
      (error: C360Error) => error,
    )
    expect(failure.code).toBe('USAGE')
    expect(failure.problems.map(({ message, hint }) => `${message} | ${hint}`)).toEqual([
      'events.csv: its column payload holds JSON objects, and what is in them are no columns, so nothing in the file can be mapped | ' +
        'Export the keys within payload as columns of their own, or the objects as a file of JSON lines (.jsonl), which is read as it is.',
    ])
  })
})

describe('one workbook with five sheets', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'c360-workbook-'))
    await mkdir(join(dir, 'exports'))
    const book = createWorkbook(join(dir, 'exports', 'Retail Export.xlsx'))
    const day = (iso: string) => ({ date: Date.parse(`${iso}T00:00:00Z`) / 86_400_000 })
    const moment = (iso: string) => ({ dateTime: Date.parse(`${iso}Z`) })
    const sheets: Readonly<Record<string, readonly (readonly Cell[])[]>> = {
      Customers: [
        ['Customer No', 'Customer Name', 'E-Mail', 'Signed up'],
        [1, 'Ada Lovelace', 'ada@example.org', day('2021-05-04')],
        [2, 'Grace Hopper', null, day('2022-11-30')],
      ],
      Items: [
        ['SKU', 'Title', 'Group', 'List Price'],
        ['T-1', 'Tea', 'Drinks', 5.5],
        ['C-1', 'Cup', 'Kitchen', 8.5],
      ],
      Shops: [
        ['Shop No', 'Shop Name', 'City', 'State'],
        [10, 'Main Street', 'Austin', 'TX'],
        [11, 'Harbor', 'Salem', 'OR'],
      ],
      Sales: [
        ['Sale No', 'Customer No', 'SKU', 'Shop No', 'Sold at', 'Amount', 'Paid by'],
        [900, 1, 'T-1', 10, moment('2024-03-01T10:30:00'), 11, 'Cash'],
        [901, 2, 'C-1', 11, moment('2024-03-02T12:00:00'), 8.5, 'Visa'],
        [902, 1, 'C-1', 10, moment('2024-03-05T16:45:00'), -8.5, 'Visa'],
      ],
      Notes: [['Remember to ask Tom about the new till']],
    }
    for (const [name, [header = [], ...rows]] of Object.entries(sheets)) {
      const sheet = book.addSheet(
        name,
        header.map((text) => ({ header: String(text) })),
      )
      for (const row of rows) sheet.addRow(row)
    }
    await book.close()
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  test('each sheet is a source of its own, and a note is none', () =>
    expectStranger(join(dir, 'exports'), {
      contracts: {
        retail_export_customers: 'customer customer_id',
        retail_export_items: 'product product_id',
        retail_export_shops: 'store store_id',
        retail_export_sales: 'transaction transaction_id',
      },
      answers: ['all', 'UTC', 'USD'],
      leftOut: ['Retail Export.xlsx#Notes: it has a header and no rows'],
      gold: { customers: 2, rows: 3, orders: 3, total: '11.00', named: 3, first: '2024-03-01 10:30:00' },
    }))
})

describe('a workbook as a person keeps it', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'c360-titled-'))
    await mkdir(join(dir, 'exports'))
    const book = createWorkbook(join(dir, 'exports', 'Till.xlsx'))
    const moment = (iso: string) => ({ dateTime: Date.parse(`${iso}Z`) })
    const sales = book.addSheet('Sales', [
      { header: 'Sales report, January' },
      { header: '' },
      { header: '' },
      { header: '' },
    ])
    sales.skipRow()
    sales.addRow(['Receipt No', 'Customer No', 'Sold at', 'Amount'])
    sales.addRow(['R-1', 7, moment('2024-01-05T09:15:00'), 19.9])
    sales.addRow(['R-2', 8, moment('2024-01-06T10:20:00'), 5.5])
    sales.addRow(['R-3', 7, moment('2024-01-07T11:25:00'), 42])
    // No header: the first row is a person already.
    const people = book.addSheet('People', [
      { header: '7' },
      { header: 'Ada Lovelace' },
      { header: 'ada@example.org' },
    ])
    people.addRow([8, 'Grace Hopper', 'grace@example.org'])
    people.addRow([9, 'Mary Jackson', 'mary@example.org'])
    await book.close()
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  test('a title and a blank row above the header, and a sheet without one', async () => {
    await expectStranger(join(dir, 'exports'), {
      contracts: { till_people: 'customer customer_id', till_sales: 'transaction transaction_id' },
      answers: ['all', 'UTC', 'USD'],
      decide: ['till_people: the file has no header'],
      gold: { customers: 3, rows: 3, orders: 3, total: '67.40', named: 3, first: '2024-01-05 09:15:00' },
    })
    const { project, made } = await drafted(join(dir, 'exports'))
    await using _ = project
    const formats = Object.fromEntries(made.draft.contracts.map(({ source, format }) => [source, format]))
    expect(formats).toMatchObject({
      till_sales: { headerRow: 3, header: true },
      till_people: { header: false },
    })
    expect(remarks(made, 'note')).toContain(
      'till_sales: sheet Sales of a workbook, its header in row 3, below a title',
    )
  })
})
