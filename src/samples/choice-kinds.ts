import type { Cell, SheetColumn } from '../workbook/index.ts'
import { beyondHeader, type CellKind, cellKindsFor, emptyRow, rowAgain } from './cell-kinds.ts'
import { dateText, dateTimeText } from './cell-text.ts'

/** The four workbooks with their columns, exactly as the source exports them. */
export const bookHeaders = {
  master: [
    'customer_id',
    'name',
    'email',
    'phone',
    'address',
    'city',
    'state',
    'signup_date',
    'email_opt_in',
    'sms_opt_in',
  ],
  support: ['ticket_id', 'customer_id', 'issue_type', 'created_at', 'resolved_at', 'satisfaction_score'],
  transactions: [
    'transaction_id',
    'customer_id',
    'transaction_date',
    'amount',
    'payment_method',
    'store_location',
  ],
  web: ['session_id', 'customer_id', 'session_start', 'pages_viewed', 'session_duration', 'device_type'],
} as const satisfies Record<string, readonly string[]>

export type Book = keyof typeof bookHeaders

export const bookNames: Readonly<Record<Book, string>> = {
  master: 'Customer_master.xlsx',
  support: 'Customer_support.xlsx',
  transactions: 'Transaction.xlsx',
  web: 'Web_Interactions.xlsx',
}

const wide: Readonly<Record<string, number>> = { name: 26, email: 34, address: 34, transaction_date: 30 }
const dated = ['signup_date', 'created_at', 'resolved_at', 'session_start']

export const bookColumns = (book: Book): SheetColumn[] =>
  bookHeaders[book].map((header) => ({
    header,
    width: wide[header] ?? (dated.includes(header) ? 20 : Math.max(12, header.length + 2)),
  }))

/** Unknown customers of the workbooks are numbered from here: far beyond any known one, and any of the CSV files. */
const UNKNOWN = 950_000_000

function masterKinds(): CellKind[] {
  const { put, wrong, missing, unavailable, untidy, lost, ...more } = cellKindsFor(bookHeaders.master)
  const moved = put('email', (email) => `old.${email}`)
  return [
    missing('missing_id', 'customer_id'),
    missing('missing_name', 'name'),
    wrong('null_word_in_required', 'name', 'missing', 'N/A'),
    unavailable('name'),
    wrong(
      'email_without_at',
      'email',
      'not_an_email',
      (_, row) => `${String(row[1]).split(' ')[0]}.example.com`,
    ),
    wrong('nonsense_date', 'signup_date', 'not_a_date', 'soon'),
    wrong('impossible_date', 'signup_date', 'not_a_date', '2024-02-30'),
    wrong('foreign_date', 'signup_date', 'not_a_date', '13/02/2025'),
    wrong('undecided_opt_in', 'email_opt_in', 'not_a_boolean', 'maybe'),
    untidy('date_as_text', 'signup_date', dateText),
    untidy('mixed_case_email', 'email', (email) => String(email).toUpperCase()),
    untidy('lower_case_state', 'state', (state) => String(state).toLowerCase()),
    untidy('inner_spaces', 'name', (name) => String(name).replaceAll(' ', '   ')),
    untidy('null_word', 'email', 'N/A'),
    untidy('dash', 'address', '-'),
    untidy('error_cell', 'email', { error: '#N/A' }),
    untidy('empty_optional', 'phone', null),
    lost('null_word', 'city', 'N/A'),
    lost('empty_optional', 'state'),
    lost('empty_optional', 'signup_date'),
    lost('empty_optional', 'sms_opt_in'),
    more.spaces('name'),
    more.noBreakSpaces('name'),
    more.numberAsText('customer_id'),
    emptyRow,
    beyondHeader,
    rowAgain,
    more.updatedLater(moved),
    more.updatedLater((row) => put('phone', null)(put('city', 'Springfield')(moved(row)))),
  ]
}

/** Where two sources describe one customer: what the other one says is believed. */
export function conflictKinds(): CellKind[] {
  const { untidy } = cellKindsFor(bookHeaders.master)
  const note = 'Customers.csv says otherwise, and is believed'
  return [
    untidy('conflicting_email', 'email', (email) => `new.${email}`, note),
    untidy('conflicting_name', 'name', (name) => `${name} Whitfield`, note),
  ]
}

const HOUR_MS = 3_600_000
const before = (cell: Cell): Cell =>
  typeof cell === 'object' && cell !== null && 'dateTime' in cell
    ? { dateTime: cell.dateTime - 2 * HOUR_MS }
    : cell

