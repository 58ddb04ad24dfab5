import type { Format as Kind } from '../../../model/semantic-types.ts'
import type { Grain } from '../../../semantic/types.ts'
import type { Day } from '../../dates.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings.ts'
import type { Places } from './places.ts'
import type { Series } from './series.ts'

/** A shaded stretch of days. */
export const Span = ({
  place,
  from,
  to,
  kind,
}: {
  place: Places
  from: number
  to: number
  kind: 'page' | 'brush'
}) => {
  const left = Math.max(place.left, place.x(from) - place.half)
  const right = Math.min(place.right, place.x(to) + place.half)
  return (
    <div
      className={`chart-span chart-span-${kind}`}
      style={{ left, width: Math.max(2, right - left), top: place.top, height: place.bottom - place.top }}
    />
  )
}

/** A bucket the data covers only in part. */
export const Hatch = ({ place, at }: { place: Places; at: number }) => {
  if (at < 0) return null
  const left = Math.max(place.left, place.x(at) - place.half)
  const right = Math.min(place.right, place.x(at) + place.half)
  return (
    <div
      className="chart-hatch"
      title={strings.tile.partial}
      style={{ left, width: Math.max(3, right - left), top: place.top, height: place.bottom - place.top }}
    />
  )
}

/** Crosshair and exact values of one bucket; it stays inside the chart. */
export const Readout = ({
  place,
  at,
  day,
  grain,
  series,
  kind,
  partial,
}: {
  place: Places
  at: number
  day: Day
  grain: Grain
  series: readonly Series[]
  kind: Kind
  partial: readonly Day[]
}) => {
  const format = useFormat()
  const x = place.x(at)
  const isRight = x > (place.left + place.right) / 2
  return (
    <>
      <div className="chart-cross" style={{ left: x, top: place.top, height: place.bottom - place.top }} />
      <div
        className="chart-tip"
        role="status"
        style={isRight ? { right: `calc(100% - ${x - 12}px)` } : { left: x + 12 }}
      >
        <p className="chart-tip-title">{format.bucket(day, grain)}</p>
        {series.map(({ key, label, tone, values }) => (
          <p key={key}>
            <span className={`line-key tone-${tone}`} />
            <span className="chart-tip-label">{label}</span>
            <span className="chart-tip-value">{format.exact(values[at] ?? null, kind)}</span>
          </p>
        ))}
        {partial.includes(day) ? <p className="chart-tip-note">{strings.tile.partial}</p> : null}
      </div>
    </>
  )
}

/** The legend, in HTML. */
export const Legend = ({ series }: { series: readonly Pick<Series, 'key' | 'label' | 'tone'>[] }) => (
  <ul className="legend">
    {series.map(({ key, label, tone }) => (
      <li key={key}>
        <span className={`line-key tone-${tone}`} aria-hidden="true" />
        {label}
      </li>
    ))}
  </ul>
)
