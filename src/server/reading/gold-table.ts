import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { C360Error } from '../../errors.ts'
import type { Prepared } from '../../run/prepare.ts'
import { type Contacts, maskedSql } from '../people/contacts.ts'
import { type GoldColumn, goldColumns } from './gold-columns.ts'
import type { Lease } from './snapshot.ts'
import type { ColumnNotes } from './tables.ts'

/** A table of gold as people may see it. */
export interface ShownTable {
  readonly name: string
  readonly description: string
  readonly grain: readonly string[]
  readonly columns: readonly GoldColumn[]
  readonly notes: (column: string) => ColumnNotes
  /** Contacts were replaced. */
  readonly isMasked: boolean
  /** What a SELECT over the table has, contacts masked unless revealed. */
  readonly list: string
}

/** NOT_FOUND for a name that is no table of gold in this version. */
export async function shownTable(
  lease: Lease,
  { catalogue }: Prepared,
  contacts: Contacts,
  name: string,
  { reveal, signal }: { readonly reveal: boolean; readonly signal: AbortSignal },
): Promise<ShownTable> {
  const columns = await goldColumns(lease, name, signal)
  const model = catalogue.find((known) => known.name === name)
  const descriptions = new Map(model?.columns.map((column) => [column.name, column.description]))
  const isMasked = (column: string) => !reveal && contacts.isContact(name, column)
  const list = columns.map(({ name: column }) =>
    isMasked(column) ? `${maskedSql(d, column)} as ${d.ident(column)}` : d.ident(column),
  )
  return {
    name,
    description: model?.description ?? '',
    grain: model?.grain ?? [],
    columns,
    isMasked: columns.some((column) => isMasked(column.name)),
    notes: (column) => ({
      ...(descriptions.get(column) ? { description: descriptions.get(column) ?? '' } : {}),
      ...(isMasked(column) ? { masked: true } : {}),
    }),
    list: list.join(', '),
  }
}

/** `order by` over the real columns: the grain makes it total. USAGE for a column that is not there or is a contact. */
export function orderBy(
  { name, columns, grain }: ShownTable,
  contacts: Contacts,
  by: string | undefined,
  descending: boolean,
  alias = 't',
): string {
  if (by !== undefined && (!columns.some((column) => column.name === by) || contacts.isContact(name, by)))
    throw new C360Error('USAGE', 'The table cannot be ordered by that column.', {
      hint: 'Name one of its columns that is no contact.',
    })
  const own = (column: string) => `${alias}.${d.ident(column)}`
  const first = by === undefined ? [] : [`${own(by)} ${descending ? 'desc' : 'asc'} nulls last`]
  const rest = grain
    .filter((column) => column !== by && columns.some((known) => known.name === column))
    .map(own)
  const order = [...first, ...rest]
  return order.length === 0 ? '' : ` order by ${order.join(', ')}`
}
