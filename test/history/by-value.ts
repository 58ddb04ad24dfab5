import type { LabFiles } from '../support/lab.ts'
import { configs, fileText, plainPath, type ShopSource } from './shop.ts'
import { values, type World } from './world.ts'

/** Two sources of customers, and others that know them by e-mail address or phone number, with or without an id. */
const contract = (source: string, head: readonly string[], columns: readonly string[]): string =>
  [`files: ${source}-*.csv`, ...head, 'columns:', ...columns.map((line) => `  ${line}`), ''].join('\n')

const EMAIL = 'Email: { field: email, clean: [email] }'
const PHONE = 'Phone: { field: phone, clean: [{ phone: "+44" }] }'

const customers = (key: string, more: readonly string[] = [], email = EMAIL): string =>
  contract('customers', ['entity: customer', `key: [${key}]`, ...more], ['ID: customer_id', email, PHONE])

const members = (...more: readonly string[]): string =>
  contract(
    'members',
    ['entity: customer', 'key: [customer_id]', ...more],
    ['ID: customer_id', EMAIL, 'Name: name'],
  )

const guests = (id: string, email: string, ...more: readonly string[]): string =>
  contract(
    'guests',
    ['entity: transaction', 'set: { channel: online }', ...more],
    ['ID: transaction_id', `Customer: ${id}`, `Email: ${email}`, 'At: occurred_at', 'Amount: amount'],
  )

const visits = (...columns: readonly string[]): string =>
  contract(
    'visits',
    ['entity: web_session', 'key: [session_id]'],
    ['ID: session_id', ...columns, 'At: { field: started_at, required: true }'],
  )

const accounts = (by: string, ...more: readonly string[]): string =>
  contract(
    'accounts',
    ['entity: loyalty_account', 'key: [loyalty_id]', ...more],
    ['ID: loyalty_id', by, 'Points: points_earned'],
  )

/** Few of each, so that values meet, and two customers now and then have the same. */
const IDS = values('C1, C2, C3', '')
const EMAILS = values('a@example.com, B@example.com, b@example.com, c@example.com', 'nobody', '', '')
const PHONES = values('0201, +44201, 0202', 'none', '')
const TIMES = values('2024-01-01 10:00:00, 2024-01-02 10:00:00', '')
const BY_EMAIL = '{ field: customer_id, by: email }'
const BY_PHONE = '{ field: customer_id, by: phone, clean: [{ phone: "+44" }] }'
const source = (
  name: string,
  contracts: readonly string[],
  columns: ShopSource['columns'],
): [string, ShopSource] => [name, { contracts, columns, optional: [], path: plainPath(name) }]

const sources: Readonly<Record<string, ShopSource>> = Object.fromEntries([
  source(
    'customers',
    [
      customers('customer_id'),
      customers('customer_id', ['precedence: 300']),
      customers('customer_id', ['id_space: elsewhere']),
      customers('customer_id', [], 'Email: email'),
      customers('email'),
      customers('customer_id', ['load: full', 'max_delete: 60%']),
      customers('customer_id', [], 'Email: { type: text }').replace(PHONE, 'Phone: { type: text }'),
    ],
    { ID: IDS, Email: EMAILS, Phone: PHONES },
  ),
  source('members', [members(), members('precedence: 50'), members('id_space: club')], {
    ID: IDS,
    Email: EMAILS,
    Name: values('Ann, Bob'),
  }),
  source(
    'guests',
    [
      guests('{ type: text }', BY_EMAIL, 'key: [transaction_id]'),
      guests('customer_id', BY_EMAIL, 'key: [transaction_id]'),
      guests('{ field: customer_id, orphan: quarantine }', BY_EMAIL, 'load: append'),
      guests('customer_id', '{ type: text }', 'key: [transaction_id]'),
      guests('{ type: text }', BY_EMAIL, 'key: [customer_email, occurred_at]'),
      guests('customer_id', BY_EMAIL, 'key: [transaction_id]', 'id_space: elsewhere'),
    ],
    {
      ID: values('1, 2, 3, 4'),
      Customer: IDS,
      Email: EMAILS,
      At: TIMES,
      Amount: values('1.00, 2.50, -3', 'much'),
    },
  ),
  source(
    'visits',
    [
      visits('Customer: customer_id', `Email: ${BY_EMAIL}`, `Phone: ${BY_PHONE}`),
      visits('Customer: { type: text }', `Phone: ${BY_PHONE}`, `Email: ${BY_EMAIL}`),
      visits(
        'Customer: customer_id',
        'Email: { type: text, references: customer, by: email }',
        `Phone: ${BY_PHONE}`,
      ),
    ],
    { ID: values('V1, V2, V3'), Customer: IDS, Email: EMAILS, Phone: PHONES, At: TIMES },
  ),
  source(
    'accounts',
    [
      accounts(`Phone: ${BY_PHONE}`),
      accounts(`Phone: ${BY_PHONE}`, 'load: full', 'max_delete: 60%'),
      accounts(`Email: ${BY_EMAIL}`),
    ],
    { ID: values('L1, L2, L3'), Phone: PHONES, Email: EMAILS, Points: values('10, 20', 'x') },
  ),
])

/** A reference that goes by a value is nowhere stored but in what is made of it. */
const visitsByCustomer = `/* Visits by customer
description: Visits of each customer
grain: [customer_id]
reconciles: { visits: count(conformed.web_sessions) where customer_id is not null }
columns: { customer_id: Customer, visits: Number of visits }
*/
select customer_id, count(*) as visits from conformed.web_sessions where customer_id is not null group by customer_id
`

const project = (kinds: readonly string[]): LabFiles => ({
  config: configs[0] ?? '',
  contracts: Object.fromEntries(kinds.map((name) => [name, sources[name]?.contracts[0] ?? ''])),
  models: { visits_by_customer: visitsByCustomer },
  only: ['dim_customers', 'dim_loyalty_accounts', 'fact_transactions', 'visits_by_customer'],
})

/** Most of what happens happens to the customers: they come late, change their addresses, share them and part again; contracts of both sides change. */
export const byValue: World = {
  sources,
  kinds: Object.fromEntries(
    Object.entries(sources).map(([name, of]) => [
      name,
      { sources: [name], path: of.path, draw: (random) => fileText(of, random), bytes: (text) => text },
    ]),
  ),
  families: [
    ['customers', 'customers', 'guests'],
    ['customers', 'members', 'guests'],
    ['customers', 'customers', 'visits'],
    ['customers', 'members', 'accounts'],
  ],
  configs,
  weights: {
    write: 50,
    move: 5,
    return: 5,
    file: 14,
    contract: 14,
    config: 0,
    edit: 6,
    dismiss: 2,
    reopen: 1,
    rollback: 2,
    unpin: 1,
  },
  late: 0.25,
  project,
}
