import { useMemo, useRef } from 'react'
import type { Format as Kind } from '../../../model/semantic-types.ts'
import type { Grain } from '../../../semantic/types.ts'
import { addDays, type Day } from '../../dates.ts'
import { bucketEnd, type Period } from '../../period.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings.ts'
import { placesOf } from './places.ts'
import { Plot } from './plot.tsx'
import { extentOf, layersOf, type Series } from './series.ts'
import { summaryOf } from './summary.ts'
import { Hatch, Readout, Span } from './time-overlay.tsx'
import { useBrush } from './use-brush.ts'
import { useSize } from './use-size.ts'

export type { Series } from './series.ts'

export interface TimeSeriesProps {
  readonly title: string
  readonly grain: Grain
  /** First days of the buckets, in order and without gaps. */
  readonly dates: readonly Day[]
  readonly series: readonly Series[]
  readonly kind: Kind
  readonly shape?: 'line' | 'bars' | 'area'
  readonly stacked?: boolean
  /** Buckets that are not complete: hatched. */
  readonly partial?: readonly Day[]
  /** The days the page is filtered by, shaded: this chart shows all and highlights. */
  readonly selected?: Period | null
  /** A drag (or Shift and arrows, Enter) chooses days. */
  readonly onBrush?: (period: Period) => void
  /** Pixels at least; it fills its tile. */
  readonly height?: number
}

const none: readonly Day[] = []

/** Lines, areas or bars over time. A screen reader hears a summary and, with the arrow keys, every value. */
export const TimeSeries = (props: TimeSeriesProps) => {
  const { title, dates, series, kind, grain, partial = none, selected, onBrush, height: least = 280 } = props
  const { shape = 'line', stacked = false } = props
  const format = useFormat()
  const box = useRef<HTMLDivElement>(null)
  const { width, height } = useSize(box)
  const layers = useMemo(
    () => layersOf(series, stacked, new Set(partial.map((day) => dates.indexOf(day)))),
    [series, stacked, partial, dates],
  )
  const place = useMemo(
    () =>
      placesOf(
        dates.length,
        extentOf(layers),
        { width, height },
        (value) => format.axis(value, kind),
        shape === 'bars',
      ),
    [dates, layers, width, height, format, kind, shape],
  )
  const days = (from: number, to: number): Period => ({
    from: dates[from] ?? '',
    to: addDays(bucketEnd(dates[to] ?? '', grain), 1),
  })
  const brush = useBrush(dates.length, place, onBrush && ((from, to) => onBrush(days(from, to))))
  const chosen = brush.chosen && days(brush.chosen.from, brush.chosen.to)
  const inPage = selected ? indexSpan(dates, selected, grain) : null
  return (
    <div
      className="chart is-filling"
      ref={box}
      role="application"
      aria-roledescription="chart"
      aria-label={`${summaryOf(title, dates, series, grain, kind, format)} ${strings.chart.keys}`}
      style={{ minHeight: least }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read its values.
      tabIndex={0}
      {...brush.handlers}
    >
      {place ? <Plot {...{ place, dates, layers, kind, shape, width, height }} /> : null}
      {place && inPage && inPage.to - inPage.from < dates.length - 1 ? (
        <Span place={place} {...inPage} kind="page" />
      ) : null}
      {place && brush.chosen ? <Span place={place} {...brush.chosen} kind="brush" /> : null}
      {place ? partial.map((day) => <Hatch key={day} place={place} at={dates.indexOf(day)} />) : null}
      {place && brush.at !== null ? (
        <Readout
          place={place}
          at={brush.at}
          day={dates[brush.at] ?? ''}
          {...{ grain, series, kind, partial }}
        />
      ) : null}
      <span className="visually-hidden" aria-live="polite">
        {chosen && brush.byKeyboard
          ? strings.chart.chosen(format.day(chosen.from), format.day(addDays(chosen.to, -1)))
          : ''}
      </span>
    </div>
  )
}

const indexSpan = (
  dates: readonly Day[],
  period: Period,
  grain: Grain,
): { from: number; to: number } | null => {
  const inside = dates.flatMap((day, index) =>
    bucketEnd(day, grain) >= period.from && day < period.to ? [index] : [],
  )
  const [from, to] = [inside[0], inside.at(-1)]
  return from === undefined || to === undefined ? null : { from, to }
}
