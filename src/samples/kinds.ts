import { earlier } from './calendar.ts'
import {
  blankLine,
  csvLine,
  duplicateRow,
  type Kind,
  kindsFor,
  staleLater,
  tooFewFields,
  torn,
  trailingEmptyFields,
  updatedLater,
} from './dirt.ts'

/** The nine files with their columns, exactly as the source exports them. */
export const headers = {
  customers: ['CustomerID', 'Name', 'Email', 'Address'],
  products: ['ProductID', 'Name', 'Category', 'Price'],
  stores: ['StoreID', 'Location', 'Manager', 'OpenHours'],
  agents: ['AgentID', 'Name', 'Department', 'Shift'],
  online: ['OrderID', 'CustomerID', 'ProductID', 'DateTime', 'PaymentMethod', 'Amount', 'Status'],
  inStore: ['TransactionID', 'CustomerID', 'StoreID', 'DateTime', 'Amount', 'PaymentMethod'],
  interactions: ['InteractionID', 'CustomerID', 'DateTime', 'AgentID', 'IssueType', 'ResolutionStatus'],
  accounts: ['LoyaltyID', 'CustomerID', 'PointsEarned', 'TierLevel', 'JoinDate'],
  movements: ['LoyaltyID', 'DateTime', 'PointsChange', 'Reason'],
} as const satisfies Record<string, readonly string[]>

export type Source = keyof typeof headers

export const fileNames: Readonly<Record<Source, string>> = {
  customers: 'Customers.csv',
  products: 'Products.csv',
  stores: 'Stores.csv',
  agents: 'Agents.csv',
  online: 'OnlineTransactions.csv',
  inStore: 'InStoreTransactions.csv',
  interactions: 'CustomerServiceInteractions.csv',
  accounts: 'LoyaltyAccounts.csv',
  movements: 'LoyaltyTransactions.csv',
}

const spaced = (text: string): string => `  ${text} `
const shouted = (text: string): string => text.toUpperCase()
const thirdDecimal = (amount: string): string => `${amount}5`
const negative = (amount: string): string => `-${amount}`

/** An unclosed quote before the last field: what follows on the line belongs to no field for certain. */
const openQuote = (fields: readonly string[]): string => `${csvLine(fields.slice(0, -1))},"${fields.at(-1)}`

function customerKinds(): Kind[] {
  const { put, wrong, missing, untidy } = kindsFor(headers.customers)
  const latin1 = put('Name', (name) => `${name} Andr\u00e9`)
  const moved = put('Email', (email) => `old.${email}`)
  return [
    missing('missing_id', 'CustomerID'),
    missing('missing_name', 'Name'),
    wrong('null_word_in_required', 'Name', 'missing', 'N/A'),
    wrong('email_without_at', 'Email', 'not_an_email', (email) => email.replace('@', '')),
    tooFewFields(2),
    torn('too_many_fields', 'too_many_fields', (fields) => fields.join(','), {
      note: 'the address is not quoted',
    }),
    torn('broken_quote', 'broken_quote', openQuote, { note: 'later lines have quoted fields' }),
    torn('invalid_encoding', 'invalid_encoding', (fields) => Buffer.from(csvLine(latin1(fields)), 'latin1')),
    torn('nul_byte', 'nul_byte', (fields) => csvLine(put('Name', (name) => `${name}\0`)(fields))),
    untidy('extra_spaces', 'Name', (name) => `  ${name.replaceAll(' ', '   ')} `),
    untidy('mixed_case_email', 'Email', shouted),
    untidy('null_word', 'Email', 'N/A'),
    untidy('dash', 'Address', '-'),
    untidy('empty_optional', 'Email', ''),
    untidy('quoted_newline', 'Address', (address) => address.replace(', ', ',\n')),
    trailingEmptyFields,
    blankLine,
    duplicateRow,
    updatedLater(moved),
  ]
}

function productKinds(): Kind[] {
  const { put, wrong, missing, untidy } = kindsFor(headers.products)
  return [
    missing('missing_name', 'Name'),
    wrong('amount_is_text', 'Price', 'not_a_number', 'abc'),
    wrong('amount_too_precise', 'Price', 'too_precise', thirdDecimal),
    wrong('amount_negative', 'Price', 'too_small', negative),
    untidy('untidy_category', 'Category', (category) => `  ${category.toLowerCase().replaceAll(' ', '   ')}`),
    duplicateRow,
    updatedLater(put('Price', (price) => `1${price}`)),
  ]
}

function storeKinds(): Kind[] {
  const { missing, untidy } = kindsFor(headers.stores)
  return [
    missing('missing_location', 'Location'),
    tooFewFields(2),
    untidy('extra_spaces', 'Location', spaced),
    duplicateRow,
  ]
}

function agentKinds(): Kind[] {
  const { wrong, missing, untidy } = kindsFor(headers.agents)
  return [
    missing('missing_name', 'Name'),
    wrong('unknown_shift', 'Shift', 'not_allowed', 'Sometimes'),
    untidy('extra_spaces', 'Name', spaced),
    duplicateRow,
  ]
}

/** Unknown things are numbered from here: far beyond any known one. */
const UNKNOWN = 900_000_000

function numbered(): () => string {
  let last = UNKNOWN
  return () => String(++last)
}

