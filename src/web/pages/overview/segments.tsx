import { type Column, DataTable } from '../../components/data-table.tsx'
import { ShareBar, Swatch } from '../../components/share-bar.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf, segmentTone } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { usePage } from '../../use-page.ts'

interface Row {
  readonly segment: string | null
  readonly label: string
  readonly tone: number
  readonly revenue: number | null
  readonly share: number
  readonly buyers: number | null
  readonly aov: number | null
}

export const SegmentsTile = () => {
  const page = usePage()
  const format = useFormat()
  const ask = useAsk({
    measures: ['revenue', 'aov', 'buyers'],
    by: [{ dimension: 'segment' }],
    filters: page.filters('segment'),
    order: [{ by: 'revenue', descending: true }],
    limit: 50,
  })
  const read = rowsOf(ask.answer, format)
  const total = indices(read).reduce((sum, row) => sum + (read.number(row, 'revenue') ?? 0), 0)
  const rows: readonly Row[] = indices(read).map((row) => ({
    segment: read.text(row, 'segment'),
    label: read.label(row, 'segment'),
    tone: segmentTone(read.text(row, 'segment'), row),
    revenue: read.number(row, 'revenue'),
    share: total === 0 ? 0 : (read.number(row, 'revenue') ?? 0) / total,
    buyers: read.number(row, 'buyers'),
    aov: read.number(row, 'aov'),
  }))
  const pick = (segment: string | null) => page.toggle('segment', segment)
  return (
    <Tile
      title={strings.segments.title}
      subtitle={strings.segments.subtitle}
      span={5}
      asks={[ask]}
      minHeight={200}
      flush
      foot={<HighValue rows={rows} />}
    >
      <div className="inset">
        <ShareBar
          label={strings.segments.label}
          parts={rows.map(({ segment, label, revenue, share, tone }) => ({
            key: segment ?? '',
            label,
            value: revenue ?? 0,
            title: `${label} ${format.share(share)}, ${format.exact(revenue, 'money')}`,
            tone,
            selected: page.isSelected('segment', segment),
          }))}
          onPick={(key) => pick(key === '' ? null : key)}
        />
      </div>
      <SegmentTable
        rows={rows}
        pick={pick}
        isSelected={({ segment }) => page.isSelected('segment', segment)}
      />
    </Tile>
  )
}

const SegmentTable = ({
  rows,
  pick,
  isSelected,
}: {
  rows: readonly Row[]
  pick: (segment: string | null) => void
  isSelected: (row: Row) => boolean
}) => {
  const format = useFormat()
  const columns: readonly Column<Row>[] = [
    {
      key: 'segment',
      label: strings.segments.segment,
      render: ({ tone, label }) => (
        <>
          <Swatch tone={tone} />
          {label}
        </>
      ),
      sortOf: ({ label }) => label,
    },
    {
      key: 'revenue',
      label: strings.segments.revenue,
      numeric: true,
      render: ({ revenue }) => (
        <span title={format.exact(revenue, 'money')}>{format.compact(revenue, 'money')}</span>
      ),
      sortOf: ({ revenue }) => revenue,
    },
    {
      key: 'share',
      label: strings.segments.share,
      numeric: true,
      render: ({ share }) => format.share(share),
      sortOf: ({ share }) => share,
    },
    {
      key: 'buyers',
      className: 'wide-only',
      label: strings.segments.buyers,
      numeric: true,
      render: ({ buyers }) => format.exact(buyers, 'count'),
      sortOf: ({ buyers }) => buyers,
    },
    {
      key: 'aov',
      label: strings.segments.aov,
      numeric: true,
      render: ({ aov }) => format.exact(aov, 'money'),
      sortOf: ({ aov }) => aov,
    },
  ]
  return (
    <DataTable
      label={strings.segments.title}
      columns={columns}
      rows={rows}
      keyOf={({ segment }) => segment ?? ''}
      onRow={({ segment }) => pick(segment)}
      isSelected={isSelected}
    />
  )
}

/** The finding in words: how few bring how much. */
const HighValue = ({ rows }: { rows: readonly Row[] }) => {
  const format = useFormat()
  const buyers = rows.reduce((sum, row) => sum + (row.buyers ?? 0), 0)
  const first = rows.find(({ tone, segment }) => tone === 1 && segment !== null)
  if (!first || buyers === 0) return null
  const [name, ofBuyers, ofRevenue] = strings.segments.foot(
    first.label,
    format.share((first.buyers ?? 0) / buyers),
    format.share(first.share),
  )
  return (
    <span>
      <strong>{name}</strong>
      {strings.segments.is(ofBuyers, ofRevenue)}
    </span>
  )
}
