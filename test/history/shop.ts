import type { LabFiles } from '../support/lab.ts'
import type { Random } from '../support/random.ts'
import { values, type World, type WorldSource } from './world.ts'

/** A source of the small shop, which reads CSV files of its own. */
export interface ShopSource extends WorldSource {
  /** Columns a file may lack. */
  readonly optional: readonly string[]
  /** The landing file of a slot. */
  path(slot: number): string
}

const TIMES = values(
  '2024-01-01 10:00:00, 2024-01-02 10:00:00, 2024-01-03 10:00:00',
  '2024-01-03 10:00:00+01:00',
  '',
  'yesterday',
)
const CUSTOMERS = values('C1, C2, C3', ' C4', '')
const PRODUCTS = values('P1, P2, P3', 'P4', '')
const ACCOUNTS = values('L1, L2, L3', 'L4')
const AMOUNTS = values('1.00, 2.50, -3', '1.999', 'much', '')

export const plainPath = (source: string) => (slot: number) => `${source}-${slot}.csv`

interface Written {
  readonly head: string
  readonly more: string
}

/** A contract of the given load mode and columns; `more` overrides lines of the head. */
const contract = (source: string, { head, more }: Written): string =>
  `files: ${source}-*.csv\n${head}\ncolumns:\n${more}\n`

const customers = (
  head: string,
  name = 'Name: name',
  email = 'Email: { field: email, clean: [email] }',
): string =>
  contract('customers', {
    head: `entity: customer\n${head}`,
    more: `  CustomerID: customer_id\n  ${name}\n  ${email}\n  Signup: signup_date`,
  })

const products = (head: string, category = 'Category: category'): string =>
  contract('products', {
    head: `entity: product\nkey: [product_id]\n${head}`,
    more: `  ProductID: product_id\n  Name: name\n  ${category}\n  Price: price`,
  })

const orders = (
  head: string,
  customer = 'infer',
  product = 'quarantine',
  amount = 'Amount: amount',
): string =>
  contract('orders', {
    head: `entity: transaction\nset: { channel: online }\n${head}`,
    more: [
      'OrderID: transaction_id',
      `CustomerID: { field: customer_id, orphan: ${customer} }`,
      `ProductID: { field: product_id, orphan: ${product} }`,
      'At: occurred_at',
      amount,
      'Status: { field: status, optional: true }',
    ]
      .map((line) => `  ${line}`)
      .join('\n'),
  })

const sales = (head: string, payment = 'Paid: payment_method'): string =>
  contract('sales', {
    head: `entity: transaction\nset: { channel: in_store }\n${head}`,
    more: [
      'SaleID: transaction_id',
      'CustomerID: { field: customer_id, orphan: quarantine }',
      'At: occurred_at',
      'Amount: amount',
      payment,
      'Currency: { field: currency, optional: true }',
    ]
      .map((line) => `  ${line}`)
      .join('\n'),
  })

const visits = (head: string): string =>
  contract('visits', {
    head: `entity: web_session\n${head}`,
    more: '  SessionID: session_id\n  CustomerID: customer_id\n  At: { field: started_at, required: true }\n  Pages: page_views',
  })

const accounts = (head: string, orphan = 'quarantine'): string =>
  contract('accounts', {
    head: `entity: loyalty_account\nkey: [loyalty_id]\n${head}`,
    more: `  LoyaltyID: loyalty_id\n  CustomerID: { field: customer_id, orphan: ${orphan} }\n  Points: points_earned`,
  })

const points = (head: string, orphan = 'quarantine'): string =>
  contract('points', {
    head: `entity: loyalty_transaction\n${head}`,
    more: `  LoyaltyID: { field: loyalty_id, orphan: ${orphan} }\n  At: occurred_at\n  Change: points_change\n  Why: reason`,
  })

