import { entityNamed } from '../model/entities.ts'
import type { Remark } from './draft-types.ts'
import type { Look, TableLook } from './look.ts'
import { emailColumn, fieldColumn, type Systems } from './systems.ts'
import type { Link } from './types.ts'

/** True for what may refer to a customer, and for customers themselves. */
export const takesCustomer = ({ match }: TableLook): boolean =>
  entityNamed(match.best?.entity ?? 'agent').fields.some(({ name }) => name === 'customer_id')

/** Where customers have ids and a table has only their addresses: the customers that have most of them, if any has one. */
export function addressLink(
  table: TableLook,
  { links, tables }: Look,
  { identity }: Systems,
): Link | undefined {
  const email = emailColumn(table)
  const refers = takesCustomer(table) && table.match.best?.entity !== 'customer'
  if (identity === 'email' || !refers || fieldColumn(table, 'customer_id') !== undefined) return undefined
  const isFilled = ({ to }: Link) =>
    tables.some((parent) => parent.open.table.name === to.table && fieldColumn(parent, 'email') === to.column)
  const [best] = links
    .filter(
      ({ from, by, found }) =>
        by === 'email' && from.table === table.open.table.name && from.column === email && found > 0,
    )
    .filter(isFilled)
    .sort((a, b) => b.found - a.found)
  return best
}

/** How a table whose customers have addresses is read, where that is not plain. */
export function identityRemarks(
  table: TableLook,
  look: Look,
  { identity }: Systems,
  fields: ReadonlyMap<string, string>,
): Remark[] {
  const email = emailColumn(table)
  const has = [...fields.values()].includes('customer_id')
  if (!takesCustomer(table) || email === undefined) return []
  if (identity === 'email')
    return has
      ? [
          {
            kind: 'note',
            text: `customers are known by e-mail address: ${email}, in small letters, is the customer_id`,
          },
        ]
      : []
  if (has || table.match.best?.entity === 'customer') return []
  const link = look.links.find(
    ({ from, by }) => by === 'email' && from.table === table.open.table.name && from.column === email,
  )
  const rate = link
    ? `${((100 * link.found) / Math.max(1, link.values)).toFixed(1)} % of its addresses are in ${link.to.table}.${link.to.column}`
    : 'no file of customers has e-mail addresses'
  return [
    {
      kind: 'decide',
      text: `its customers are known by e-mail only (${rate}), and customers elsewhere by an id, so the reference is left out: its rows stand without a customer. Export it with the customer's id, or write \`{ field: customer_id, by: email }\` for ${email} once customers have addresses`,
    },
  ]
}
