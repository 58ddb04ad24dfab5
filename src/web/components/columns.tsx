import { useState } from 'react'
import { chartStrings as text } from '../strings/charts.ts'
import '../styles/reports.css'

export interface ColumnPart {
  readonly key: string
  readonly label: string
  /** 1..5, a categorical colour; 0 = accent. */
  readonly tone: number
}

export interface ColumnPlace {
  readonly key: string
  /** Said and shown on hover; `short` stands below the column. */
  readonly label: string
  readonly short: string
  readonly selected?: boolean
}

export interface ColumnsProps {
  readonly label: string
  readonly places: readonly ColumnPlace[]
  /** From the bottom up. */
  readonly parts: readonly ColumnPart[]
  readonly amountOf: (place: string, part: string) => number
  /** Exact, for tips and screen readers; `axis` is short. */
  readonly write: (value: number) => string
  readonly axis: (value: number) => string
  readonly onPick?: (place: string) => void
  readonly height?: number
}

/** Columns, stacked when there are several parts. Each one is a button (or a list item) that says all of its figures. */
export const Columns = (props: ColumnsProps) => {
  const { label, places, parts, amountOf, onPick, height = 190 } = props
  const [at, setAt] = useState<number | null>(null)
  const totalOf = (place: string): number =>
    parts.reduce((sum, { key }) => sum + Math.max(0, amountOf(place, key)), 0)
  const top = niceTop(Math.max(0, ...places.map(({ key }) => totalOf(key))))
  const anySelected = places.some(({ selected }) => selected)
  const shown = at === null ? undefined : places[at]
  return (
    <div className="columns">
      <Axis top={top} height={height} write={props.axis} />
      <ul
        className={`columns-list ${anySelected ? 'has-selected' : ''} ${places.length > 12 ? 'is-many' : ''}`}
        aria-label={label}
        style={{ height: height + 24 }}
      >
        {places.map((place, index) => {
          const said = wordsOf(place, props, totalOf(place.key))
          const inside = (
            <Stack place={place} parts={parts} amountOf={amountOf} share={top === 0 ? 0 : height / top} />
          )
          const hover = {
            onPointerEnter: () => setAt(index),
            onPointerLeave: () => setAt(null),
            onFocus: () => setAt(index),
            onBlur: () => setAt(null),
          }
          return (
            <li key={place.key} className={place.selected ? 'is-selected' : ''} data-column={place.key}>
              {onPick ? (
                <button
                  type="button"
                  aria-pressed={place.selected ?? false}
                  onClick={() => onPick(place.key)}
                  {...hover}
                >
                  <span className="visually-hidden">{said}</span>
                  {inside}
                </button>
              ) : (
                <div {...hover}>
                  <span className="visually-hidden">{said}</span>
                  {inside}
                </div>
              )}
            </li>
          )
        })}
      </ul>
      {shown && at !== null ? <Tip {...props} place={shown} at={at} total={totalOf(shown.key)} /> : null}
    </div>
  )
}

const wordsOf = (place: ColumnPlace, { parts, amountOf, write }: ColumnsProps, total: number): string =>
  parts.length === 1
    ? text.columnOne(place.label, write(total))
    : text.column(
        place.label,
        parts.map(({ key, label }) => `${label} ${write(amountOf(place.key, key))}`).join(', '),
        write(total),
      )

const Stack = ({
  place,
  parts,
  amountOf,
  share,
}: Pick<ColumnsProps, 'parts' | 'amountOf'> & { place: ColumnPlace; share: number }) => (
  <>
    <span className="column-stack" aria-hidden="true">
      {parts.toReversed().map(({ key, tone }) => (
        <span
          key={key}
          className={`tone-${tone}`}
          style={{ height: Math.max(0, amountOf(place.key, key)) * share }}
        />
      ))}
    </span>
    <span className="column-name" aria-hidden="true">
      {place.short}
    </span>
  </>
)

const Axis = ({ top, height, write }: { top: number; height: number; write: (value: number) => string }) => (
  <div className="columns-axis" aria-hidden="true" style={{ height }}>
    {[1, 0.75, 0.5, 0.25, 0].map((part) => (
      <span key={part} style={{ top: (1 - part) * height }}>
        {part === 0.75 || part === 0.25 ? '' : write(top * part)}
      </span>
    ))}
  </div>
)

const Tip = ({
  place,
  parts,
  amountOf,
  write,
  at,
  places,
  total,
}: ColumnsProps & { place: ColumnPlace; at: number; total: number }) => {
  const middle = ((at + 0.5) / places.length) * 100
  const side =
    middle > 50
      ? { right: `calc((100% - var(--axis)) * ${1 - middle / 100} + 26px)` }
      : { left: `calc(var(--axis) + (100% - var(--axis)) * ${middle / 100} + 26px)` }
  return (
    <div className="chart-tip" aria-hidden="true" style={side}>
      <p className="chart-tip-title">{place.label}</p>
      {parts.toReversed().map(({ key, label, tone }) => (
        <p key={key}>
          <span className={`line-key tone-${tone}`} />
          <span className="chart-tip-label">{label}</span>
          <span className="chart-tip-value">{write(amountOf(place.key, key))}</span>
        </p>
      ))}
      {parts.length > 1 ? (
        <p>
          <span className="line-key" />
          <span className="chart-tip-label">{text.together}</span>
          <span className="chart-tip-value">{write(total)}</span>
        </p>
      ) : null}
    </div>
  )
}

/** The next round number: 1, 1.2, 1.6, 2, 2.4, 3, 4, 6, 8 or 10 times a power of ten, so that a half is round too. */
export const niceTop = (most: number): number => {
  if (most <= 0) return 0
  const power = 10 ** Math.floor(Math.log10(most))
  const step = [1, 1.2, 1.6, 2, 2.4, 3, 4, 6, 8, 10].find((one) => one * power >= most * 0.9999) ?? 10
  return step * power
}