/** All load modes, with and without key and order; orphans inferred and held back, through three generations. */
const sources: Readonly<Record<string, ShopSource>> = {
  customers: {
    contracts: [
      customers('key: [customer_id]'),
      customers('key: [customer_id]\norder: [signup_date]'),
      customers('key: [customer_id]', 'Name: { field: name, required: true, clean: [upper] }'),
      customers('key: [email]'),
      customers('key: [customer_id]\nload: append'),
      customers('key: [customer_id]\nformat: { encoding: latin-1 }'),
      customers('key: [customer_id]\nid_space: elsewhere'),
      customers('key: [customer_id]\nload: full\nmax_delete: 60%'),
    ],
    columns: {
      CustomerID: CUSTOMERS,
      Name: values('Ann, Bob', '  Cy ', ''),
      Email: values('a@example.com, B@example.com, c@example.com', 'nobody', ''),
      Signup: values('2023-01-01, 2023-02-01', '2023-13-01', ''),
    },
    optional: ['Name', 'Signup'],
    path: plainPath('customers'),
  },
  products: {
    contracts: [
      products('load: full\ndated: "%Y-%m-%d"\nmax_delete: 70%'),
      products('load: full\ndated: "%Y-%m-%d"\nmax_delete: 100%'),
      products('load: full'),
      products(
        'load: full\nformat: { decimal: "," }\nmax_delete: 50%',
        'Category: { field: category, one_of: [toys, books] }',
      ),
      products('order: [price]'),
    ],
    columns: {
      ProductID: PRODUCTS,
      Name: values('Ball, Book', ''),
      Category: values('toys, books', 'misc'),
      Price: AMOUNTS,
    },
    optional: ['Category'],
    path: (slot) => (slot === 3 ? 'products-latest.csv' : `products-2024-0${slot + 1}-01.csv`),
  },
  orders: {
    contracts: [
      orders('key: [transaction_id]\norder: [occurred_at]'),
      orders('key: [transaction_id]'),
      orders(
        'key: [transaction_id]\norder: [occurred_at, amount]',
        'infer',
        'quarantine',
        'Amount: { field: amount, min: 0 }',
      ),
      orders('key: [transaction_id]\norder: [occurred_at]', 'quarantine', 'infer'),
      orders('key: [transaction_id, occurred_at]'),
    ],
    columns: {
      OrderID: values('1, 2, 3', ''),
      CustomerID: CUSTOMERS,
      ProductID: PRODUCTS,
      At: TIMES,
      Amount: AMOUNTS,
      Status: values('Completed, Failed', ''),
    },
    optional: ['Status'],
    path: plainPath('orders'),
  },
  sales: {
    contracts: [
      sales('key: [transaction_id]\nload: append'),
      sales('key: [transaction_id]\nload: append', 'Paid: { field: payment_method, one_of: [cash, card] }'),
      sales('key: [transaction_id]\norder: [amount]'),
      sales('load: append'),
    ],
    columns: {
      SaleID: values('1, 2, 3'),
      CustomerID: CUSTOMERS,
      At: TIMES,
      Amount: AMOUNTS,
      Paid: values('cash, card', 'shells'),
      Currency: values('GBP', 'EUR', ''),
    },
    optional: ['Currency', 'Paid'],
    path: plainPath('sales'),
  },
  visits: {
    contracts: [
      visits('load: append'),
      visits('load: append\nkey: [session_id]'),
      visits('key: [session_id]\norder: [started_at]'),
      visits('load: append\ntime_zone: Asia/Tokyo'),
    ],
    columns: {
      SessionID: values('V1, V2'),
      CustomerID: CUSTOMERS,
      At: TIMES,
      Pages: values('1, 2', 'many', ''),
    },
    optional: ['Pages'],
    path: plainPath('visits'),
  },
  accounts: {
    contracts: [
      accounts('load: full\nmax_delete: 70%'),
      accounts('load: full\nmax_delete: 100%', 'infer'),
      accounts(''),
      accounts('load: full\nmax_delete: 0'),
    ],
    columns: { LoyaltyID: ACCOUNTS, CustomerID: CUSTOMERS, Points: values('10, 20', 'x', '') },
    optional: ['Points'],
    path: plainPath('accounts'),
  },
  points: {
    contracts: [
      points('key: [loyalty_id, occurred_at]'),
      points('key: [loyalty_id, occurred_at]\norder: [points_change]'),
      points('load: append'),
      points('key: [loyalty_id, occurred_at]', 'infer'),
    ],
    columns: { LoyaltyID: ACCOUNTS, At: TIMES, Change: values('5, -5', '0', ''), Why: values('gift, sale') },
    optional: ['Why'],
    path: plainPath('points'),
  },
}

