import type { ReactNode } from 'react'

export interface Bar {
  readonly key: string
  readonly label: string
  readonly value: number | null
  /** As it is written beside the bar. */
  readonly text: string
  /** Exact value and whatever else helps, on hover. */
  readonly title?: string
  readonly selected?: boolean
  /** A number from 1 to 5 for a categorical colour; absent = accent. */
  readonly tone?: number
  /** Muted: a rate over too few cases, for example. */
  readonly muted?: boolean
  readonly after?: ReactNode
}

/** Names, figures and bars from one zero line; the longest fills the width. A click filters by it. */
export const BarList = ({
  label,
  bars,
  onPick,
  max,
}: {
  label: string
  bars: readonly Bar[]
  onPick?: (key: string) => void
  /** What fills the width; the largest value unless told (100 for rates). */
  max?: number
}) => {
  const full = max ?? Math.max(0, ...bars.map(({ value }) => Math.abs(value ?? 0)))
  const anySelected = bars.some(({ selected }) => selected)
  return (
    <ol className={`bars ${anySelected ? 'has-selection' : ''}`} aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.key} className={`${bar.selected ? 'is-selected' : ''} ${bar.muted ? 'is-muted' : ''}`}>
          {onPick ? (
            <button
              type="button"
              aria-pressed={bar.selected ?? false}
              title={bar.title}
              onClick={() => onPick(bar.key)}
            >
              <BarContent bar={bar} full={full} />
            </button>
          ) : (
            <div className="bar" title={bar.title}>
              <BarContent bar={bar} full={full} />
            </div>
          )}
        </li>
      ))}
    </ol>
  )
}

const BarContent = ({ bar, full }: { bar: Bar; full: number }) => (
  <>
    <span className="bar-label">{bar.label}</span>
    <span className="bar-value">
      {bar.text}
      {bar.after}
    </span>
    <span className="bar-track" aria-hidden="true">
      <span className={`bar-fill tone-${bar.tone ?? 0}`} style={{ width: `${widthOf(bar.value, full)}%` }} />
    </span>
  </>
)

const widthOf = (value: number | null, full: number): number =>
  value === null || full === 0 ? 0 : Math.min(100, (Math.abs(value) / full) * 100)

/** A small bar inside a table cell, beside its figure. */
export const CellBar = ({ value, max, tone = 3 }: { value: number | null; max: number; tone?: number }) => (
  <span className="cell-bar" aria-hidden="true">
    <span className={`bar-fill tone-${tone}`} style={{ width: `${widthOf(value, max)}%` }} />
  </span>
)
