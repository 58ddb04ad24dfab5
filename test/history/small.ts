import { type Lab, makeLab } from '../support/lab.ts'
import { configs } from './shop.ts'

/** A project of the given contracts with the gold models named, which may be its own. */
export const small = (
  contracts: Readonly<Record<string, string>>,
  only: readonly string[] = [],
  models: Readonly<Record<string, string>> = {},
): Promise<Lab> => makeLab({ config: configs[0] ?? '', contracts, models, only })

export const customers = (...head: string[]): string =>
  [
    'files: customers*.csv',
    'entity: customer',
    'key: [customer_id]',
    ...head,
    'columns:',
    '  ID: customer_id',
    '  Name: { field: name, required: true }',
    '',
  ].join('\n')

export const orders = (...head: string[]): string => ordersWith('customer_id', ...head)

/** `customer` is what the column Customer maps to. */
export const ordersWith = (customer: string, ...head: string[]): string =>
  [
    'files: orders*.csv',
    'entity: transaction',
    ...head,
    'columns:',
    '  ID: transaction_id',
    `  Customer: ${customer}`,
    '  At: occurred_at',
    '  Amount: amount',
    '',
  ].join('\n')

export const HELD = '{ field: customer_id, orphan: quarantine }'

/** A CSV file; the first line names the columns. */
export const csv = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

export const ORDER = 'ID,Customer,At,Amount'

/** One silver column, in order of the ids, as one text. */
export async function texts(lab: Lab, sql: string): Promise<string[]> {
  return (await lab.sql(sql)).map((row) =>
    Object.values(row)
      .map((value) => (value === null ? '-' : String(value)))
      .join(' '),
  )
}

/** Every fate: delivery/row, fate and what brought it about. */
export const fates = (lab: Lab, source: string): Promise<string[]> =>
  texts(
    lab,
    `select _delivery || '/' || _row_number as a, fate, coalesce(by_delivery || '/' || coalesce(by_row, 0), '') as b
     from silver._fates where source = '${source}' order by _delivery, _row_number`,
  ).then((list) => list.map((text) => text.trim()))