const families: readonly (readonly string[])[] = [
  ['customers', 'products', 'orders'],
  ['customers', 'accounts', 'points'],
  ['customers', 'sales', 'visits'],
  ['products', 'orders', 'sales'],
]

export const configs: readonly string[] = [
  { zone: 'Europe/London', currency: 'GBP', statuses: '[Completed]' },
  { zone: 'Europe/London', currency: 'EUR', statuses: '[Completed]' },
  { zone: 'America/New_York', currency: 'GBP', statuses: '[Completed]' },
  { zone: 'Europe/London', currency: 'GBP', statuses: 'all' },
].map(
  ({ zone, currency, statuses }) =>
    `version: 1\nname: shop\ntime_zone: ${zone}\ncurrency: ${currency}\nlanding: landing\nlake: lake\nwarehouse: warehouse\nthreads: 2\nrules:\n  counted_statuses: ${statuses}\n  tier_order: [Low, High]\n  champion_tiers: [High]\n  high_value: { percentile: 0.9, population: all_customers }\n  active_within: 3 months\n  churned_after: 30 days\n`,
)

const visitsByCustomer = `/* Visits by customer
description: Visits of each customer
grain: [customer_id]
reconciles: { visits: count(conformed.web_sessions) where customer_id is not null }
columns: { customer_id: Customer, visits: Number of visits, first_visit: Beginning of the first }
*/
select customer_id, count(*) as visits, min(started_at) as first_visit
from conformed.web_sessions
where customer_id is not null
group by customer_id
`

const project = (kinds: readonly string[]): LabFiles => ({
  config: configs[0] ?? '',
  contracts: Object.fromEntries(kinds.map((source) => [source, sources[source]?.contracts[0] ?? ''])),
  models: { visits_by_customer: visitsByCustomer },
  only: ['dim_customers', 'dim_products', 'fact_transactions', 'visits_by_customer'],
})

/** A file's text: 0 to 5 rows, ties and repeated keys likely, now and then a damaged line, a new column or one that is missing. */
export function fileText({ columns, optional }: ShopSource, random: Random): string {
  const lacking = optional.length > 0 && random.chance(0.1) ? random.pick(optional) : undefined
  const added = random.chance(0.1) ? [random.pick(['Note', 'Colour'])] : []
  const names = [...Object.keys(columns).filter((name) => name !== lacking), ...added]
  const cell = (name: string) => {
    const { good, odd } = columns[name] ?? values('red', '')
    return odd.length > 0 && random.chance(0.12) ? random.pick(odd) : random.pick(good)
  }
  const lines = Array.from({ length: random.below(6) }, () => names.map(cell).join(','))
  return [names.join(','), ...lines.map((line) => (random.chance(0.05) ? damaged(line, random) : line))]
    .map((line) => `${line}\n`)
    .join('')
}

const damaged = (line: string, random: Random): string =>
  random.pick([`${line},one too many`, line.slice(0, line.lastIndexOf(',')), `"never closed${line}`])

/** The small shop: CSV files, each source with its own. */
export const shop: World = {
  sources,
  kinds: Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [
      name,
      {
        sources: [name],
        path: source.path,
        draw: (random) => fileText(source, random),
        bytes: (text) => text,
      },
    ]),
  ),
  families,
  configs,
  weights: {
    write: 38,
    move: 7,
    return: 5,
    file: 11,
    contract: 8,
    config: 3,
    edit: 12,
    dismiss: 6,
    reopen: 3,
    rollback: 4,
    unpin: 3,
  },
  late: 0,
  project,
}
