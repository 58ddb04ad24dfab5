import type { Filters } from '../semantic/types.ts'
import { daysBetween } from './dates.ts'
import { grainFor, type Period, shownPeriod } from './period.ts'
import { type Ask, useAsk } from './query.ts'
import { usePage } from './use-page.ts'

/** What a strip of KPIs shows: the figures of the period, compared, and their course within it. */
export const useTotals = (measures: readonly string[], filters: Filters): { total: Ask; series: Ask } => {
  const page = usePage()
  const grain = grainFor(shownPeriod(page.state.range, page.extent))
  const nothing = measures.length === 0
  return {
    total: useAsk(nothing ? null : { measures, filters, ...compared(page.compare) }),
    series: useAsk(nothing ? null : { measures, by: [{ dimension: 'date', grain }], filters }),
  }
}

/** Buckets with enough cases for a rate, and few enough for columns. */
export const wideGrain = (period: Period | null): 'week' | 'month' =>
  period && daysBetween(period.from, period.to) <= 200 ? 'week' : 'month'

/** As a part of a query: absent where nothing is compared. */
export const compared = (compare: 'prev' | 'year' | undefined): { compare?: 'prev' | 'year' } =>
  compare === undefined ? {} : { compare }
