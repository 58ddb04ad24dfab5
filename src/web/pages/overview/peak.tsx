import { HeatGrid, HeatLegend } from '../../components/heat-grid.tsx'
import { blocksOf, busiest } from '../../components/heat-scale.ts'
import { Tile } from '../../components/tile.tsx'
import type { Format } from '../../format.ts'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { usePage } from '../../use-page.ts'
import { useWeekFilter } from '../../use-week-filter.ts'

/** Weekday x hour. A click filters by both, a second one takes both back. */
export const PeakTile = () => {
  const page = usePage()
  const weekFilter = useWeekFilter()
  const format = useFormat()
  const ask = useAsk({
    measures: ['transactions'],
    by: [{ dimension: 'weekday' }, { dimension: 'hour' }],
    filters: page.filters('weekday', 'hour'),
    limit: 200,
  })
  const rows = rowsOf(ask.answer, format)
  const counts = new Map(
    indices(rows).map((row) => [
      `${rows.text(row, 'weekday')}-${rows.text(row, 'hour')}`,
      rows.number(row, 'transactions'),
    ]),
  )
  const read = (weekday: number, hour: number): number | null => counts.get(`${weekday}-${hour}`) ?? 0
  return (
    <Tile
      title={strings.peak.title}
      subtitle={strings.peak.subtitle}
      span={7}
      asks={[ask]}
      minHeight={200}
      aside={<HeatLegend />}
      foot={<Busiest read={read} format={format} />}
    >
      <HeatGrid
        label={strings.peak.label}
        valueOf={read}
        write={(value) => strings.peak.unit(format.exact(value, 'count'))}
        {...weekFilter}
      />
    </Tile>
  )
}

const Busiest = ({
  read,
  format,
}: {
  read: (weekday: number, hour: number) => number | null
  format: Format
}) => {
  const peak = busiest(blocksOf(read, 1, 'sum'))
  if (!peak) return null
  const [hour = 0] = peak.hours
  const when = strings.peak.when(
    format.weekday(peak.weekday, 'long'),
    format.hour(hour),
    format.hour(hour + 1),
  )
  return (
    <span>
      <span className="peak-key" aria-hidden="true" />
      {strings.peak.busiest} <strong>{when}</strong> {strings.peak.with(format.exact(peak.value, 'count'))}
    </span>
  )
}
