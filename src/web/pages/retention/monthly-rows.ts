import type { GoldTable } from '../../api-types.ts'
import type { Day } from '../../dates.ts'
import type { Period } from '../../period.ts'
import { numberOf } from '../customers/columns.ts'

export const measures = [
  'customers_at_start',
  'retained_customers',
  'churned_customers',
  'new_customers',
  'returned_customers',
  'customers_at_end',
  'retention_rate',
  'churn_rate',
] as const
export type Measure = (typeof measures)[number]

export interface MonthRow {
  readonly month: Day
  readonly isComplete: boolean
  readonly figures: Readonly<Record<Measure, number | null>>
}

/** monthly_churn_and_retention as the API gives it, oldest month first. */
export const monthRows = ({ table }: GoldTable): readonly MonthRow[] => {
  const at = (name: string) => table.columns.findIndex((column) => column.name === name)
  const [month, complete] = [at('month'), at('is_complete')]
  return table.rows
    .map((row) => ({
      month: String(row[month] ?? '').slice(0, 10),
      isComplete: row[complete] === true,
      figures: Object.fromEntries(measures.map((name) => [name, numberOf(row[at(name)])])) as Record<
        Measure,
        number | null
      >,
    }))
    .toSorted((a, b) => (a.month < b.month ? -1 : 1))
}

/** Months that lie in the dates at least in part; all where nothing is chosen. */
export const within = (rows: readonly MonthRow[], period: Period | null): readonly MonthRow[] =>
  period === null
    ? rows
    : rows.filter(({ month }) => month < period.to && month.slice(0, 7) >= period.from.slice(0, 7))