function supportKinds(stranger: () => number): CellKind[] {
  const { put, wrong, missing, unavailable, untidy, lost, ...more } = cellKindsFor(bookHeaders.support)
  return [
    missing('missing_id', 'ticket_id'),
    missing('missing_customer', 'customer_id'),
    missing('missing_issue', 'issue_type'),
    missing('missing_time', 'created_at'),
    unavailable('issue_type'),
    wrong('impossible_date', 'created_at', 'not_a_time', '2025-02-30 10:00:00'),
    wrong('resolved_is_text', 'resolved_at', 'not_a_time', 'yesterday'),
    wrong('resolved_before_opened', 'resolved_at', 'before_opened_at', (_, row) => before(row[3])),
    wrong('score_too_low', 'satisfaction_score', 'too_small', 0),
    wrong('score_too_high', 'satisfaction_score', 'too_large', 6),
    wrong('score_fractional', 'satisfaction_score', 'not_a_number', 4.5),
    wrong('score_is_text', 'satisfaction_score', 'not_a_number', 'good'),
    untidy('date_as_text', 'created_at', dateTimeText),
    lost('empty_optional', 'satisfaction_score'),
    more.errorCell('satisfaction_score'),
    more.spaces('issue_type'),
    more.noBreakSpaces('ticket_id'),
    more.numberAsText('customer_id'),
    strange(untidy, stranger),
    emptyRow,
    beyondHeader,
    rowAgain,
    more.updatedLater((row) => put('resolved_at', null)(put('satisfaction_score', null)(row))),
  ]
}

function transactionKinds(stranger: () => number): CellKind[] {
  const { put, wrong, missing, unavailable, untidy, lost, ...more } = cellKindsFor(bookHeaders.transactions)
  return [
    missing('missing_id', 'transaction_id'),
    missing('missing_customer', 'customer_id'),
    missing('missing_amount', 'amount'),
    missing('missing_time', 'transaction_date'),
    unavailable('amount'),
    wrong('amount_is_text', 'amount', 'not_a_number', 'abc'),
    wrong('amount_too_precise', 'amount', 'too_precise', '59.905'),
    wrong('impossible_date', 'transaction_date', 'not_a_time', 'Date: 2025-02-30 10:00:00.000'),
    wrong('nonsense_date', 'transaction_date', 'not_a_time', 'Date: unknown'),
    wrong('foreign_date', 'transaction_date', 'not_a_time', 'Date: 13/02/2025'),
    wrong('unknown_payment_method', 'payment_method', 'not_allowed', 'Barter'),
    untidy('amount_as_number', 'amount', (text) => Number(String(text).replaceAll(/[$,]/g, ''))),
    untidy('empty_optional', 'payment_method', null),
    untidy('empty_optional', 'store_location', null),
    untidy('error_cell', 'store_location', { error: '#N/A' }),
    more.spaces('payment_method'),
    more.noBreakSpaces('amount'),
    more.numberAsText('customer_id'),
    strange(untidy, stranger),
    emptyRow,
    beyondHeader,
    rowAgain,
    more.updatedLater(put('amount', (text) => String(text).replace(/\d/, '9$&'))),
  ]
}

function webKinds(stranger: () => number): CellKind[] {
  const { put, wrong, missing, unavailable, untidy, lost, ...more } = cellKindsFor(bookHeaders.web)
  return [
    missing('missing_id', 'session_id'),
    missing('missing_customer', 'customer_id'),
    missing('missing_time', 'session_start'),
    unavailable('session_start'),
    wrong('impossible_date', 'session_start', 'not_a_time', '2025-02-30 10:00:00'),
    wrong('pages_negative', 'pages_viewed', 'too_small', -3),
    wrong('pages_are_text', 'pages_viewed', 'not_a_number', 'many'),
    wrong('duration_negative', 'session_duration', 'too_small', -60),
    wrong('duration_fractional', 'session_duration', 'not_a_number', 12.5),
    wrong('unknown_device', 'device_type', 'not_allowed', 'Fridge'),
    untidy('date_as_text', 'session_start', dateTimeText),
    lost('empty_optional', 'pages_viewed'),
    lost('empty_optional', 'device_type'),
    more.errorCell('session_duration'),
    more.spaces('device_type'),
    more.numberAsText('pages_viewed'),
    strange(untidy, stranger),
    emptyRow,
    beyondHeader,
    rowAgain,
    more.updatedLater(put('session_duration', 0)),
  ]
}

const strange = (
  untidy: (name: string, column: string, change: () => Cell, note: string) => CellKind,
  stranger: () => number,
): CellKind => ({
  ...untidy('unknown_customer', 'customer_id', stranger, 'the customer is to be inferred'),
  stranger: true,
})

/** All that can go wrong, workbook by workbook. Unknown customers are numbered anew at each call. */
export function bookKinds(): Record<Book, readonly CellKind[]> {
  let last = UNKNOWN
  const stranger = () => ++last
  return {
    master: masterKinds(),
    support: supportKinds(stranger),
    transactions: transactionKinds(stranger),
    web: webKinds(stranger),
  }
}
