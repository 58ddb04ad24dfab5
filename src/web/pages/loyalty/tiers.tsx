import { CellBar } from '../../components/bar-list.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/loyalty.ts'
import { usePage } from '../../use-page.ts'

interface Row {
  readonly tier: string | null
  readonly members: number | null
  readonly active: number | null
  readonly activeShare: number | null
  readonly balance: number | null
  readonly each: number | null
  readonly revenue: number | null
  readonly aov: number | null
}

/** Rates over fewer cases are muted. */
const fewest = 10
const wanted = ['members', 'active_members', 'points_balance', 'revenue', 'aov']

export const TiersTile = ({ span }: { span: 8 | 12 }) => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const measures = wanted.filter(has)
  const ask = useAsk(
    has('members')
      ? { measures, by: [{ dimension: 'tier' }], filters: page.filters('tier'), limit: 50 }
      : null,
  )
  const read = rowsOf(ask.answer, format)
  const rows: readonly Row[] = indices(read)
    .map((row) => rowOf(read, row))
    .toSorted((a, b) => (b.each ?? -1) - (a.each ?? -1))
  const columns = useColumns(rows)
  return (
    <Tile
      title={text.tiers.title}
      subtitle={text.tiers.subtitle}
      span={span}
      asks={[ask]}
      minHeight={200}
      flush
      foot={text.tiers.foot}
    >
      <div className="tight">
        <DataTable
          label={text.tiers.label}
          columns={columns}
          rows={rows}
          keyOf={({ tier }) => tier ?? ''}
          onRow={({ tier }) => page.toggle('tier', tier)}
          isSelected={({ tier }) => page.isSelected('tier', tier)}
        />
      </div>
    </Tile>
  )
}

const rowOf = (read: ReturnType<typeof rowsOf>, row: number): Row => {
  const tier = read.text(row, 'tier')
  const members = tier === null ? null : read.number(row, 'members')
  const active = tier === null ? null : read.number(row, 'active_members')
  const balance = tier === null ? null : read.number(row, 'points_balance')
  return {
    tier,
    members,
    active,
    balance,
    activeShare: members !== null && members > 0 && active !== null ? active / members : null,
    each: members !== null && members > 0 && balance !== null ? balance / members : null,
    revenue: read.number(row, 'revenue'),
    aov: read.number(row, 'aov'),
  }
}

const useColumns = (rows: readonly Row[]): readonly Column<Row>[] => {
  const format = useFormat()
  const { has } = useModel()
  const total = rows.reduce((sum, { members }) => sum + (members ?? 0), 0)
  const column = (key: 'members' | 'balance' | 'each', kind: 'count' | 'points'): Column<Row> => ({
    key,
    label: text.tiers[key],
    numeric: true,
    sortOf: (row) => row[key],
    render: (row) => format.exact(row[key] === null ? null : Math.round(row[key]), kind),
  })
  const share: Column<Row> = {
    key: 'share',
    label: text.tiers.share,
    numeric: true,
    sortOf: ({ members }) => members,
    render: ({ members }) =>
      members === null || total === 0 ? (
        format.text(null)
      ) : (
        <>
          {format.share(members / total)}
          <CellBar value={members} max={total} tone={0} />
        </>
      ),
  }
  const money = (key: 'revenue' | 'aov'): Column<Row> => ({
    key,
    label: text.tiers[key],
    numeric: true,
    sortOf: (row) => row[key],
    render: (row) => format.exact(row[key], 'money'),
  })
  return [
    {
      key: 'tier',
      label: text.tiers.tier,
      sortOf: ({ tier }) => tier,
      render: ({ tier }) => tier ?? text.tiers.none,
    },
    column('members', 'count'),
    share,
    ...(has('active_members') ? [activeShare(format)] : []),
    column('balance', 'points'),
    column('each', 'points'),
    ...(has('revenue') ? [money('revenue'), money('aov')] : []),
  ]
}

const activeShare = (format: ReturnType<typeof useFormat>): Column<Row> => ({
  key: 'activeShare',
  label: <span title={text.tiers.activeHint}>{text.tiers.activeShare}</span>,
  numeric: true,
  sortOf: (row) => row.activeShare,
  render: ({ activeShare: share, active, members }) => {
    if (share === null) return format.text(null)
    const isFew = (members ?? 0) < fewest
    const cases = text.tiers.activeOf(format.count(active ?? 0), format.count(members ?? 0))
    return (
      <span className={isFew ? 'is-muted' : ''} title={cases}>
        {format.share(share)}
        {isFew ? ` (n = ${format.count(members ?? 0)})` : ''}
      </span>
    )
  },
})
