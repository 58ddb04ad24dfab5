import { seriesBy } from '../../components/charts/series-by.ts'
import { TrendTile, trendGrain } from '../../components/trend-tile.tsx'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { supportStrings as text } from '../../strings/support.ts'
import { usePage } from '../../use-page.ts'

/**
 * What became of the contacts of each week. Resolved ones are together whatever their source calls them; open ones by
 * their status where there is one.
 */
export const StatusTrend = () => {
  const page = usePage()
  const format = useFormat()
  const hasStatus = useModel().dimensions.get('resolution_status')?.hasData ?? false
  const grain = trendGrain(page)
  const date = { dimension: 'date', grain }
  const ask = useAsk({
    measures: ['interactions', 'resolved', 'open_interactions'],
    by: hasStatus ? [date, { dimension: 'resolution_status' }] : [date],
    filters: page.filters('date'),
  })
  const laid = (measure: string) =>
    seriesBy({
      answer: ask.answer,
      measure,
      ...(hasStatus ? { by: 'resolution_status' } : {}),
      grain,
      format,
      fill: 0,
      label: text.statusOpen,
    })
  const { dates, series } = laid('resolved')
  const resolved = series.reduce<readonly number[]>(
    (sum, { values }) => sum.map((one, at) => one + (values[at] ?? 0)),
    dates.map(() => 0),
  )
  const open = laid('open_interactions')
    .series.filter(({ values }) => values.some((value) => value !== null && value > 0))
    .map((one) => (one.key === 'null' ? { ...one, label: text.statusOpen } : one))
    .toSorted((a, b) => Number(a.key === 'null') - Number(b.key === 'null') || a.label.localeCompare(b.label))
  return (
    <TrendTile
      title={text.status}
      span={7}
      ask={ask}
      dates={dates}
      series={[
        { key: 'resolved', label: text.statusResolved, tone: 3, values: resolved },
        ...open.map((one, at) => ({ ...one, tone: [2, 4, 1, 5][at] ?? 5 })),
      ]}
      kind="count"
      shape="bars"
      stacked
      certified="tickets_over_time"
    />
  )
}
