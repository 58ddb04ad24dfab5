import { useMemo } from 'react'
import { seriesBy } from '../../components/charts/series-by.ts'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { TimeSeries } from '../../components/charts/time-series.tsx'
import { Tile } from '../../components/tile.tsx'
import { channelTone } from '../../labels.ts'
import { grainFor, rangeText, shownPeriod } from '../../period.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'

/** All dates there are, with the chosen ones shaded: a drag chooses others. */
export const RevenueTile = ({ isAlone }: { isAlone: boolean }) => {
  const page = usePage()
  const format = useFormat()
  const grain = page.state.grain ?? grainFor(shownPeriod('all', page.extent))
  const ask = useAsk({
    measures: ['revenue'],
    by: [{ dimension: 'date', grain }, { dimension: 'channel' }],
    filters: page.filters('date'),
    order: [{ by: 'date' }],
    limit: 5000,
  })
  const shown = useMemo(
    () =>
      seriesBy({
        answer: ask.answer,
        measure: 'revenue',
        by: 'channel',
        grain,
        format,
        fill: 0,
        toneOf: channelTone,
      }),
    [ask.answer, grain, format],
  )
  const title = strings.revenue.title(shared.grains[grain])
  return (
    <Tile
      title={title}
      span={isAlone ? 12 : 8}
      asks={[ask]}
      minHeight={300}
      aside={<Legend series={shown.series} />}
      foot={
        <>
          <span>
            {page.period ? strings.revenue.dates(format.period(page.period)) : ''} {shared.chart.dragHint}
          </span>
          {page.period ? (
            <button type="button" className="link-button" onClick={() => page.set({ range: 'all' })}>
              {shared.chart.showAll}
            </button>
          ) : null}
        </>
      }
    >
      <TimeSeries
        title={title}
        grain={grain}
        dates={shown.dates}
        series={shown.series}
        kind="money"
        partial={ask.answer?.partial ?? []}
        selected={page.period}
        onBrush={(period) => page.set({ range: rangeText(period) })}
        height={342}
      />
    </Tile>
  )
}
