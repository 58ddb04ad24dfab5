import type { ReactNode } from 'react'
import { dimensionLabel, rowsOf } from '../labels.ts'
import type { Ask } from '../query.ts'
import { useFormat, useModel } from '../session.tsx'
import { strings } from '../strings.ts'
import { ChangeMark } from './change.tsx'
import { Sparkline } from './sparkline.tsx'

export interface KpiProps {
  /** A measure of the semantic model: it gives label, format and direction. */
  readonly measure: string
  /** One row: the measure, and `<measure>.before` where compared. */
  readonly total: Ask
  /** The measure by date, in order; drawn as a spark. Incomplete buckets at the ends are left out. */
  readonly series?: Ask
  readonly label?: string
  /** The change becomes a button that opens its decomposition. */
  readonly onChange?: () => void
  /** In place of the change: a second line of its own. */
  readonly foot?: ReactNode
  /** Attributes as of the version have no comparison. */
  readonly compared?: boolean
}

export const KpiStrip = ({ label, children }: { label: string; children: ReactNode }) => (
  <section className="kpis" aria-label={label}>
    {children}
  </section>
)

/** One figure: value, change, spark. */
export const Kpi = (props: KpiProps) => {
  const { measure, total } = props
  const format = useFormat()
  const model = useModel()
  const info = model.measures.get(measure)
  const kind = info?.format ?? 'decimal'
  const label = props.label ?? info?.label ?? measure
  const value = rowsOf(total.answer, format).number(0, measure)
  const unfiltered = (total.answer?.unfiltered[measure] ?? [])
    .map((name) => dimensionLabel(model, name))
    .join(', ')
  return (
    <div
      className={`kpi ${total.stale ? 'is-stale' : ''}`}
      aria-busy={total.state === 'loading' || total.stale}
    >
      <h2 className="kpi-label" title={info?.description}>
        {label}
      </h2>
      {total.state === 'loading' ? (
        <span className="kpi-value kpi-loading">
          <span className="visually-hidden">{strings.tile.loading}</span>
        </span>
      ) : (
        <>
          <span
            className="kpi-value"
            title={value === null ? strings.tile.noValue : format.exact(value, kind)}
            data-measure={measure}
            data-value={value ?? ''}
          >
            {format.compact(value, kind)}
          </span>
          <KpiSpark {...props} />
          <KpiFoot {...props} />
          {unfiltered === '' ? null : (
            <span
              className="tile-mark kpi-mark"
              title={`${strings.tile.notFilteredBy(unfiltered)}. ${strings.tile.notFilteredHint}`}
            >
              {strings.tile.notFilteredBy(unfiltered)}
            </span>
          )}
        </>
      )}
    </div>
  )
}

const KpiSpark = ({ measure, series }: KpiProps) => {
  const format = useFormat()
  const rows = rowsOf(series?.answer, format)
  const partial = series?.answer?.partial ?? []
  const values = Array.from({ length: rows.length }, (_, row) => row)
    .filter((row) => !partial.includes(rows.text(row, 'date') ?? ''))
    .map((row) => rows.number(row, measure))
  return <Sparkline values={values} />
}

const KpiFoot = ({ measure, total, foot, label, onChange, compared = true }: KpiProps) => {
  const format = useFormat()
  const info = useModel().measures.get(measure)
  if (!info?.hasData) return <span className="kpi-foot change-none">{strings.tile.noSource}</span>
  if (total.state === 'failed') {
    return (
      <button
        type="button"
        className="kpi-foot link-button"
        onClick={total.retry}
        title={total.failure?.message}
      >
        {strings.tile.retry}
      </button>
    )
  }
  if (foot !== undefined) return <span className="kpi-foot">{foot}</span>
  if (!compared) return null
  const rows = rowsOf(total.answer, format)
  const [now, before] = [rows.number(0, measure), rows.number(0, `${measure}.before`)]
  const mark = <ChangeMark now={now} before={before} kind={info.format} better={info.better} />
  if (!onChange || format.change(now, before, info.format) === null)
    return <span className="kpi-foot">{mark}</span>
  return (
    <button type="button" className="kpi-foot kpi-why" onClick={onChange}>
      <span className="visually-hidden">{strings.change.open(label ?? info.label)} </span>
      {mark}
    </button>
  )
}
