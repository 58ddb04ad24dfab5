import { useMemo } from 'react'
import { seriesBy } from '../../components/charts/series-by.ts'
import { TimeSeries } from '../../components/charts/time-series.tsx'
import { Tile } from '../../components/tile.tsx'
import { rowsOf } from '../../labels.ts'
import { rangeText } from '../../period.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/retention.ts'
import { strings } from '../../strings.ts'
import { usePage } from '../../use-page.ts'

/** signups_over_time with the page's filters: all months there are, with the chosen ones shaded. */
export const SignupsTile = () => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const isKnown = has('signups')
  const ask = useAsk(
    isKnown
      ? {
          measures: ['signups'],
          by: [{ dimension: 'date', grain: 'month' }],
          filters: page.filters('date'),
          order: [{ by: 'date' }],
          limit: 2000,
        }
      : null,
  )
  const inDates = useAsk(isKnown && page.period ? { measures: ['signups'], filters: page.filters() } : null)
  const everybody = useAsk(isKnown ? { measures: ['signups'], filters: page.filters('date') } : null)
  const shown = useMemo(
    () =>
      seriesBy({
        answer: ask.answer,
        measure: 'signups',
        grain: 'month',
        format,
        fill: 0,
        label: text.signups.registrations,
      }),
    [ask.answer, format],
  )
  const written = (one: typeof ask) => format.exact(rowsOf(one.answer, format).number(0, 'signups'), 'count')
  return (
    <Tile
      title={text.signups.title}
      subtitle={text.signups.subtitle}
      span={12}
      asks={[ask]}
      minHeight={230}
      foot={
        <>
          <span>
            {page.period
              ? text.signups.foot(written(inDates), written(everybody))
              : text.signups.all(written(everybody))}
          </span>
          {page.period ? (
            <button type="button" className="link-button" onClick={() => page.set({ range: 'all' })}>
              {strings.chart.showAll}
            </button>
          ) : (
            <span>{strings.chart.dragHint}</span>
          )}
        </>
      }
    >
      <TimeSeries
        title={text.signups.title}
        grain="month"
        dates={shown.dates}
        series={shown.series}
        kind="count"
        shape="bars"
        partial={ask.answer?.partial ?? []}
        selected={page.period}
        onBrush={(period) => page.set({ range: rangeText(period) })}
        height={210}
      />
    </Tile>
  )
}
