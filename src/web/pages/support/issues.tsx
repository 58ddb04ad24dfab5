import { BarList, CellBar } from '../../components/bar-list.tsx'
import { CertifiedView } from '../../components/certified-view.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Rate } from '../../components/rate.tsx'
import { Tile, type TileProps } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { chartStrings } from '../../strings/charts.ts'
import { supportStrings as text } from '../../strings/support.ts'
import { usePage } from '../../use-page.ts'

const figures = [
  'interactions',
  'open_interactions',
  'resolution_rate',
  'resolution_hours',
  'csat',
  'answered',
] as const

interface Issue {
  readonly key: string | null
  readonly label: string
  readonly of: (measure: (typeof figures)[number]) => number | null
}

/** What customers write about, how it ends and how long it takes. */
export const IssuesTile = ({ span }: { span: TileProps['span'] }) => {
  const page = usePage()
  const format = useFormat()
  const model = useModel()
  const ask = useAsk({
    measures: figures.filter((name) => name === 'interactions' || model.has(name)),
    by: [{ dimension: 'issue_type' }],
    filters: page.filters('issue_type'),
    order: [{ by: 'interactions', descending: true }],
    limit: 200,
  })
  const rows = rowsOf(ask.answer, format)
  const issues: readonly Issue[] = indices(rows).map((row) => ({
    key: rows.text(row, 'issue_type'),
    label: rows.label(row, 'issue_type'),
    of: (measure) => rows.number(row, measure),
  }))
  const total = issues.reduce((sum, issue) => sum + (issue.of('interactions') ?? 0), 0)
  const most = Math.max(0, ...issues.map((issue) => issue.of('interactions') ?? 0))
  const count = (issue: Issue): number => issue.of('interactions') ?? 0
  const columns: readonly Column<Issue>[] = [
    {
      key: 'issue',
      label: text.issue,
      render: ({ label }) => label,
      sortOf: ({ label }) => label,
      className: 'is-name',
    },
    {
      key: 'interactions',
      label: text.contacts,
      numeric: true,
      render: (issue) => (
        <>
          {format.exact(count(issue), 'count')}
          <CellBar value={count(issue)} max={most} tone={0} />
        </>
      ),
      sortOf: count,
    },
    {
      key: 'share',
      label: chartStrings.share,
      numeric: true,
      className: 'is-extra',
      render: (issue) => format.share(total === 0 ? 0 : count(issue) / total),
      sortOf: count,
    },
    {
      key: 'open',
      label: text.statusOpen,
      numeric: true,
      render: (issue) => format.exact(issue.of('open_interactions'), 'count'),
      sortOf: (issue) => issue.of('open_interactions'),
    },
    {
      key: 'rate',
      label: text.rate,
      numeric: true,
      render: (issue) => <Rate value={issue.of('resolution_rate')} kind="percent" cases={count(issue)} />,
      sortOf: (issue) => issue.of('resolution_rate'),
    },
    ...(model.has('resolution_hours')
      ? [
          {
            key: 'hours',
            label: text.hours,
            numeric: true,
            render: (issue: Issue) => (
              <Rate value={issue.of('resolution_hours')} kind="hours" cases={count(issue)} />
            ),
            sortOf: (issue: Issue) => issue.of('resolution_hours'),
          },
        ]
      : []),
    ...(model.has('csat')
      ? [
          {
            key: 'csat',
            label: text.csat,
            numeric: true,
            render: (issue: Issue) => (
              <Rate value={issue.of('csat')} kind="percent" cases={issue.of('answered') ?? 0} />
            ),
            sortOf: (issue: Issue) => issue.of('csat'),
          },
          {
            key: 'answered',
            label: text.ratings,
            numeric: true,
            className: 'is-extra',
            render: (issue: Issue) => format.exact(issue.of('answered'), 'count'),
            sortOf: (issue: Issue) => issue.of('answered'),
          },
        ]
      : []),
  ]
  return (
    <Tile
      title={text.issues}
      span={span}
      asks={[ask]}
      foot={
        <span className="foot-links">
          <CertifiedView table="tickets_by_issue_type" label={text.issuesView} />
          {model.has('resolution_hours') ? (
            <CertifiedView table="resolution_time_by_issue_type" label={text.timesView} />
          ) : null}
        </span>
      }
      flush
    >
      <div className="table-tight">
        <DataTable
          label={text.issues}
          columns={columns}
          rows={issues}
          keyOf={({ key }) => key ?? '~'}
          onRow={({ key }) => page.toggle('issue_type', key)}
          isSelected={({ key }) => page.isSelected('issue_type', key)}
          maxHeight={420}
        />
      </div>
    </Tile>
  )
}

/** In the order of the certified view: quick to slow, then open, then those whose time is not known. */
const order = [
  '0-12 hours',
  '12-24 hours',
  '1-2 days',
  '2-5 days',
  '5+ days',
  'Open',
  'Resolved, time unknown',
]

export const BucketsTile = ({ span }: { span: TileProps['span'] }) => {
  const page = usePage()
  const format = useFormat()
  const ask = useAsk({
    measures: ['interactions'],
    by: [{ dimension: 'resolution_bucket' }],
    filters: page.filters('resolution_bucket'),
  })
  const rows = rowsOf(ask.answer, format)
  const counts = new Map(
    indices(rows).map((row) => [
      rows.text(row, 'resolution_bucket') ?? '',
      rows.number(row, 'interactions') ?? 0,
    ]),
  )
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const names = [
    ...order.filter((name) => counts.has(name)),
    ...[...counts.keys()].filter((name) => !order.includes(name)),
  ]
  return (
    <Tile
      title={text.buckets}
      subtitle={text.bucketsSub}
      span={span}
      asks={[ask]}
      foot={<CertifiedView table="tickets_by_resolution_time" />}
    >
      <BarList
        label={text.buckets}
        bars={names.map((name) => {
          const count = counts.get(name) ?? 0
          return {
            key: name,
            label: name,
            value: count,
            text: format.exact(count, 'count'),
            after: <span className="muted bar-share">{format.share(total === 0 ? 0 : count / total)}</span>,
            selected: page.isSelected('resolution_bucket', name),
            tone: name === 'Open' ? 2 : order.indexOf(name) === 6 ? 5 : 0,
          }
        })}
        onPick={(name) => page.toggle('resolution_bucket', name)}
      />
    </Tile>
  )
}
