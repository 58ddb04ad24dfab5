import { api } from '../../api.ts'
import type { Condition, Customers } from '../../api-types.ts'
import type { Sort } from '../../components/data-table.tsx'
import { type Loaded, useLoad } from '../../query.ts'
import type { PageState } from '../../state.ts'
import type { CustomerColumn } from './columns.ts'

/** Attributes of customers that are dimensions of the reports: the same filter, as a condition on customer_360. */
const columnOf: Readonly<Record<string, string>> = {
  segment: 'customer_segment',
  tier: 'tier',
  activity: 'activity_status',
  churn: 'churn_status',
  city: 'city',
  state: 'state',
}

export const dimensionOf = (column: string): string | undefined =>
  Object.keys(columnOf).find((dimension) => columnOf[dimension] === column)

/** The page's filters that a list of customers can follow. */
export const conditionsOf = (filters: PageState['filters']): readonly Condition[] =>
  Object.entries(filters).flatMap(([dimension, values]) => {
    const column = columnOf[dimension]
    return column === undefined ? [] : [{ column, op: 'in' as const, values: [...values] }]
  })

/** The page's filters that it cannot follow; the dates are one of them. */
export const notFollowed = (state: PageState): readonly string[] => [
  ...(state.range === 'all' ? [] : ['date']),
  ...Object.keys(state.filters).filter((dimension) => columnOf[dimension] === undefined),
]

export interface Wanted {
  readonly conditions: readonly Condition[]
  readonly sort?: Sort | undefined
  readonly offset?: number
  readonly limit: number
}

/** A page of customers with the figures of all that match. The conditions travel in the body. */
export const useCustomers = (
  { conditions, sort, offset = 0, limit }: Wanted,
  options: { enabled?: boolean } = {},
): Loaded<Customers> =>
  useLoad(
    ['customers', conditions, sort, offset, limit],
    (signal) =>
      api.customers(
        {
          conditions: [...conditions],
          ...(sort ? { order: { by: sort.by, descending: sort.descending } } : {}),
          offset,
          limit,
        },
        signal,
      ),
    options,
  )

export const useCustomerColumns = (): Loaded<{ columns: CustomerColumn[] }> =>
  useLoad(['customers', 'columns'], (signal) => api.customerColumns(signal))
