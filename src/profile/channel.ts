import type { Remark } from './draft-types.ts'
import type { Look, TableLook } from './look.ts'
import { fieldColumn } from './systems.ts'
import { names, tokensOf } from './vocabulary.ts'

/** Online or in a store, by the names of file and columns. */
export function channelOf(
  table: TableLook,
  { tables }: Look,
  fields: ReadonlyMap<string, string>,
): { set: Record<string, string>; remarks: Remark[] } {
  const none = { set: {}, remarks: [] }
  if (table.match.best?.entity !== 'transaction' || [...fields.values()].includes('channel')) return none
  const file = tokensOf(table.open.table.name.replaceAll('_', ' '))
  const guess = (channel: string, why: string): { set: Record<string, string>; remarks: Remark[] } => ({
    set: { channel },
    remarks: [{ kind: 'unsure', text: `channel ${channel}: ${why}` }],
  })
  if (names(file, 'instore')) return { set: { channel: 'in_store' }, remarks: [] }
  if (names(file, 'online')) return { set: { channel: 'online' }, remarks: [] }
  const store =
    fieldColumn(table, 'store_id') ??
    table.profile.columns.find(({ name, kinds }) => kinds.place >= 0.8 && names(tokensOf(name), 'store'))
      ?.name
  if (store !== undefined) return guess('in_store', `each sale names a store (${store})`)
  const others = tables.filter(
    (other) =>
      other !== table &&
      fieldColumn(other, 'store_id') !== undefined &&
      other.match.best?.entity === 'transaction',
  )
  const shipped =
    table.profile.columns.some(({ name }) => names(tokensOf(name), 'shipping')) ||
    fieldColumn(table, 'status') !== undefined
  if (others.length > 0 || shipped)
    return guess(
      'online',
      `no column names a store${shipped ? ', and orders have a status or are shipped' : ''}`,
    )
  return {
    set: {},
    remarks: [
      {
        kind: 'unsure',
        text: 'nothing tells where these were sold: add `set: { channel: online }` or in_store',
      },
    ],
  }
}
