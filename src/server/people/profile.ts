import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { C360Error } from '../../errors.ts'
import type { Cell } from '../../semantic/types.ts'
import { type GoldColumn, goldColumns } from '../reading/gold-columns.ts'
import type { Row } from '../reading/session-pool.ts'
import type { Lease } from '../reading/snapshot.ts'
import { cellOf } from '../reading/tables.ts'
import { type Contacts, maskedSql } from './contacts.ts'
import type { ProfileReader } from './profile-reader.ts'

export interface ProfileAnswer {
  readonly customer: Record<string, Cell>
  readonly masked: string[]
  readonly sourceIds: { source: string; id: string; file: string; row: number }[]
  readonly purchasesByMonth: { month: string; channel: string; orders: number; amount: number }[]
  readonly openTickets: {
    id: string
    openedAt: string
    issueType: string | null
    status: string | null
    ageDays: number
  }[]
  readonly suggestion: { action: string; reason: string } | null
}

export interface Reading {
  readonly lease: Lease
  readonly reader: ProfileReader
  readonly contacts: Contacts
  readonly signal: AbortSignal
}

const NOBODY = 'There is no such customer.'

/** Everything about one customer but the timeline. NOT_FOUND when there is no such customer. */
export async function profileOf(
  { lease, reader, contacts, signal }: Reading,
  id: string,
): Promise<ProfileAnswer> {
  const columns = await goldColumns(lease, 'customer_360', signal)
  const isMasked = (name: string) => contacts.isContact('customer_360', name)
  const shown = columns.map(({ name }) =>
    isMasked(name) ? `${maskedSql(d, name)} as ${d.ident(name)}` : d.ident(name),
  )
  const [[row], sourceIds, purchases, tickets] = await Promise.all([
    reader.rows(`select ${shown.join(', ')} from ${reader.customer(id)}`, signal),
    reader.rows(
      `select source, id, file, file_row from ${reader.sourceIds(id)} order by source, file, file_row`,
      signal,
    ),
    reader.rows(purchasesSql(reader, id), signal),
    reader.rows(`select * from ${reader.openTickets(id)} order by opened_at, id`, signal),
  ])
  if (!row) throw new C360Error('NOT_FOUND', NOBODY, { hint: 'Search for the customer by name.' })
  return {
    customer: customerOf(columns, row),
    masked: columns.map(({ name }) => name).filter((name) => isMasked(name) && row[name] !== null),
    sourceIds: sourceIds.map((one) => ({
      source: String(one.source),
      id: String(one.id),
      file: String(one.file),
      row: Number(one.file_row),
    })),
    purchasesByMonth: purchases.map((one) => ({
      month: String(one.month),
      channel: String(one.channel),
      orders: Number(one.orders),
      amount: Number(one.amount),
    })),
    openTickets: tickets.map((one) => ({
      id: String(one.id),
      openedAt: String(one.opened_at).replace(' ', 'T'),
      issueType: textOf(one.issue_type),
      status: textOf(one.status),
      ageDays: Number(one.age_days),
    })),
    suggestion: suggestionOf(row),
  }
}

/** Sales are counted by line in the timeline and by order here, as everywhere. */
const purchasesSql = (reader: ProfileReader, id: string): string =>
  `select cast(cast(date_trunc('month', moment) as date) as varchar) as month, channel, count(distinct order_key) as orders, sum(amount) as amount from ${reader.events(id)} where kind in ('online', 'in_store', 'other_sale') and counted and moment is not null group by all order by month, channel`

const customerOf = (columns: readonly GoldColumn[], row: Row): Record<string, Cell> =>
  Object.fromEntries(columns.map(({ name, type }) => [name, cellOf(row[name], type)]))

function suggestionOf(row: Row): ProfileAnswer['suggestion'] {
  const action = textOf(row.suggested_action)
  return action === null ? null : { action, reason: textOf(row.suggested_reason) ?? '' }
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value)

/** The contacts of one customer in clear. NOT_FOUND when there is no such customer. */
export async function revealedContacts(
  { lease, reader, contacts, signal }: Reading,
  id: string,
): Promise<Record<string, Cell>> {
  const columns = await goldColumns(lease, 'customer_360', signal)
  const hidden = columns.filter(({ name }) => contacts.isContact('customer_360', name))
  const list = ['customer_id', ...hidden.map(({ name }) => name)].map(d.ident)
  const [row] = await reader.rows(`select ${list.join(', ')} from ${reader.customer(id)}`, signal)
  if (!row) throw new C360Error('NOT_FOUND', NOBODY)
  return customerOf(hidden, row)
}
