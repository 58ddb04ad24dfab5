import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { Filters } from '../semantic/types.ts'
import { pageAt } from './pages.ts'
import { defaultRange, type Extent, type Period, periodOf } from './period.ts'
import { useModel, useSession } from './session.tsx'
import { filtersOf, type PageState, readState, type Search, toggled, withKeys, withoutLast } from './state.ts'

export interface Page {
  readonly state: PageState
  readonly extent: Extent
  /** The days of `range`; null means all dates. */
  readonly period: Period | null
  /** `prev` or `year` where a comparison is possible: not over all dates, not switched off. */
  readonly compare: 'prev' | 'year' | undefined
  /** Filters of a semantic query. A tile leaves its own dimension out (`except`) and highlights instead. */
  readonly filters: (...except: string[]) => Filters
  /** Sets keys of the address (undefined takes one out) as a step of the history; `replace` makes none. */
  readonly set: (patch: Readonly<Record<string, string | undefined>>, options?: { replace?: boolean }) => void
  /** Cross-filter: adds a value of a dimension, or takes it out. */
  readonly toggle: (dimension: string, value: string | null) => void
  readonly isSelected: (dimension: string, value: string | null) => boolean
  readonly hasFilters: boolean
  readonly clearAll: () => void
  /** What Esc does; says which key went. */
  readonly clearLast: () => string | null
}

/** The page's state, which is its address. */
export const usePage = (): Page => {
  const { search, pathname } = useRouterState({
    select: ({ location }) => ({ search: location.search as Search, pathname: location.pathname }),
    structuralSharing: true,
  })
  const navigate = useNavigate()
  const { asOf, dataFrom } = useSession()
  const { dimensions: known } = useModel()
  const dimensions = useMemo(() => filterable([...known.values()]), [known])

  // From the address as it is then: a picture may be older than the page.
  const go = useCallback(
    (next: (now: Search) => Search, replace = false) =>
      void navigate({ to: '.', search: ((now: Search) => next(now)) as never, replace, resetScroll: false }),
    [navigate],
  )

  return useMemo(() => {
    const extent = { from: dataFrom, asOf }
    const state = readState(search, {
      dimensions,
      own: pageAt(pathname)?.own ?? [],
      range: defaultRange(extent),
    })
    const period = periodOf(state.range, extent)
    const filterKeys = Object.keys(search).filter((key) => dimensions.includes(key) || key === 'range')
    return {
      state,
      extent,
      period,
      compare: period === null || state.vs === 'none' ? undefined : state.vs,
      filters: (...except) => filtersOf(state, extent, except),
      set: (patch, options) => go((now) => withKeys(now, patch), options?.replace),
      toggle: (dimension, value) => go((now) => toggled(now, dimension, value)),
      isSelected: (dimension, value) => state.filters[dimension]?.includes(value) ?? false,
      hasFilters: filterKeys.length > 0,
      clearAll: () =>
        go((now) => withKeys(now, Object.fromEntries(filterKeys.map((key) => [key, undefined])))),
      clearLast: () => {
        const next = withoutLast(search, dimensions)
        if (next === null) return null
        go(() => next)
        return filterKeys.at(-1) ?? null
      },
    }
  }, [search, pathname, dimensions, asOf, dataFrom, go])
}

/** Dimensions an address may name: dates have keys of their own, and names and contacts of people never stand there. */
const filterable = (dimensions: readonly { name: string; pii: string }[]): readonly string[] =>
  dimensions.filter(({ name, pii }) => name !== 'date' && pii !== 'direct').map(({ name }) => name)
