import type { ReactNode } from 'react'
import type { Quarantine } from '../../api-types.ts'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { quarantineStrings as strings } from '../../strings/quarantine.ts'

/** How much is held back, in rows and in money, and what is decided already. */
export const HeldFigures = ({ loaded: { data, stale } }: { loaded: Loaded<Quarantine> }) => {
  const format = useFormat()
  return (
    <div className="kpis">
      <Figure label={strings.reasonsCount} foot={strings.reasonsHint} isStale={stale}>
        {data ? format.count(data.reasons.length) : null}
      </Figure>
      <Figure label={strings.held} foot={strings.heldHint} isStale={stale}>
        {data ? format.count(data.held.rows) : null}
      </Figure>
      <Figure label={strings.value} foot={strings.valueHint} isStale={stale}>
        {data ? format.exact(data.held.value === null ? null : Number(data.held.value), 'money') : null}
      </Figure>
      <Figure label={strings.waiting} foot={strings.waitingHint} isStale={stale}>
        {data ? format.count(data.waiting) : null}
      </Figure>
    </div>
  )
}

const Figure = ({
  label,
  foot,
  isStale,
  children,
}: {
  label: string
  foot?: string
  isStale: boolean
  children: ReactNode
}) => (
  <div className={`kpi ${isStale ? 'is-stale' : ''}`}>
    <span className="kpi-label">{label}</span>
    {children === null ? <span className="kpi-loading" /> : <span className="kpi-value">{children}</span>}
    {foot ? <span className="kpi-foot muted">{foot}</span> : null}
  </div>
)
