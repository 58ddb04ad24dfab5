import { api } from '../../api.ts'
import { CellBar } from '../../components/bar-list.tsx'
import { CertifiedView } from '../../components/certified-view.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk, useLoad } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { webStrings as text } from '../../strings/web.ts'
import { usePage } from '../../use-page.ts'
import { pagesColumn, type SessionRow, shareColumn } from './session-columns.tsx'

const view = 'web_sessions_by_duration'

interface Category extends SessionRow {
  readonly from: number | null
  readonly to: number | null
}

/** Short and long visits; where a category begins and ends is in the certified view. */
export const CategoriesTile = () => {
  const page = usePage()
  const format = useFormat()
  const { measures } = useModel()
  const ask = useAsk({
    measures: ['sessions', 'pages_per_session', 'session_duration'],
    by: [{ dimension: 'session_category' }],
    filters: page.filters('session_category'),
  })
  const limits = useLimits()
  const rows = rowsOf(ask.answer, format)
  const categories: readonly Category[] = indices(rows)
    .map((row) => ({
      key: rows.text(row, 'session_category'),
      label: rows.label(row, 'session_category'),
      sessions: rows.number(row, 'sessions') ?? 0,
      pages: rows.number(row, 'pages_per_session'),
      ...(limits.get(rows.text(row, 'session_category') ?? '') ?? { from: null, to: null }),
    }))
    .toSorted((a, b) => (a.from ?? Number.POSITIVE_INFINITY) - (b.from ?? Number.POSITIVE_INFINITY))
  const most = Math.max(0, ...categories.map(({ sessions }) => sessions))
  const columns: readonly Column<Category>[] = [
    { key: 'category', label: text.category, render: ({ label }) => label },
    {
      key: 'seconds',
      label: text.seconds,
      render: (row) => <span className="muted">{span(row, format.count)}</span>,
      sortOf: ({ from }) => from,
    },
    {
      key: 'sessions',
      label: measures.get('sessions')?.label,
      numeric: true,
      render: ({ sessions }) => (
        <>
          {format.exact(sessions, 'count')}
          <CellBar value={sessions} max={most} tone={0} />
        </>
      ),
      sortOf: ({ sessions }) => sessions,
    },
    shareColumn(categories, format),
    pagesColumn,
  ]
  return (
    <Tile
      title={text.categories}
      subtitle={text.categoriesSub}
      span={5}
      asks={[ask]}
      foot={<CertifiedView table={view} />}
      flush
    >
      <div className="table-tight">
        <DataTable
          label={text.categories}
          columns={columns}
          rows={categories}
          keyOf={({ key }) => key ?? '~'}
          onRow={({ key }) => page.toggle('session_category', key)}
          isSelected={({ key }) => page.isSelected('session_category', key)}
        />
      </div>
    </Tile>
  )
}

const span = ({ from, to }: Category, count: (value: number) => string): string => {
  if (from === null) return ''
  return to === null ? text.from(count(from)) : text.lasting(count(from), count(to))
}

/** Category -> its seconds. Without an answer the categories are in the model's order and have none. */
const useLimits = (): ReadonlyMap<string, { from: number | null; to: number | null }> => {
  const { data } = useLoad(['gold', view, 'limits'], (signal) => api.gold(view, { limit: 100 }, signal))
  const at = (name: string): number => data?.table.columns.findIndex((column) => column.name === name) ?? -1
  const number = (cell: unknown): number | null => (typeof cell === 'number' ? cell : null)
  return new Map(
    (data?.table.rows ?? []).map((row) => [
      String(row[at('session_category')]),
      { from: number(row[at('from_seconds')]), to: number(row[at('to_seconds')]) },
    ]),
  )
}
