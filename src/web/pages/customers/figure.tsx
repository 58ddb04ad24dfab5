import type { ReactNode } from 'react'
import { strings } from '../../strings.ts'

/** One figure of a strip that no measure stands behind; undefined is still on its way. */
export const Figure = ({
  label,
  value,
  exact,
  foot,
  title,
}: {
  label: string
  value: string | undefined
  /** The figure itself, for those who read the page by machine. */
  exact?: string | number | null | undefined
  foot?: ReactNode
  title?: string
}) => (
  <div className="kpi">
    <h2 className="kpi-label" title={title}>
      {label}
    </h2>
    {value === undefined ? (
      <span className="kpi-value kpi-loading">
        <span className="visually-hidden">{strings.tile.loading}</span>
      </span>
    ) : (
      <span className="kpi-value" data-value={exact ?? ''}>
        {value}
      </span>
    )}
    <span className="kpi-foot">{foot}</span>
  </div>
)
