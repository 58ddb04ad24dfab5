import type { Format as Kind } from '../../model/semantic-types.ts'
import type { Grain } from '../../semantic/types.ts'
import type { Day } from '../dates.ts'
import { grainFor, rangeText, shownPeriod } from '../period.ts'
import type { Ask } from '../query.ts'
import { chartStrings as text } from '../strings/charts.ts'
import { strings } from '../strings.ts'
import { type Page, usePage } from '../use-page.ts'
import { CertifiedView } from './certified-view.tsx'
import { Legend } from './charts/time-overlay.tsx'
import { type Series, TimeSeries, type TimeSeriesProps } from './charts/time-series.tsx'
import { Select } from './select.tsx'
import { Tile, type TileProps } from './tile.tsx'

/** The grain of a chart over all of the data: the address's, or one that gives a readable line. */
export const trendGrain = (page: Page): Grain => page.state.grain ?? grainFor(shownPeriod('all', page.extent))

/**
 * A time series over all dates: the page's days are shaded, and a drag filters the page by others. Its queries leave
 * the range out (`page.filters('date')`) and go by `trendGrain`.
 */
export const TrendTile = ({
  title,
  subtitle,
  span,
  ask,
  dates,
  series,
  kind,
  shape = 'line',
  stacked = false,
  height = 250,
  certified,
}: Pick<TileProps, 'title' | 'subtitle' | 'span'> &
  Pick<TimeSeriesProps, 'shape' | 'stacked' | 'height'> & {
    ask: Ask
    dates: readonly Day[]
    series: readonly Series[]
    kind: Kind
    /** A view of gold with the same figures over all dates. */
    certified?: string
  }) => {
  const page = usePage()
  const grain = trendGrain(page)
  return (
    <Tile
      title={title}
      subtitle={[text.by(strings.grains[grain]), subtitle].filter(Boolean).join(', ')}
      span={span}
      asks={[ask]}
      minHeight={height + 16}
      aside={
        <>
          {series.length > 1 ? <Legend series={series} /> : null}
          <GrainSelect />
        </>
      }
      foot={<BrushFoot certified={certified} />}
    >
      <TimeSeries
        title={title}
        {...{ grain, dates, series, kind, shape, stacked, height }}
        partial={ask.answer?.partial ?? []}
        selected={page.period}
        onBrush={(period) => page.set({ range: rangeText(period) })}
      />
    </Tile>
  )
}

const BrushFoot = ({ certified }: { certified: string | undefined }) => {
  const page = usePage()
  return (
    <>
      <span>{strings.chart.dragHint}</span>
      <span className="foot-links">
        {certified === undefined ? null : <CertifiedView table={certified} />}
        {page.period === null ? null : (
          <button type="button" className="link-button" onClick={() => page.set({ range: 'all' })}>
            {strings.chart.showAll}
          </button>
        )}
      </span>
    </>
  )
}

const GrainSelect = () => {
  const page = usePage()
  const usual = grainFor(shownPeriod('all', page.extent))
  return (
    <Select
      label={text.grain}
      options={(['day', 'week', 'month', 'quarter'] as const).map((value) => ({
        value,
        label: text.grains[value],
      }))}
      value={trendGrain(page)}
      onChange={(grain) => page.set({ grain: grain === usual ? undefined : grain })}
    />
  )
}
