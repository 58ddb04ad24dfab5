import type { Grain } from '../../../semantic/types.ts'
import { daysBetween } from '../../dates.ts'
import { type Period, shownPeriod } from '../../period.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useModel } from '../../session.tsx'
import { usePage } from '../../use-page.ts'

export interface Totals {
  readonly measures: readonly string[]
  readonly total: Ask
  readonly series: Ask
}

/** The five figures of the strip: of sales, and of support; what no source gives is replaced by the next one. */
const wanted = [
  'revenue',
  'orders',
  'aov',
  'resolution_rate',
  'resolution_hours',
  'sessions',
  'buyers',
  'open_interactions',
]

export const useTotals = (): Totals => {
  const page = usePage()
  const model = useModel()
  const measures = wanted.filter(model.has).slice(0, 5)
  const filters = page.filters()
  const compare = page.compare ? { compare: page.compare } : {}
  const total = useAsk(measures.length === 0 ? null : { measures, filters, ...compare })
  const grain = sparkGrain(shownPeriod(page.state.range, page.extent))
  const dated = measures.filter((name) => model.measures.get(name)?.dimensions.includes('date'))
  const series = useAsk(
    dated.length === 0
      ? null
      : { measures: dated, by: [{ dimension: 'date', grain }], filters, order: [{ by: 'date' }], limit: 400 },
  )
  return { measures, total, series }
}

const sparkGrain = (period: Period | null): Grain => {
  const days = period ? daysBetween(period.from, period.to) : 365
  return days <= 45 ? 'day' : days <= 190 ? 'week' : 'month'
}
