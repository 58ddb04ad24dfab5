import type { Format as Kind } from '../../../model/semantic-types.ts'
import type { Day } from '../../dates.ts'
import { useFormat } from '../../session.tsx'
import { dateLabels, type Places } from './places.ts'
import type { Layer } from './series.ts'

/** Grid, axes and marks as SVG. The words about it are in the summary and in the readout, so it is hidden itself. */
export const Plot = ({
  place,
  dates,
  layers,
  kind,
  shape,
  width,
  height,
}: {
  place: Places
  dates: readonly Day[]
  layers: readonly Layer[]
  kind: Kind
  shape: 'line' | 'bars' | 'area'
  width: number
  height: number
}) => {
  const format = useFormat()
  return (
    <svg className="plot" width={width} height={height} aria-hidden="true">
      {place.ticks.map((tick) => (
        <g key={tick}>
          <line
            className={tick === 0 ? 'plot-zero' : 'plot-line'}
            x1={place.left}
            x2={place.right}
            y1={Math.round(place.y(tick)) + 0.5}
            y2={Math.round(place.y(tick)) + 0.5}
          />
          <text x={place.left - 8} y={place.y(tick)} textAnchor="end" dominantBaseline="central">
            {format.axis(tick, kind)}
          </text>
        </g>
      ))}
      {dateLabels(dates, format, width).map(({ index, text }) => (
        <text key={index} x={inside(place.x(index), place)} y={place.bottom + 16} textAnchor="middle">
          {text}
        </text>
      ))}
      {layers.map((layer, index) => (
        <Marks key={layer.key} {...{ layer, layers, index, place, shape }} />
      ))}
    </svg>
  )
}

const inside = (x: number, { left, right }: Places): number => Math.min(right - 10, Math.max(left + 12, x))

const Marks = ({
  layer,
  layers,
  index,
  place,
  shape,
}: {
  layer: Layer
  layers: readonly Layer[]
  index: number
  place: Places
  shape: 'line' | 'bars' | 'area'
}) => {
  const stroke = `var(--tone-${layer.tone})`
  if (shape === 'bars') {
    const side = layer.isStacked ? 1 : layers.length
    const band = Math.min(28 * side, place.half * 1.5)
    return layer.values.map(([from, to], at) =>
      to === null || to === from ? null : (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: a bucket is its index.
          key={at}
          x={place.x(at) - band / 2 + (layer.isStacked ? 0 : (index * band) / side)}
          y={Math.min(place.y(from), place.y(to))}
          width={Math.max(1, band / side - (side > 1 ? 1 : 0))}
          height={Math.abs(place.y(from) - place.y(to))}
          fill={stroke}
        />
      ),
    )
  }
  return (
    <>
      {shape === 'area' ? <path d={areaOf(layer, place)} fill={stroke} opacity={0.16} /> : null}
      <path
        className="plot-series"
        d={lineOf(layer, place, false)}
        stroke={stroke}
        strokeDasharray={layer.dashed ? '4 4' : undefined}
      />
      <path
        className="plot-series"
        d={lineOf(layer, place, true)}
        stroke={stroke}
        strokeDasharray="2 3"
        opacity={0.6}
      />
      {lonely(layer).map((at) => (
        <circle key={at} cx={place.x(at)} cy={place.y(layer.values[at]?.[1] ?? 0)} r={2.5} fill={stroke} />
      ))}
    </>
  )
}

const point = (place: Places, at: number, value: number): string =>
  `${place.x(at).toFixed(1)} ${place.y(value).toFixed(1)}`

/** A line with gaps where nothing is known; `partial` chooses the stretches that touch an incomplete bucket. */
const lineOf = ({ values, partial }: Layer, place: Places, isPartial: boolean): string => {
  let end = -1
  return values
    .map(([, to], at) => {
      const before = values[at - 1]?.[1] ?? null
      if (to === null || before === null) return ''
      if ((partial.has(at) || partial.has(at - 1)) !== isPartial) return ''
      const start = end === at - 1 ? '' : `M${point(place, at - 1, before)}`
      end = at
      return `${start}L${point(place, at, to)}`
    })
    .join('')
}

const areaOf = ({ values }: Layer, place: Places): string => {
  const known = values.flatMap(([from, to], at) => (to === null ? [] : [{ at, from, to }]))
  if (known.length < 2) return ''
  const above = known.map(({ at, to }) => point(place, at, to))
  const below = known.toReversed().map(({ at, from }) => point(place, at, from))
  return `M${above.join('L')}L${below.join('L')}Z`
}

/** Values without a neighbour make no line: they are drawn as dots. */
const lonely = ({ values }: Layer): readonly number[] =>
  values.flatMap(([, to], at) =>
    to !== null && (values[at - 1]?.[1] ?? null) === null && (values[at + 1]?.[1] ?? null) === null
      ? [at]
      : [],
  )
