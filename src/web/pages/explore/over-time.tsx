import { useMemo } from 'react'
import type { Query } from '../../../semantic/types.ts'
import { Card } from '../../components/card.tsx'
import { seriesBy } from '../../components/charts/series-by.ts'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { TimeSeries } from '../../components/charts/time-series.tsx'
import { Empty } from '../../components/notice.tsx'
import { Tile } from '../../components/tile.tsx'
import { rowsOf } from '../../labels.ts'
import { rangeText } from '../../period.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { exploreStrings } from '../../strings/explore.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'
import type { Choice } from './choice.ts'
import { leaderQuery } from './leaderboard.tsx'

const strings = exploreStrings.time
const most = 5

/** The largest values of the dimension as lines. The chart shows all dates and shades those of the page. */
export const OverTime = ({ choice }: { choice: Choice }) => {
  if (choice.hasDate) return <Lines choice={choice} />
  return (
    <Card title={strings.title(choice.measure.label)}>
      <Empty icon="calendar" title={strings.noDate} />
    </Card>
  )
}

const Lines = ({ choice }: { choice: Choice }) => {
  const { measure, by, grain } = choice
  const page = usePage()
  const format = useFormat()
  const { sort: _, ...state } = page.state
  const leaders = useAsk(
    leaderQuery({ ...choice, n: most }, { ...page, state: { ...state, sort: undefined } }),
  )
  const rows = rowsOf(leaders.answer, format)
  const keys = Array.from({ length: rows.length }, (_, row) => rows.text(row, by.name))
  const filters = page.filters('date', by.name)
  const query: Query | null =
    keys.length === 0
      ? null
      : {
          measures: [measure.name],
          by: [{ dimension: 'date', grain }, { dimension: by.name }],
          filters: { ...filters, values: { ...filters.values, [by.name]: keys } },
          limit: 10_000,
        }
  const ask = useAsk(query)
  const { dates, series } = useMemo(
    () =>
      seriesBy({
        answer: ask.answer,
        measure: measure.name,
        by: by.name,
        grain,
        format,
        fill: measure.additive ? 0 : null,
      }),
    [ask.answer, measure, by, grain, format],
  )
  return (
    <Tile
      title={strings.title(measure.label)}
      subtitle={strings.by(by.label)}
      span={12}
      asks={query ? [ask, leaders] : [leaders]}
      minHeight={360}
      aside={<Legend series={series} />}
      foot={
        <>
          <span>{shared.chart.dragHint}</span>
          {page.period === null ? null : (
            <button type="button" className="link-button" onClick={() => page.set({ range: 'all' })}>
              {shared.chart.showAll}
            </button>
          )}
        </>
      }
    >
      <TimeSeries
        title={strings.title(measure.label)}
        grain={grain}
        dates={dates}
        series={series}
        kind={measure.format}
        partial={ask.answer?.partial ?? []}
        selected={page.period}
        onBrush={(period) => page.set({ range: rangeText(period) })}
        height={340}
      />
    </Tile>
  )
}
