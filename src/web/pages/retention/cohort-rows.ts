import type { Answer } from '../../../semantic/types.ts'
import { addDays, addMonths, type Day } from '../../dates.ts'
import type { Period } from '../../period.ts'

export interface CohortCell {
  readonly size: number
  readonly retained: number
  /** 0..1 of `size`. */
  readonly share: number | null
  /** The month so many months later holds the as-of day and is not over. */
  readonly isPartial: boolean
}

export interface CohortRow {
  readonly month: Day
  /** Customers of the cohort. */
  readonly size: number
  /** By months since the first purchase; null where that month has not begun. */
  readonly cells: readonly (CohortCell | null)[]
  /** The page's dates take in days of the month. */
  readonly isIn: boolean
}

export interface Cohorts {
  readonly rows: readonly CohortRow[]
  /** Over all cohorts old enough, by months since. */
  readonly all: readonly CohortCell[]
  /** Largest share after month 0: the darkest colour. */
  readonly most: number
}

/** The triangle of an answer by cohort_month and months_since. */
export const cohortsOf = (answer: Answer | undefined, asOf: Day | null, period: Period | null): Cohorts => {
  const found = readCells(answer)
  const months = [...found.keys()].toSorted()
  const width = Math.max(0, ...[...found.values()].map((cells) => Math.max(...cells.keys()) + 1))
  const rows = months.map((month): CohortRow => {
    const cells = Array.from({ length: width }, (_, since) => {
      const known = found.get(month)?.get(since)
      return known ? { ...known, isPartial: isOpen(addMonths(month, since), asOf) } : null
    })
    return { month, size: cells[0]?.size ?? 0, cells, isIn: isInside(month, period) }
  })
  const all = Array.from({ length: width }, (_, since) => totalOf(rows, since))
  const later = rows.flatMap(({ cells }) => cells.slice(1).map((cell) => cell?.share ?? 0))
  return { rows, all, most: Math.max(0, ...later) }
}

type Known = Omit<CohortCell, 'isPartial'>

const readCells = (answer: Answer | undefined): ReadonlyMap<Day, ReadonlyMap<number, Known>> => {
  const at = (name: string) => answer?.columns.findIndex((column) => column.name === name) ?? -1
  const [month, since, size, retained] = [
    at('cohort_month'),
    at('months_since'),
    at('cohort_customers'),
    at('retained_customers'),
  ]
  const found = new Map<Day, Map<number, Known>>()
  for (const row of answer?.rows ?? []) {
    const key = row[month]
    if (typeof key !== 'string') continue
    const cells = found.get(key.slice(0, 10)) ?? new Map<number, Known>()
    const [all, kept] = [Number(row[size] ?? 0), Number(row[retained] ?? 0)]
    cells.set(Number(row[since]), { size: all, retained: kept, share: all === 0 ? null : kept / all })
    found.set(key.slice(0, 10), cells)
  }
  return found
}

/** Whether a month was still going on at the as-of day. */
const isOpen = (month: Day, asOf: Day | null): boolean =>
  asOf !== null && addDays(addMonths(month, 1), -1) > asOf

const isInside = (month: Day, period: Period | null): boolean =>
  period !== null && month < period.to && addMonths(month, 1) > period.from

/** Months that are not over would pull it down, so they are left out as long as there is any other. */
const totalOf = (rows: readonly CohortRow[], since: number): CohortCell => {
  const cells = rows.flatMap(({ cells: own }) => own[since] ?? [])
  const whole = cells.filter(({ isPartial }) => !isPartial)
  const counted = whole.length > 0 ? whole : cells
  const size = counted.reduce((sum, cell) => sum + cell.size, 0)
  const retained = counted.reduce((sum, cell) => sum + cell.retained, 0)
  return { size, retained, share: size === 0 ? null : retained / size, isPartial: whole.length === 0 }
}
