import { CellBar } from '../../components/bar-list.tsx'
import { CertifiedView } from '../../components/certified-view.tsx'
import { ChangeMark } from '../../components/change.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Rate } from '../../components/rate.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { Tile } from '../../components/tile.tsx'
import type { Ask } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { chartStrings } from '../../strings/charts.ts'
import { storeStrings as text } from '../../strings/stores.ts'
import { usePage } from '../../use-page.ts'
import type { Store } from './use-stores.ts'

const sortable = ['store', 'revenue', 'orders', 'aov', 'revenue.change'] as const

/** Every store with its sales, orders, order value and change. */
export const StoreList = ({ asks, stores }: { asks: readonly Ask[]; stores: readonly Store[] }) => {
  const page = usePage()
  const format = useFormat()
  const { measures } = useModel()
  const named = (measure: string): string => measures.get(measure)?.label ?? measure
  const total = stores.reduce((sum, { revenue }) => sum + revenue, 0)
  const orders = stores.reduce((sum, store) => sum + store.orders, 0)
  const most = Math.max(0, ...stores.map(({ revenue }) => revenue))
  const { sort = { by: 'revenue', descending: true } } = page.state
  const isKnown = (sortable as readonly string[]).includes(sort.by)
  const columns: readonly Column<Store>[] = [
    {
      key: 'store',
      label: text.store,
      className: 'is-name',
      render: ({ id, label }) => (
        <PageLink to={`/stores/${encodeURIComponent(id)}`} search={{ store: undefined }} className="row-link">
          {label}
        </PageLink>
      ),
      sortOf: ({ label }) => label,
    },
    {
      key: 'revenue',
      label: named('revenue'),
      numeric: true,
      render: ({ revenue, orders: count }) =>
        count === 0 ? (
          <span className="muted">{text.noSales}</span>
        ) : (
          <>
            {format.exact(revenue, 'money')}
            <CellBar value={revenue} max={most} tone={0} />
          </>
        ),
      sortOf: ({ revenue }) => revenue,
    },
    {
      key: 'revenue.change',
      label: chartStrings.change,
      numeric: true,
      render: ({ revenue, before }) => (
        <ChangeMark now={revenue} before={before.revenue} kind="money" better="higher" />
      ),
      sortOf: ({ revenue, before }) => (before.revenue ? revenue / before.revenue : null),
    },
    {
      key: 'share',
      label: chartStrings.share,
      numeric: true,
      className: 'is-extra',
      render: ({ revenue }) => (total > 0 ? format.share(revenue / total) : '–'),
    },
    {
      key: 'orders',
      label: named('orders'),
      numeric: true,
      render: (store) => format.exact(store.orders, 'count'),
      sortOf: (store) => store.orders,
    },
    {
      key: 'aov',
      label: <span title={named('aov')}>AOV</span>,
      numeric: true,
      render: (store) => <Rate value={store.aov} kind="money" cases={store.orders} />,
      sortOf: ({ aov }) => aov,
    },
    {
      key: 'course',
      label: text.course,
      numeric: true,
      className: 'is-extra',
      render: ({ course }) => <Sparkline values={course} width={96} />,
    },
  ]
  return (
    <Tile
      title={text.list}
      subtitle={text.listSub}
      span={12}
      asks={asks}
      isEmpty={stores.length === 0}
      foot={
        <>
          <span>
            {text.whole(
              format.exact(total, 'money'),
              format.count(orders),
              format.exact(orders === 0 ? null : total / orders, 'money'),
            )}
          </span>
          <CertifiedView table="average_order_value_by_store" />
        </>
      }
      flush
    >
      <SortedList {...{ columns, stores, sort: isKnown ? sort : { by: 'revenue', descending: true } }} />
    </Tile>
  )
}

const SortedList = ({
  columns,
  stores,
  sort,
}: {
  columns: readonly Column<Store>[]
  stores: readonly Store[]
  sort: { by: string; descending: boolean }
}) => {
  const page = usePage()
  return (
    <DataTable
      label={text.list}
      columns={columns}
      rows={ordered(stores, columns, sort)}
      keyOf={({ id }) => id}
      sort={sort}
      onSort={({ by, descending }) => page.set({ sort: `${descending ? '-' : ''}${by}` })}
      isSelected={({ id }) => page.isSelected('store', id)}
      maxHeight={700}
    />
  )
}

/** The address sorts, so the table does not. Null goes last whatever the direction. */
const ordered = (
  stores: readonly Store[],
  columns: readonly Column<Store>[],
  { by, descending }: { by: string; descending: boolean },
): readonly Store[] => {
  const keyOf = columns.find(({ key }) => key === by)?.sortOf
  const sign = descending ? -1 : 1
  return stores.toSorted((left, right) => {
    const [a, b] = [keyOf?.(left) ?? null, keyOf?.(right) ?? null]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    return sign * (typeof a === 'string' ? a.localeCompare(String(b)) : Number(a) - Number(b))
  })
}
