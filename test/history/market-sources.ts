import { values, type WorldSource } from './world.ts'

const IDS = values('C1, C2, C3', ' C4', 'C5', '')
const TIMES = values(
  '2024-01-15 10:00:00, 2024-03-02 12:30:00, 2024-03-31 23:30:00, 2024-06-30 09:00:00',
  '2024-08-01T22:30:00-05:00',
  '2024-02-10 08:00:00',
  '',
  'yesterday',
)
const DAYS = values('2023-12-01, 2024-02-01, 2024-03-15', '2023-13-01', '')
const AMOUNTS = values('1.00, 2.50, 120', '-3', '$1,200.50', 'much', '')

interface Written {
  readonly files: string
  readonly entity: string
  /** Further lines above the columns. */
  readonly head: readonly string[]
  readonly columns: readonly string[]
}

const contract = ({ files, entity, head, columns }: Written): string =>
  [
    `files: ${files}`,
    `entity: ${entity}`,
    ...head,
    'columns:',
    ...columns.map((line) => `  ${line}`),
    '',
  ].join('\n')

const sheet = (name: string, more = ''): string => `format: { type: xlsx, sheet: ${name}${more} }`

const people = (...head: string[]): string =>
  contract({
    files: 'book-*.xlsx',
    entity: 'customer',
    head,
    columns: [
      'customer_id: customer_id',
      'name: { field: name, clean: [collapse_spaces, { nulls: ["N/A"] }], split: name, required: true }',
      'email: { field: email, clean: [email] }',
      'city: city',
      'state: { field: state, clean: [state_name], optional: true }',
      'signup_date: signup_date',
      'email_opt_in: { field: email_opt_in, optional: true }',
    ],
  })

const tickets = (customer: string, ...head: string[]): string =>
  contract({
    files: 'book-*.xlsx',
    entity: 'service_interaction',
    head,
    columns: [
      'ticket_id: interaction_id',
      `customer_id: { field: customer_id, ${customer} }`,
      'issue_type: issue_type',
      'created_at: { field: opened_at, required: true }',
      'resolved_at: resolved_at',
      'score: { field: satisfaction_score, optional: true }',
    ],
  })

const sales = (customer: string, ...head: string[]): string =>
  contract({
    files: 'sales-*.xlsx',
    entity: 'transaction',
    head: ['set: { channel: store }', ...head],
    columns: [
      'transaction_id: transaction_id',
      `customer_id: { field: customer_id, ${customer} }`,
      'date: { field: occurred_at, clean: [{ strip_prefix: "Date:" }], required: true }',
      'amount: { field: amount, clean: [money], required: true }',
      'place: { field: place, type: text, pii: none, clean: [collapse_spaces, state_name], split: city_state }',
    ],
  })

const products = (...head: string[]): string =>
  contract({
    files: 'products-*.xlsx',
    entity: 'product',
    head: ['key: [product_id]', sheet('Products'), ...head],
    columns: [
      'id: product_id',
      'name: name',
      'category: { field: category, clean: [title_case], optional: true }',
      'price: price',
    ],
  })

const orders = (product: string, ...head: string[]): string =>
  contract({
    files: 'orders-*.parquet',
    entity: 'transaction',
    head: ['format: { type: parquet }', 'set: { channel: online }', ...head],
    columns: [
      'order_id: transaction_id',
      'customer_id: customer_id',
      `product_id: { field: product_id, orphan: ${product} }`,
      'at: occurred_at',
      'amount: amount',
      'status: { field: status, one_of: [Completed, Failed], optional: true }',
    ],
  })

const visits = (...head: string[]): string =>
  contract({
    files: 'visits-*.ndjson.gz',
    entity: 'web_session',
    head,
    columns: [
      'session_id: session_id',
      'customer_id: customer_id',
      'start: { field: started_at, required: true }',
      'pages: page_views',
      'seconds: duration_seconds',
      'device.type: { field: device, clean: [title_case], one_of: [Mobile, Desktop], optional: true }',
    ],
  })

const members = (...head: string[]): string =>
  contract({
    files: 'members-*.csv',
    entity: 'customer',
    head,
    columns: ['CustomerID: customer_id', 'Name: name', 'Email: { field: email, clean: [email] }'],
  })

const accounts = (orphan: string, ...head: string[]): string =>
  contract({
    files: 'accounts-*.csv',
    entity: 'loyalty_account',
    head: ['key: [loyalty_id]', ...head],
    columns: [
      'LoyaltyID: loyalty_id',
      `CustomerID: { field: customer_id, orphan: ${orphan} }`,
      'Points: { field: points_earned, optional: true }',
      'Tier: { field: tier, one_of: [Low, High] }',
    ],
  })

const BY_CUSTOMER = 'key: [customer_id]'
const BY_TICKET = 'key: [interaction_id]'
const BY_SALE = 'key: [transaction_id]'
const INFER = 'required: true'
const HELD = 'orphan: quarantine'

