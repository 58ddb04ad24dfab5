import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { EXTRA, type Lease, type Row } from '../reading/snapshot.ts'
import { type Contacts, maskedSql } from './contacts.ts'

const TABLE = `${EXTRA}.main.people`

export interface Found {
  readonly customerId: string
  readonly name: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly city: string | null
  readonly segment: string | null
  readonly matched: 'id' | 'name' | 'email' | 'phone'
}

/**
 * Customers by id, by the beginning of any words of the name (case and accents do not matter), by the beginning of the e-mail
 * address, or by the last four or more digits of the phone. Best matches first. Contacts are masked.
 */
export async function searchCustomers(
  lease: Lease,
  contacts: Contacts,
  text: string,
  limit: number,
  signals: { readonly request: AbortSignal; readonly closing: AbortSignal },
): Promise<Found[]> {
  await lease.once('people', () => makePeople(lease, signals.closing))
  const rows = await lease.rows(findSql(contacts, text, limit), signals.request)
  return rows.map(foundOf)
}

/** Made at the first search of a version, in memory: folding accents anew for every search would cost more than the search. */
const makePeople = (lease: Lease, signal: AbortSignal): Promise<unknown> =>
  lease.rows(
    `create table if not exists ${TABLE} as select customer_id, lower(customer_id) as id, ' ' || ${folded('name')} as folded, lower(email) as mail, regexp_replace(phone, '[^0-9]', '', 'g') as digits from gold.dim_customers`,
    signal,
  )

const folded = (x: string): string =>
  `lower(strip_accents(regexp_replace(${x}, '[^\\p{L}\\p{N}]+', ' ', 'g')))`

function findSql(contacts: Contacts, text: string, limit: number): string {
  const wanted = text.trim().toLowerCase()
  const words = wordsOf(wanted)
  const digits = wanted.replaceAll(/\D/g, '')
  const isPhone = digits.length >= 4 && /^[\d\s()+./-]+$/.test(wanted)
  const id = d.literal(wanted)
  const name =
    words.length === 0
      ? 'false'
      : words.map((word) => `contains(folded, ${d.literal(` ${word}`)})`).join(' and ')
  const place = `case when id = ${id} then 1 when mail = ${id} then 2 when ${isPhone ? `ends_with(digits, ${d.literal(digits)})` : 'false'} then 3 when starts_with(mail, ${id}) then 4 when starts_with(folded, ${d.literal(` ${words[0] ?? ''}`)}) and ${name} then 5 when ${name} then 6 when starts_with(id, ${id}) then 7 end`
  const shown = (column: string) =>
    contacts.isContact('customer_360', column) ? `${maskedSql(d, column)} as ${column}` : column
  return `with hits as (
    select customer_id, ${place} as place, folded from ${TABLE} where place is not null
    order by place, folded, customer_id limit ${limit}
  )
  select c.customer_id, ${['name', 'email', 'phone', 'city'].map(shown).join(', ')}, customer_segment, place
  from hits join gold.customer_360 c on c.customer_id = hits.customer_id
  order by place, folded, c.customer_id`
}

/** The words of a search as `folded` writes those of a name. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 8)

const PLACES: Readonly<Record<number, Found['matched']>> = {
  1: 'id',
  2: 'email',
  3: 'phone',
  4: 'email',
  5: 'name',
  6: 'name',
  7: 'id',
}

const foundOf = (row: Row): Found => ({
  customerId: String(row.customer_id),
  name: textOf(row.name),
  email: textOf(row.email),
  phone: textOf(row.phone),
  city: textOf(row.city),
  segment: textOf(row.customer_segment),
  matched: PLACES[Number(row.place)] ?? 'name',
})

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value)
