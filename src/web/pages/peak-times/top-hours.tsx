import { CertifiedView } from '../../components/certified-view.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat } from '../../session.tsx'
import { peakStrings as text } from '../../strings/peak-times.ts'
import { usePage } from '../../use-page.ts'
import { busiestHours, hours, weekdays } from './hours.ts'
import type { PeakTimes } from './use-hours.ts'

interface Row {
  readonly weekday: number
  readonly top: readonly { readonly hour: number; readonly count: number }[]
  readonly total: number
}

/** When to have the most people at work: three hours of each weekday. */
export const TopHours = ({ peaks }: { peaks: PeakTimes }) => {
  const page = usePage()
  const format = useFormat()
  const rows: readonly Row[] = weekdays.map((weekday) => ({
    weekday,
    top: busiestHours(peaks.hours, weekday, 3),
    total: hours.reduce((sum, hour) => sum + peaks.hours.at(weekday, hour), 0),
  }))
  const columns: readonly Column<Row>[] = [
    {
      key: 'weekday',
      label: text.weekday,
      render: ({ weekday }) => format.weekday(weekday, 'long'),
      sortOf: ({ weekday }) => weekday,
    },
    ...[0, 1, 2].map(
      (rank): Column<Row> => ({
        key: `rank${rank}`,
        label: text.rank(rank),
        numeric: true,
        render: ({ top }) => {
          const one = top[rank]
          if (!one) return text.none
          return (
            <>
              {format.hour(one.hour)} <span className="muted">{format.exact(one.count, 'count')}</span>
            </>
          )
        },
        sortOf: ({ top }) => top[rank]?.count ?? null,
      }),
    ),
    {
      key: 'total',
      label: text.total,
      numeric: true,
      render: ({ total }) => format.exact(total, 'count'),
      sortOf: ({ total }) => total,
    },
  ]
  return (
    <Tile
      title={text.top}
      subtitle={text.topSub}
      span={12}
      asks={[peaks.ask]}
      foot={<CertifiedView table="top_hours" />}
      flush
    >
      <DataTable
        label={text.top}
        columns={columns}
        rows={rows}
        keyOf={({ weekday }) => String(weekday)}
        onRow={({ weekday }) => page.toggle('weekday', String(weekday))}
        isSelected={({ weekday }) => page.isSelected('weekday', String(weekday))}
      />
    </Tile>
  )
}
