import type { Query } from '../../../semantic/types.ts'
import { CellBar } from '../../components/bar-list.tsx'
import { ChangeMark } from '../../components/change.tsx'
import type { Column, Sort } from '../../components/data-table.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { fewCases, Rate } from '../../components/rate.tsx'
import { Select } from '../../components/select.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { chartStrings } from '../../strings/charts.ts'
import { compared } from '../../totals.ts'
import { type Page, usePage } from '../../use-page.ts'

/** What a ranking goes by. The address says it: `sort=-aov&n=10`. */
export const rankedBy = ['aov', 'revenue', 'orders'] as const
export const measures = ['revenue', 'orders', 'aov'] as const

export const sortOf = (page: Page): Sort => {
  const { sort } = page.state
  const known = sort && (rankedBy as readonly string[]).includes(sort.by.replace(/\.change$/, ''))
  const isChange = sort?.by.endsWith('.change') ?? false
  return known && (!isChange || page.compare !== undefined) ? sort : { by: 'aov', descending: true }
}

/** The measure a ranking goes by, whether by its value or by its change. */
export const useRankName = () => {
  const page = usePage()
  const { measures } = useModel()
  const by = sortOf(page).by.replace(/\.change$/, '')
  const measure = rankedBy.find((name) => name === by) ?? 'aov'
  return {
    measure,
    label: (measures.get(measure)?.label ?? measure).toLocaleLowerCase(),
    info: measures.get(measure),
  }
}

export const topOf = (page: Page): number => page.state.n ?? 10

/** The top of a dimension. One row more is asked for: that of "unknown", which is left out. */
export const useRanking = (by: Query['by'], except: readonly string[]): Ask => {
  const page = usePage()
  const { by: name, descending } = sortOf(page)
  return useAsk(
    by === undefined
      ? null
      : {
          measures,
          by,
          filters: page.filters(...except),
          order: [{ by: name, descending }],
          limit: topOf(page) + 1,
          ...compared(page.compare),
        },
  )
}

export interface Ranked {
  readonly key: string
  readonly label: string
  readonly parent: string | null
  readonly revenue: number | null
  readonly orders: number | null
  readonly aov: number | null
  readonly before: Readonly<Record<(typeof measures)[number], number | null>>
}

export const useRanked = (ask: Ask, dimension: string, parent?: string): readonly Ranked[] => {
  const format = useFormat()
  const page = usePage()
  const rows = rowsOf(ask.answer, format)
  return indices(rows)
    .flatMap((row) => {
      const key = rows.text(row, dimension)
      if (key === null) return []
      const figure = (name: string) => rows.number(row, name)
      return [
        {
          key,
          label: rows.label(row, dimension),
          parent: parent ? rows.text(row, parent) : null,
          revenue: figure('revenue'),
          orders: figure('orders'),
          aov: figure('aov'),
          before: {
            revenue: figure('revenue.before'),
            orders: figure('orders.before'),
            aov: figure('aov.before'),
          },
        },
      ]
    })
    .slice(0, topOf(page))
}

/** Revenue, share, orders, AOV and the change of what it is ranked by; heads sort, rows filter the page. */
export const RankingTable = ({
  label,
  names,
  rows,
  whole,
  dimension,
}: {
  label: string
  /** Heads of the name and of the thing it belongs to. */
  names: readonly [string, string?]
  rows: readonly Ranked[]
  /** The revenue that shares are of. */
  whole: number | null
  dimension: string
}) => {
  const page = usePage()
  const format = useFormat()
  const { measures: known } = useModel()
  const named = (measure: string) => known.get(measure)?.label ?? measure
  const most = Math.max(0, ...rows.map(({ revenue }) => revenue ?? 0))
  const sort = sortOf(page)
  const changes = rankedBy.find((name) => name === sort.by.replace(/\.change$/, '')) ?? 'aov'
  const info = known.get(changes)
  const columns: readonly Column<Ranked>[] = [
    { key: dimension, label: names[0], render: (row) => row.label, className: 'is-name' },
    ...(names[1] === undefined
      ? []
      : [
          {
            key: 'parent',
            label: names[1],
            render: (row: Ranked) => format.text(row.parent),
            className: 'is-extra',
          },
        ]),
    {
      key: 'revenue',
      label: named('revenue'),
      numeric: true,
      render: (row) => (
        <>
          {format.exact(row.revenue, 'money')}
          <CellBar value={row.revenue} max={most} tone={0} />
        </>
      ),
      sortOf: (row) => row.revenue,
    },
    {
      key: 'share',
      label: chartStrings.share,
      numeric: true,
      className: 'is-extra',
      render: (row) =>
        whole === null || whole <= 0 || row.revenue === null ? '–' : format.share(row.revenue / whole),
    },
    {
      key: 'orders',
      label: named('orders'),
      numeric: true,
      render: (row) => format.exact(row.orders, 'count'),
      sortOf: (row) => row.orders,
    },
    {
      key: 'aov',
      label: <span title={named('aov')}>AOV</span>,
      numeric: true,
      render: (row) => <Rate value={row.aov} kind="money" cases={row.orders ?? 0} />,
      sortOf: (row) => row.aov,
    },
    ...(page.compare === undefined || !info
      ? []
      : [
          {
            key: `${changes}.change`,
            label: <span title={`${chartStrings.change}: ${info.label}`}>{chartStrings.change}</span>,
            numeric: true,
            render: (row: Ranked) => (
              <span className={(row.orders ?? 0) < fewCases ? 'rate-low' : ''}>
                <ChangeMark
                  now={row[changes]}
                  before={row.before[changes]}
                  kind={info.format}
                  better={info.better}
                />
              </span>
            ),
            sortOf: (row: Ranked) => row[changes],
          },
        ]),
  ]
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={rows}
      keyOf={({ key }) => key}
      sort={sort}
      onSort={({ by, descending }) => page.set({ sort: `${descending ? '-' : ''}${by}` })}
      onRow={({ key }) => page.toggle(dimension, key)}
      isSelected={({ key }) => page.isSelected(dimension, key)}
      maxHeight={560}
    />
  )
}

/** Top 10, 20, 50, 100. */
export const TopSelect = () => {
  const page = usePage()
  const now = topOf(page)
  const offered = [...new Set([10, 20, 50, 100, now])].toSorted((a, b) => a - b)
  return (
    <Select
      label={chartStrings.top}
      options={offered.map((n) => ({ value: String(n), label: chartStrings.topN(n) }))}
      value={String(now)}
      onChange={(n) => page.set({ n: n === '10' ? undefined : n })}
    />
  )
}

/** Revenue of all that has no value of a dimension, and of everything: what shares are of. */
export const useWhole = (dimension: string, except: readonly string[], enabled: boolean) => {
  const page = usePage()
  const format = useFormat()
  const filters = page.filters(...except)
  const all = useAsk(enabled ? { measures: ['revenue'], filters } : null)
  const unknown = useAsk(
    enabled
      ? { measures: ['revenue'], filters: { ...filters, values: { ...filters.values, [dimension]: [null] } } }
      : null,
  )
  const total = rowsOf(all.answer, format).number(0, 'revenue')
  const without = rowsOf(unknown.answer, format).number(0, 'revenue') ?? 0
  return {
    asks: [all, unknown],
    known: total === null ? null : total - without,
    unknownShare: total ? without / total : 0,
  }
}
