import { daysBetween } from '../../dates.ts'
import { indices, rowsOf } from '../../labels.ts'
import { type Period, shownPeriod } from '../../period.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useSession } from '../../session.tsx'
import { compared } from '../../totals.ts'
import { usePage } from '../../use-page.ts'

export interface Store {
  readonly id: string
  readonly label: string
  readonly revenue: number
  readonly orders: number
  readonly aov: number | null
  readonly before: {
    readonly revenue: number | null
    readonly orders: number | null
    readonly aov: number | null
  }
  /** Revenue of each week or month; empty where that is not known. */
  readonly course: readonly (number | null)[]
}

/** All stores with what the filters leave of their sales; a store is not filtered by the choice of stores. */
export const useStores = (): { asks: readonly Ask[]; stores: readonly Store[] } => {
  const page = usePage()
  const format = useFormat()
  const session = useSession()
  const grain = courseGrain(shownPeriod(page.state.range, page.extent), session.stores.length)
  const filters = page.filters('store')
  const ask = useAsk({
    measures: ['revenue', 'orders', 'aov'],
    by: [{ dimension: 'store' }],
    filters,
    ...compared(page.compare),
  })
  const months = useAsk({
    measures: ['revenue'],
    by: [{ dimension: 'store' }, { dimension: 'date', grain }],
    filters,
    limit: 10_000,
  })
  const rows = rowsOf(ask.answer, format)
  const courses = coursesOf(months, rowsOf(months.answer, format))
  const sold = indices(rows).flatMap((row): readonly Store[] => {
    const id = rows.text(row, 'store')
    const figure = (name: string) => rows.number(row, name)
    if (id === null) return []
    const before = {
      revenue: figure('revenue.before'),
      orders: figure('orders.before'),
      aov: figure('aov.before'),
    }
    return [
      {
        id,
        label: rows.label(row, 'store'),
        revenue: figure('revenue') ?? 0,
        orders: figure('orders') ?? 0,
        aov: figure('aov'),
        before,
        course: courses.get(id) ?? [],
      },
    ]
  })
  const known = new Set(sold.map(({ id }) => id))
  const idle = session.stores
    .filter(({ id }) => !known.has(id))
    .map(({ id, label }) => ({
      id,
      label,
      revenue: 0,
      orders: 0,
      aov: null,
      before: { revenue: null, orders: null, aov: null },
      course: [],
    }))
  return { asks: [ask, months], stores: [...sold, ...idle] }
}

/** Weeks where they fit into one answer, months otherwise. */
const courseGrain = (period: Period | null, stores: number): 'week' | 'month' =>
  period &&
  daysBetween(period.from, period.to) <= 400 &&
  (daysBetween(period.from, period.to) / 7) * stores < 9000
    ? 'week'
    : 'month'

/** Buckets in part say nothing about a course; a list cut off says nothing at all. */
const coursesOf = (
  ask: Ask,
  rows: ReturnType<typeof rowsOf>,
): ReadonlyMap<string, readonly (number | null)[]> => {
  const courses = new Map<string, { day: string; value: number | null }[]>()
  if (ask.answer?.truncated) return new Map()
  const partial = ask.answer?.partial ?? []
  for (const row of indices(rows)) {
    const [id, day] = [rows.text(row, 'store'), rows.text(row, 'date')]
    if (id === null || day === null || partial.includes(day)) continue
    const course = courses.get(id) ?? []
    course.push({ day, value: rows.number(row, 'revenue') })
    courses.set(id, course)
  }
  return new Map(
    [...courses].map(([id, course]) => [
      id,
      course.toSorted((a, b) => (a.day < b.day ? -1 : 1)).map(({ value }) => value),
    ]),
  )
}
