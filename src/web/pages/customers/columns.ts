import type { Cell } from '../../../semantic/types.ts'
import type { CustomerColumns, Table } from '../../api-types.ts'
import { isDay } from '../../dates.ts'
import type { Format } from '../../format.ts'
import type { Model } from '../../session.tsx'
import { text } from '../../strings/customers.ts'

export type CustomerColumn = CustomerColumns['columns'][number]
export type ColumnType = CustomerColumn['type']

const money: ReadonlySet<string> = new Set([
  'online_spend',
  'in_store_spend',
  'total_spend',
  'average_order_value',
  'lifetime_value',
])

export const isMoney = (name: string): boolean => money.has(name)

export const columnLabel = (name: string): string => text.columns[name] ?? sentence(name)

const sentence = (name: string): string => {
  const words = name.replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

export const isNumber = (type: ColumnType): boolean => type === 'integer' || type === 'decimal'

/** Decimals travel as numbers or, where they would lose digits, as text. */
export const numberOf = (value: Cell | undefined): number | null => {
  if (value === null || value === undefined || value === '' || typeof value === 'boolean') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** A value of customer_360 in words, exact; null is a dash. */
export const cellText = (name: string, type: ColumnType, value: Cell | undefined, format: Format): string => {
  if (value === null || value === undefined) return format.text(null)
  if (type === 'boolean') return value === true ? text.yes : text.no
  if (type === 'date') return isDay(String(value)) ? format.day(String(value)) : String(value)
  if (type === 'timestamp') return format.localTime(String(value))
  if (type === 'integer') return format.exact(numberOf(value), 'count')
  if (type === 'decimal') return format.exact(numberOf(value), isMoney(name) ? 'money' : 'decimal')
  return name.endsWith('channel') ? (text.channel(String(value)) ?? String(value)) : String(value)
}

/** Columns that say nothing where no source has what they are about: column -> a measure of it. */
const about: Readonly<Record<string, string>> = {
  tier: 'members',
  points: 'members',
  next_tier: 'members',
  points_to_next_tier: 'members',
  open_interactions: 'interactions',
  interactions: 'interactions',
  sessions: 'sessions',
  last_session_date: 'sessions',
}

/** Without columns of things that this project has no source for. */
export const withSource = (names: readonly string[], model: Model): readonly string[] =>
  names.filter((name) => {
    const measure = about[name]
    if (measure !== undefined) return model.has(measure)
    return name !== 'city' && name !== 'state' ? true : (model.dimensions.get(name)?.hasData ?? true)
  })

/** Reads a table of the API by column names. */
export interface CustomerRow {
  readonly key: string
  readonly id: string
  readonly cell: (column: string) => Cell
}

export const rowsOfTable = (table: Table): readonly CustomerRow[] => {
  const at = new Map(table.columns.map(({ name }, index) => [name, index]))
  const idAt = at.get('customer_id') ?? 0
  return table.rows.map((cells, index) => {
    const id = String(cells[idAt] ?? '')
    return { key: id === '' ? String(index) : id, id, cell: (column) => cells[at.get(column) ?? -1] ?? null }
  })
}