/** Each source reads a sheet named otherwise, or a header further down, in one of its versions. */
export const sources: Readonly<Record<string, WorldSource>> = {
  people: {
    contracts: [
      people(BY_CUSTOMER, sheet('Customers')),
      people(BY_CUSTOMER, sheet('Kunden')),
      people(BY_CUSTOMER, sheet('Customers', ', header_row: 3')),
      people(BY_CUSTOMER, sheet('Customers'), 'order: [signup_date]', 'precedence: 2'),
      people(BY_CUSTOMER, sheet('Customers'), 'load: append'),
      people(BY_CUSTOMER, sheet('Customers'), 'load: full', 'max_delete: 60%'),
      people('key: [email]', sheet('Customers')),
      people(BY_CUSTOMER, sheet('customers')),
    ],
    columns: {
      customer_id: IDS,
      name: values('Ann Lee, Bob Ray', '  Cy   Day ', 'N/A', '#N/A', ''),
      email: values('a@example.com, B@example.com', 'nobody', ''),
      city: values('Austin, Boston', ''),
      state: values('TX, Texas, Massachusetts', 'nowhere', ''),
      signup_date: DAYS,
      email_opt_in: values('TRUE, FALSE, yes', 'perhaps', ''),
    },
  },
  tickets: {
    contracts: [
      tickets(INFER, BY_TICKET, sheet('Tickets')),
      tickets(HELD, BY_TICKET, sheet('Tickets')),
      tickets(INFER, BY_TICKET, sheet('Anfragen')),
      tickets(INFER, BY_TICKET, sheet('Tickets', ', header_row: 3'), 'order: [opened_at]'),
      tickets(INFER, sheet('Tickets'), 'load: append'),
    ],
    columns: {
      ticket_id: values('T1, T2, T3'),
      customer_id: IDS,
      issue_type: values('Delivery, Payment', ''),
      created_at: TIMES,
      resolved_at: values('2024-03-03 10:00:00, 2024-07-01 10:00:00', '2023-01-01 10:00:00', '', ''),
      score: values('1, 5', '7', ''),
    },
  },
  sales: {
    contracts: [
      sales(INFER, BY_SALE, sheet('Sales', ', thousands: ","')),
      sales(HELD, BY_SALE, sheet('Sales', ', thousands: ","')),
      sales(INFER, BY_SALE, sheet('Sales', ', thousands: "", header_row: 3')),
      sales(INFER, BY_SALE, sheet('Sales', ', thousands: ","'), 'order: [occurred_at, amount]'),
      sales(INFER, sheet('Sales', ', thousands: ","'), 'load: append'),
      sales(INFER, BY_SALE, sheet('Sales', ', thousands: ","'), 'time_zone: Asia/Tokyo'),
    ],
    columns: {
      transaction_id: values('S1, S2, S3'),
      customer_id: IDS,
      date: values(
        'Date: 2024-01-15 10:00:00, Date: 2024-03-31 23:59:59.500, 2024-06-30 09:00:00',
        'soon',
        '',
      ),
      amount: values('$10.00, 2.50, 7', '$1,200.50', '-$3.00', '(4.00)', 'much'),
      place: { good: ['Austin, TX', 'Boston, MA'], odd: ['Nowhere', ''] },
    },
  },
  products: {
    contracts: [
      products('load: full', 'dated: "%Y-%m-%d"', 'max_delete: 70%'),
      products('load: full', 'dated: "%Y-%m-%d"', 'max_delete: 100%'),
      products('load: full', 'max_delete: 50%'),
      products('order: [price]'),
    ],
    columns: {
      id: values('P1, P2, P3', 'P4', ''),
      name: values('Ball, Book', ''),
      category: values('toys, books', ''),
      price: AMOUNTS,
    },
  },
  orders: {
    contracts: [
      orders('quarantine', BY_SALE, 'order: [occurred_at]'),
      orders('infer', BY_SALE),
      orders('quarantine', 'load: append'),
      orders('infer', 'key: [transaction_id, occurred_at]'),
    ],
    columns: {
      order_id: values('O1, O2, O3'),
      customer_id: IDS,
      product_id: values('P1, P2, P3', 'P4', ''),
      at: TIMES,
      amount: AMOUNTS,
      status: values('Completed, Failed', 'lost', ''),
    },
  },
  visits: {
    contracts: [
      visits('key: [session_id]'),
      visits('key: [session_id]', 'order: [started_at]'),
      visits('load: append'),
      visits('key: [session_id]', 'load: full', 'max_delete: 80%'),
    ],
    columns: {
      session_id: values('V1, V2, V3'),
      customer_id: IDS,
      start: TIMES,
      pages: values('1, 2', 'many', ''),
      seconds: values('0, 10, 61, 500', '-1', ''),
      'device.type': values('mobile, Desktop', 'fridge', ''),
    },
  },
  members: {
    contracts: [
      members(BY_CUSTOMER, 'precedence: 5'),
      members(BY_CUSTOMER, 'precedence: 0'),
      members(BY_CUSTOMER, 'id_space: elsewhere'),
      members('key: [email]', 'load: full', 'max_delete: 100%'),
    ],
    columns: {
      CustomerID: IDS,
      Name: values('Ann Lee, Anna Lee, Bob Ray', ''),
      Email: values('a@example.com, other@example.com', 'nobody', ''),
    },
  },
  accounts: {
    contracts: [
      accounts('infer'),
      accounts('quarantine'),
      accounts('infer', 'load: full', 'max_delete: 70%'),
    ],
    columns: {
      LoyaltyID: values('L1, L2, L3'),
      CustomerID: IDS,
      Points: values('10, 950, 1200', 'x', ''),
      Tier: values('Low, High', 'Middle'),
    },
  },
}
