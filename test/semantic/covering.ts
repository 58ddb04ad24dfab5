import { firsts, sums } from '../../src/model/semantic/rollups.ts'
import type { Grain, Query } from '../../src/semantic/types.ts'

/** A question that a rollup answers, and the beginning of the name of its table. */
export interface Covered {
  readonly rollup: string
  readonly query: Query
}

const OF_SUMS: Readonly<Record<string, readonly string[]>> = {
  sales: ['revenue', 'transactions', 'quantity', 'transaction_value', 'pending_value'],
  sales_days: ['revenue', 'transactions', 'transaction_value', 'failed_value'],
  sessions: ['sessions', 'pages_per_session', 'session_duration'],
  sessions_customers: ['sessions', 'page_views'],
  interactions: ['interactions', 'resolution_rate', 'csat', 'resolution_hours', 'repeat_contacts'],
  points: ['points_issued', 'points_redeemed'],
  cohorts: ['cohort_customers', 'retained_customers'],
}
const OF_FIRSTS: Readonly<Record<string, string>> = {
  buyers: 'buyers',
  orders: 'orders',
  visitors: 'session_visitors',
  active_members: 'active_members',
}

const grouped = (names: readonly string[], grain: Grain): NonNullable<Query['by']> =>
  names.map((dimension) => (dimension === 'date' ? { dimension, grain } : { dimension }))

/** Groups of at most four, each with all the dimensions of a set in turn. */
function fours(set: readonly string[]): (readonly string[])[] {
  const rest = set.filter((name) => name !== 'date')
  const groups: string[][] = []
  for (let at = 0; at < rest.length; at += 3) groups.push(['date', ...rest.slice(at, at + 3)])
  return groups
}

/** Questions that need every set and kind of every rollup, in a range and without one, with and without a comparison. */
export function covering(range: { readonly from: string; readonly to: string }): readonly Covered[] {
  const ofSums = sums.flatMap(({ name, sets }) =>
    sets.flatMap((set) =>
      fours(set).map((names) => ({
        rollup: name,
        query: { measures: OF_SUMS[name] ?? [], by: grouped(names, 'month') },
      })),
    ),
  )
  const ofFirsts = firsts.flatMap(({ name, kinds, free }) =>
    kinds.flatMap(({ held }) => {
      const by = (grain: Grain) => grouped([...held, ...free.slice(0, 2), 'date'], grain)
      const query = { measures: [OF_FIRSTS[name] ?? ''] }
      return [
        { rollup: name, query: { ...query, by: grouped(held, 'day') } },
        { rollup: name, query: { ...query, by: by('week') } },
        { rollup: name, query: { ...query, by: by('month'), filters: { range } } },
        {
          rollup: name,
          query: {
            ...query,
            by: grouped([...held, ...free.slice(2)], 'day'),
            filters: { range },
            compare: 'prev' as const,
          },
        },
        {
          rollup: name,
          query: { ...query, by: by('quarter'), filters: { range }, compare: 'year' as const },
        },
      ]
    }),
  )
  return [...ofSums, ...ofFirsts]
}
