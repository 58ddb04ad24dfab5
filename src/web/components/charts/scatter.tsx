import { useEffect, useMemo, useRef, useState } from 'react'
import type { Format as Kind } from '../../../model/semantic-types.ts'
import type { Format } from '../../format.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings.ts'
import { grid, labelOf, valueAxis } from './axis.ts'
import type { Colours } from './echarts.ts'
import { useChart } from './use-chart.ts'

export interface Point {
  readonly key: string
  readonly label: string
  readonly x: number
  readonly y: number
  readonly tone?: number
  readonly muted?: boolean
  /** A further line of the tooltip. */
  readonly note?: string
}

export interface Axis {
  readonly label: string
  readonly kind: Kind
  readonly log?: boolean
  /** Ends of the axis; absent = what the points need. */
  readonly min?: number
  readonly max?: number
  /** From one line of the grid to the next. */
  readonly step?: number
}

export interface ScatterProps {
  readonly title: string
  readonly points: readonly Point[]
  readonly x: Axis
  readonly y: Axis
  readonly onPick?: (key: string) => void
  readonly height?: number
}

/** Points of two figures each. Arrow keys go through them from left to right, Enter opens one. */
export const Scatter = ({ title, points, x, y, onPick, height = 300 }: ScatterProps) => {
  const format = useFormat()
  const box = useRef<HTMLDivElement>(null)
  const ordered = useMemo(() => points.toSorted((a, b) => a.x - b.x || a.y - b.y), [points])
  const [at, setAt] = useState<number | null>(null)
  const drawn = useChart(box, (colours) => option(ordered, x, y, format, colours), [ordered, x, y, format])
  useEffect(() => {
    const { chart } = drawn
    if (!chart || chart.isDisposed()) return
    const over = ({ dataIndex }: { dataIndex: number }) => setAt(dataIndex)
    const out = () => setAt(null)
    const click = ({ dataIndex }: { dataIndex: number }) => onPick?.(ordered[dataIndex]?.key ?? '')
    chart.on('mouseover', over as never)
    chart.on('mouseout', out)
    if (onPick) chart.on('click', click as never)
    return () => {
      if (chart.isDisposed()) return
      chart.off('mouseover', over as never)
      chart.off('mouseout', out)
      chart.off('click', click as never)
    }
  }, [drawn, ordered, onPick])
  const onKeyDown = (event: React.KeyboardEvent) => {
    const last = ordered.length - 1
    const to = { ArrowRight: (at ?? -1) + 1, ArrowLeft: (at ?? last + 1) - 1, Home: 0, End: last }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      setAt(Math.min(last, Math.max(0, to)))
    } else if (event.key === 'Enter' && at !== null) onPick?.(ordered[at]?.key ?? '')
  }
  const point = at === null ? undefined : ordered[at]
  return (
    <div
      className="chart"
      role="application"
      aria-roledescription="chart"
      aria-label={`${title}: ${y.label}, ${x.label}. ${strings.chart.points(points.length)}`}
      style={{ height }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read its points.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => setAt(null)}
    >
      <div className="chart-canvas" ref={box} aria-hidden="true" />
      {drawn.failed ? <p className="chart-failed">{strings.chart.failed}</p> : null}
      {point && drawn.chart && !drawn.chart.isDisposed() ? (
        <Tip
          point={point}
          x={x}
          y={y}
          at={drawn.chart.convertToPixel('grid', [point.x, point.y])}
          width={drawn.width}
        />
      ) : null}
    </div>
  )
}

const Tip = ({ point, x, y, at, width }: { point: Point; x: Axis; y: Axis; at: number[]; width: number }) => {
  const format = useFormat()
  const [left = 0, top = 0] = at
  return (
    <>
      <div className="chart-ring" style={{ left, top }} />
      <div
        className="chart-tip"
        role="status"
        style={{
          top: Math.max(0, top - 20),
          ...(left > width / 2 ? { right: width - left + 12 } : { left: left + 12 }),
        }}
      >
        <p className="chart-tip-title">{point.label}</p>
        {[x, y].map((axis, index) => (
          <p key={axis.label}>
            <span className="chart-tip-label">{axis.label}</span>
            <span className="chart-tip-value">
              {format.exact(index === 0 ? point.x : point.y, axis.kind)}
            </span>
          </p>
        ))}
        {point.note ? <p className="chart-tip-note">{point.note}</p> : null}
      </div>
    </>
  )
}

const option = (points: readonly Point[], x: Axis, y: Axis, format: Format, colours: Colours) => ({
  animation: false,
  grid: { ...grid, top: 26, bottom: 22 },
  xAxis: { ...axisOf(x, format, colours), nameLocation: 'middle' as const, nameGap: 26 },
  yAxis: {
    ...axisOf(y, format, colours),
    nameLocation: 'end' as const,
    nameTextStyle: { ...labelOf(colours), align: 'left' as const },
  },
  series: [
    {
      type: 'scatter' as const,
      symbolSize: points.length > 400 ? 5 : 8,
      data: points.map(({ x: left, y: up, tone = 0, muted }) => ({
        value: [left, up],
        itemStyle: { color: colours.tone(tone), opacity: muted ? 0.25 : 0.65 },
      })),
    },
  ],
})

const axisOf = (axis: Axis, format: Format, colours: Colours) => ({
  ...valueAxis(colours, (value) => format.axis(value, axis.kind)),
  type: axis.log ? ('log' as const) : ('value' as const),
  name: axis.label,
  ...(axis.min === undefined ? {} : { min: axis.min }),
  ...(axis.max === undefined ? {} : { max: axis.max }),
  ...(axis.step === undefined ? {} : { interval: axis.step }),
  nameTextStyle: labelOf(colours),
  axisLine: { show: true, lineStyle: { color: colours.axis } },
})
