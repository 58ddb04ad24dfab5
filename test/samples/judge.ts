import type { Read, Table } from './read-back.ts'

type Check = (value: string) => string | undefined

/** What the retail contracts ask of each column, said a second time and on purpose without them. */
interface Rules {
  readonly required: readonly string[]
  readonly checks: Readonly<Record<string, Check>>
  readonly key: readonly string[]
  readonly order?: string
}

const amount: Check = (value) => {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return 'not_a_number'
  if (/\.\d{3}/.test(value)) return 'too_precise'
  return Number(value) < 0 ? 'too_small' : undefined
}
const whole: Check = (value) => (/^-?\d+$/.test(value) ? undefined : 'not_a_number')
const points: Check = (value) => whole(value) ?? (Number(value) < 0 ? 'too_small' : undefined)
const isDay = (value: string) => {
  const time = Date.parse(`${value}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
}
const date: Check = (value) => (/^\d{4}-\d\d-\d\d$/.test(value) && isDay(value) ? undefined : 'not_a_date')
const time: Check = (value) =>
  /^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(value) && isDay(value.slice(0, 10))
    ? undefined
    : 'not_a_time'
const oneOf =
  (...allowed: string[]): Check =>
  (value) =>
    allowed.includes(value) ? undefined : 'not_allowed'
const email: Check = (value) =>
  value === 'N/A' || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value) ? undefined : 'not_an_email'
const payment = oneOf('Credit Card', 'Debit Card', 'Gift Card', 'PayPal')
const tier: Check = (value) => oneOf('bronze', 'silver', 'gold', 'platinum')(value.toLowerCase())

export const rules: Readonly<Record<string, Rules>> = {
  'Customers.csv': { key: ['CustomerID'], required: ['CustomerID', 'Name'], checks: { Email: email } },
  'Products.csv': { key: ['ProductID'], required: ['ProductID', 'Name'], checks: { Price: amount } },
  'Stores.csv': { key: ['StoreID'], required: ['StoreID', 'Location'], checks: {} },
  'Agents.csv': {
    key: ['AgentID'],
    required: ['AgentID', 'Name'],
    checks: { Shift: oneOf('Morning', 'Afternoon', 'Evening', 'Night') },
  },
  'OnlineTransactions.csv': {
    key: ['OrderID'],
    order: 'DateTime',
    required: ['OrderID', 'CustomerID', 'ProductID', 'DateTime', 'Amount'],
    checks: {
      DateTime: time,
      Amount: amount,
      PaymentMethod: payment,
      Status: oneOf('Completed', 'Pending', 'Failed'),
    },
  },
  'InStoreTransactions.csv': {
    key: ['TransactionID'],
    order: 'DateTime',
    required: ['TransactionID', 'CustomerID', 'StoreID', 'DateTime', 'Amount'],
    checks: { DateTime: time, Amount: amount, PaymentMethod: payment },
  },
  'CustomerServiceInteractions.csv': {
    key: ['InteractionID'],
    order: 'DateTime',
    required: ['InteractionID', 'CustomerID', 'DateTime', 'IssueType'],
    checks: { DateTime: time, ResolutionStatus: oneOf('Resolved', 'Pending', 'Escalated') },
  },
  'LoyaltyAccounts.csv': {
    key: ['LoyaltyID'],
    required: ['LoyaltyID', 'CustomerID', 'JoinDate'],
    checks: { PointsEarned: points, TierLevel: tier, JoinDate: date },
  },
  'LoyaltyTransactions.csv': {
    key: ['LoyaltyID', 'DateTime'],
    required: ['LoyaltyID', 'DateTime', 'PointsChange'],
    checks: { DateTime: time, PointsChange: whole },
  },
}

export type Row = Readonly<Record<string, string>>

export const rowOf = (table: Table, { fields }: Read): Row =>
  Object.fromEntries(table.header.map((name, i) => [name, (fields[i] ?? '').trim()]))

/** Everything wrong with a record, as `column: reason`, or `reason` where it has no fields. */
export function reasonsOf(file: string, table: Table, read: Read, products: ReadonlySet<string>): string[] {
  if (read.torn !== undefined) return [read.torn]
  const row = rowOf(table, read)
  const { required, checks } = rulesOf(file)
  const found = table.header.flatMap((column) => {
    const value = row[column] ?? ''
    if (value === '' || (column === 'Name' && value === 'N/A'))
      return required.includes(column) ? [`${column}: missing`] : []
    const reason = checks[column]?.(value)
    return reason === undefined ? [] : [`${column}: ${reason}`]
  })
  const { ProductID } = row
  const orphan = file === 'OnlineTransactions.csv' && ProductID && !products.has(ProductID)
  return orphan ? [...found, 'ProductID: orphan'] : found
}

/** Of the good records of each key the newest stays; gives the rows of the others. */
export function supersededRows(file: string, table: Table, good: readonly Read[]): number[] {
  const { key, order } = rulesOf(file)
  const newest = new Map<string, Read>()
  const losers: number[] = []
  for (const read of good) {
    const row = rowOf(table, read)
    const id = key.map((column) => row[column]).join('|')
    const other = newest.get(id)
    const older = other && order && (rowOf(table, other)[order] ?? '') > (row[order] ?? '')
    if (!older) newest.set(id, read)
    if (other) losers.push(older ? read.row : other.row)
  }
  return losers.sort((a, b) => a - b)
}

function rulesOf(file: string): Rules {
  const found = rules[file]
  if (!found) throw new RangeError(`no rules for ${file}`)
  return found
}
