import { Segmented } from '../../components/button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ShareBar, Swatch } from '../../components/share-bar.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/segments.ts'
import { usePage } from '../../use-page.ts'
import { type SegmentRow, useSegments } from './rows.ts'

const bases = {
  revenue: ({ revenue }: SegmentRow) => revenue,
  customers: ({ customers }: SegmentRow) => customers,
  lifetime_value: ({ lifetime }: SegmentRow) => lifetime,
} as const
type Base = keyof typeof bases

const useBase = (): Base => {
  const { share } = usePage().state.own
  return share === 'customers' || share === 'lifetime_value' ? share : 'revenue'
}

export const SharesTile = () => {
  const page = usePage()
  const format = useFormat()
  const { ask, rows } = useSegments()
  const base = useBase()
  const figureOf = bases[base]
  const total = rows.reduce((sum, row) => sum + Math.max(0, figureOf(row) ?? 0), 0)
  const shareOf = (row: SegmentRow): number | null =>
    total === 0 ? null : Math.max(0, figureOf(row) ?? 0) / total
  const kind = base === 'customers' ? 'count' : 'money'
  const ordered = rows.toSorted((a, b) => (figureOf(b) ?? 0) - (figureOf(a) ?? 0))
  return (
    <Tile
      title={text.title}
      subtitle={`${text.shareOf.toLocaleLowerCase()} ${text.by[base].toLocaleLowerCase()}`}
      span={12}
      asks={[ask]}
      minHeight={190}
      flush
      aside={
        <Segmented
          label={text.shareOf}
          options={(['revenue', 'customers', 'lifetime_value'] as const).map((value) => ({
            value,
            label: text.by[value],
          }))}
          value={base}
          onChange={(share) => page.set({ share: share === 'revenue' ? undefined : share })}
        />
      }
      foot={text.foot}
    >
      <div className="inset">
        <ShareBar
          label={`${text.shareOf} ${text.by[base]}`}
          parts={ordered.map((row) => ({
            key: row.segment ?? '',
            label: row.label,
            value: Math.max(0, figureOf(row) ?? 0),
            title: `${row.label} ${format.share(shareOf(row) ?? 0)}, ${format.exact(figureOf(row), kind)}`,
            tone: row.tone,
            selected: page.isSelected('segment', row.segment),
          }))}
          onPick={(key) => page.toggle('segment', key === '' ? null : key)}
        />
      </div>
      <SegmentTable rows={ordered} shareOf={shareOf} />
    </Tile>
  )
}

const SegmentTable = ({
  rows,
  shareOf,
}: {
  rows: readonly SegmentRow[]
  shareOf: (row: SegmentRow) => number | null
}) => {
  const page = usePage()
  const format = useFormat()
  const money = (key: 'revenue' | 'aov' | 'lifetime' | 'each', isExact = false): Column<SegmentRow> => ({
    key,
    label: text[key],
    numeric: true,
    sortOf: (row) => row[key],
    render: (row) =>
      isExact ? (
        format.exact(row[key], 'money')
      ) : (
        <span title={format.exact(row[key], 'money')}>{format.compact(row[key], 'money')}</span>
      ),
  })
  const count = (key: 'customers' | 'orders'): Column<SegmentRow> => ({
    key,
    label: text[key],
    numeric: true,
    sortOf: (row) => row[key],
    render: (row) => format.exact(row[key], 'count'),
  })
  const columns: readonly Column<SegmentRow>[] = [
    {
      key: 'segment',
      label: text.segment,
      sortOf: ({ label }) => label,
      render: ({ tone, label }) => (
        <>
          <Swatch tone={tone} />
          {label}
        </>
      ),
    },
    {
      key: 'share',
      label: text.share,
      numeric: true,
      sortOf: shareOf,
      render: (row) => {
        const share = shareOf(row)
        return share === null ? format.text(null) : format.share(share)
      },
    },
    count('customers'),
    money('revenue'),
    count('orders'),
    money('aov', true),
    money('lifetime'),
    money('each', true),
  ]
  return (
    <DataTable
      label={text.title}
      columns={columns}
      rows={rows}
      keyOf={({ segment }) => segment ?? ''}
      onRow={({ segment }) => page.toggle('segment', segment)}
      isSelected={({ segment }) => page.isSelected('segment', segment)}
    />
  )
}