/** What both kinds of sales can suffer; `stranger` numbers the customers nobody knows. */
function saleKinds(header: typeof headers.online | typeof headers.inStore, stranger: () => string): Kind[] {
  const { put, wrong, missing, untidy } = kindsFor(header)
  return [
    missing('missing_id', header[0]),
    missing('missing_customer', 'CustomerID'),
    missing('missing_amount', 'Amount'),
    missing('missing_time', 'DateTime'),
    wrong('amount_is_text', 'Amount', 'not_a_number', 'abc'),
    wrong('amount_too_precise', 'Amount', 'too_precise', thirdDecimal),
    wrong('amount_negative', 'Amount', 'too_small', negative),
    wrong('impossible_date', 'DateTime', 'not_a_time', '2025-02-30 10:00:00'),
    wrong('foreign_date', 'DateTime', 'not_a_time', '13/02/2025'),
    wrong('unknown_payment_method', 'PaymentMethod', 'not_allowed', 'Barter'),
    tooFewFields(4),
    torn(
      'too_many_fields',
      'too_many_fields',
      (fields) => put('Amount', (amount) => `1,${amount}`)(fields).join(','),
      {
        note: 'a thousands separator in an amount that is not quoted',
      },
    ),
    {
      ...untidy('unknown_customer', 'CustomerID', stranger, 'the customer is to be inferred'),
      stranger: true,
    },
    untidy('extra_spaces', 'PaymentMethod', spaced),
    untidy('empty_optional', 'PaymentMethod', ''),
    trailingEmptyFields,
    blankLine,
    duplicateRow,
  ]
}

function onlineKinds(stranger: () => string): Kind[] {
  const { put, wrong, missing } = kindsFor(headers.online)
  const older = (fields: readonly string[]) =>
    put(
      'Status',
      'Pending',
    )(put('Amount', (amount) => `1${amount}`)(put('DateTime', (at) => earlier(at, 30))(fields)))
  return [
    ...saleKinds(headers.online, stranger),
    missing('missing_product', 'ProductID'),
    wrong('orphan_product', 'ProductID', 'orphan', numbered()),
    wrong('unknown_status', 'Status', 'not_allowed', 'Shipped'),
    torn('nul_byte', 'nul_byte', (fields) => csvLine(put('Status', 'Comp\0leted')(fields))),
    torn('broken_quote', 'broken_quote', openQuote, { once: true, note: 'no further quote in the file' }),
    updatedLater(older),
    staleLater(older),
  ]
}

function inStoreKinds(stranger: () => string): Kind[] {
  const { put, missing } = kindsFor(headers.inStore)
  const older = (fields: readonly string[]) =>
    put('Amount', (amount) => `1${amount}`)(put('DateTime', (at) => earlier(at, 30))(fields))
  return [
    ...saleKinds(headers.inStore, stranger),
    missing('missing_store', 'StoreID'),
    updatedLater(older),
    staleLater(older),
  ]
}

function interactionKinds(): Kind[] {
  const { put, wrong, missing, untidy } = kindsFor(headers.interactions)
  return [
    missing('missing_id', 'InteractionID'),
    missing('missing_customer', 'CustomerID'),
    missing('missing_issue', 'IssueType'),
    wrong('impossible_date', 'DateTime', 'not_a_time', '2025-02-30 10:00:00'),
    wrong('unknown_status', 'ResolutionStatus', 'not_allowed', 'Parked'),
    untidy('extra_spaces', 'ResolutionStatus', spaced),
    untidy('empty_optional', 'AgentID', ''),
    duplicateRow,
    updatedLater(put('ResolutionStatus', (now) => (now === 'Pending' ? 'Escalated' : 'Pending'))),
  ]
}

function accountKinds(): Kind[] {
  const { wrong, missing, untidy } = kindsFor(headers.accounts)
  return [
    missing('missing_customer', 'CustomerID'),
    wrong('points_are_text', 'PointsEarned', 'not_a_number', 'many'),
    wrong('points_fractional', 'PointsEarned', 'not_a_number', '12.5'),
    wrong('points_negative', 'PointsEarned', 'too_small', (points) => String(-1 - Number(points))),
    wrong('unknown_tier', 'TierLevel', 'not_allowed', 'Diamond'),
    wrong('nonsense_date', 'JoinDate', 'not_a_date', 'soon'),
    untidy('lower_case_tier', 'TierLevel', (tier) => tier.toLowerCase()),
    duplicateRow,
  ]
}

function movementKinds(): Kind[] {
  const { wrong, missing } = kindsFor(headers.movements)
  return [
    missing('missing_id', 'LoyaltyID'),
    missing('missing_points', 'PointsChange'),
    wrong('points_are_text', 'PointsChange', 'not_a_number', 'many'),
    wrong('points_fractional', 'PointsChange', 'not_a_number', '12.5'),
    wrong('impossible_date', 'DateTime', 'not_a_time', '2025-02-30 10:00:00'),
    duplicateRow,
  ]
}

/** All that can go wrong, file by file. Unknown customers and products are numbered anew at each call. */
export function allKinds(): Record<Source, Kind[]> {
  const stranger = numbered()
  return {
    customers: customerKinds(),
    products: productKinds(),
    stores: storeKinds(),
    agents: agentKinds(),
    online: onlineKinds(stranger),
    inStore: inStoreKinds(stranger),
    interactions: interactionKinds(),
    accounts: accountKinds(),
    movements: movementKinds(),
  }
}
