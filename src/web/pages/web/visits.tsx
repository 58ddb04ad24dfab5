import { seriesBy } from '../../components/charts/series-by.ts'
import { HeatGrid, HeatLegend } from '../../components/heat-grid.tsx'
import { Tile } from '../../components/tile.tsx'
import { TrendTile, trendGrain } from '../../components/trend-tile.tsx'
import { rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { webStrings as text } from '../../strings/web.ts'
import { usePage } from '../../use-page.ts'
import { useWeekFilter } from '../../use-week-filter.ts'
import { busiestHours, hoursOf, weekdays } from '../peak-times/hours.ts'

/** Sessions over time, stacked by device. */
export const SessionsTrend = ({
  toneOf,
  byDevice,
}: {
  toneOf: (device: string | null) => number
  byDevice: boolean
}) => {
  const page = usePage()
  const format = useFormat()
  const grain = trendGrain(page)
  const date = { dimension: 'date', grain }
  const ask = useAsk({
    measures: ['sessions'],
    by: byDevice ? [date, { dimension: 'device' }] : [date],
    filters: page.filters('date'),
  })
  const { dates, series } = seriesBy({
    answer: ask.answer,
    measure: 'sessions',
    ...(byDevice ? { by: 'device' } : {}),
    grain,
    format,
    fill: 0,
    toneOf: byDevice ? toneOf : () => 0,
    label: text.trend,
  })
  return (
    <TrendTile
      title={text.trend}
      {...(byDevice ? { subtitle: text.byDevice } : {})}
      span={byDevice ? 8 : 12}
      ask={ask}
      dates={dates}
      series={series}
      kind="count"
      shape="area"
      stacked
    />
  )
}

export const VisitHours = ({ span }: { span: 7 | 12 }) => {
  const page = usePage()
  const weekFilter = useWeekFilter()
  const format = useFormat()
  const ask = useAsk({
    measures: ['sessions'],
    by: [{ dimension: 'weekday' }, { dimension: 'hour' }],
    filters: page.filters('weekday', 'hour'),
  })
  const counts = hoursOf(rowsOf(ask.answer, format), 'sessions')
  const [best] = weekdays
    .flatMap((weekday) => busiestHours(counts, weekday, 1).map((one) => ({ weekday, ...one })))
    .toSorted((a, b) => b.count - a.count || a.weekday - b.weekday)
  return (
    <Tile
      title={text.heat}
      subtitle={text.heatSub}
      span={span}
      asks={[ask]}
      aside={<HeatLegend />}
      foot={
        best ? (
          <span>
            <span className="peak-key" aria-hidden="true" />
            {text.busiest(
              text.between(
                format.weekday(best.weekday, 'long'),
                format.hour(best.hour),
                format.hour(best.hour + 1),
              ),
              format.exact(best.count, 'count'),
            )}
          </span>
        ) : null
      }
    >
      <HeatGrid
        label={`${text.heat}, ${text.heatSub}`}
        valueOf={(weekday, hour) => counts.at(weekday, hour)}
        write={(value) => format.exact(value, 'count')}
        {...weekFilter}
      />
    </Tile>
  )
}
