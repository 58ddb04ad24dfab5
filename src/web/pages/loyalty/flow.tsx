import { useMemo } from 'react'
import { seriesBy } from '../../components/charts/series-by.ts'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { type Series, TimeSeries } from '../../components/charts/time-series.tsx'
import { Tile } from '../../components/tile.tsx'
import { rowsOf } from '../../labels.ts'
import { grainFor, rangeText, shownPeriod } from '../../period.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/loyalty.ts'
import { strings } from '../../strings.ts'
import { usePage } from '../../use-page.ts'

const flows = [
  { measure: 'points_issued', label: text.flow.issued, tone: 1 },
  { measure: 'points_redeemed', label: text.flow.redeemed, tone: 2 },
] as const

/** All dates there are, with the chosen ones shaded: a drag chooses others. */
export const FlowTile = () => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const grain = page.state.grain ?? grainFor(shownPeriod('all', page.extent))
  const measures = flows.map(({ measure }) => measure).filter(has)
  const ask = useAsk(
    measures.length === 0
      ? null
      : {
          measures,
          by: [{ dimension: 'date', grain }],
          filters: page.filters('date'),
          order: [{ by: 'date' }],
          limit: 5000,
        },
  )
  const sums = useAsk(measures.length === 0 ? null : { measures, filters: page.filters() })
  const { dates, series } = useMemo(() => {
    const laid = flows
      .filter(({ measure }) => has(measure))
      .map(({ measure, label, tone }) => ({
        ...seriesBy({ answer: ask.answer, measure, grain, format, fill: 0, label }),
        tone,
        measure,
      }))
    return {
      dates: laid[0]?.dates ?? [],
      series: laid.flatMap(({ series: [first], tone, measure }): Series[] =>
        first ? [{ ...first, key: measure, tone }] : [],
      ),
    }
  }, [ask.answer, grain, format, has])
  const title = text.flow.title(strings.grains[grain])
  return (
    <Tile
      title={title}
      span={12}
      asks={[ask, sums]}
      minHeight={270}
      aside={<Legend series={series} />}
      foot={<Finding sums={sums} />}
    >
      <TimeSeries
        title={title}
        grain={grain}
        dates={dates}
        series={series}
        kind="points"
        partial={ask.answer?.partial ?? []}
        selected={page.period}
        onBrush={(period) => page.set({ range: rangeText(period) })}
        height={250}
      />
    </Tile>
  )
}

/** What came in and went out within the dates, to the day. */
const Finding = ({ sums }: { sums: Ask }) => {
  const page = usePage()
  const format = useFormat()
  const { period } = page
  const row = rowsOf(sums.answer, format)
  const [issued, redeemed] = [row.number(0, 'points_issued') ?? 0, row.number(0, 'points_redeemed') ?? 0]
  return (
    <>
      <span>
        {redeemed > 0 && issued > 0
          ? text.flow.foot(
              format.compact(issued, 'points'),
              format.compact(redeemed, 'points'),
              format.share(redeemed / issued),
            )
          : text.flow.noneRedeemed(format.compact(issued, 'points'))}
      </span>
      {period ? (
        <button type="button" className="link-button" onClick={() => page.set({ range: 'all' })}>
          {strings.chart.showAll}
        </button>
      ) : (
        <span>{strings.chart.dragHint}</span>
      )}
    </>
  )
}
