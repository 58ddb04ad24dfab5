import { ChangeMark } from '../../components/change.tsx'
import { Kpi, KpiStrip } from '../../components/kpi.tsx'
import { fewCases } from '../../components/rate.tsx'
import { rowsOf } from '../../labels.ts'
import type { Ask } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { supportStrings as text } from '../../strings/support.ts'
import { useTotals } from '../../totals.ts'
import { usePage } from '../../use-page.ts'

const labels: Readonly<Record<string, string>> = {
  resolution_rate: text.resolved,
  open_interactions: text.open,
  agents: text.agents,
}
const shown = [
  'interactions',
  'resolution_rate',
  'open_interactions',
  'resolution_hours',
  'csat',
  'agents',
] as const

/** The originals' three cards and three more; what no source has is left out. */
export const SupportKpis = () => {
  const page = usePage()
  const model = useModel()
  const measures = shown.filter(model.has)
  const asked = model.has('csat') ? [...measures, 'answered', 'response_rate'] : measures
  const { total, series } = useTotals(asked, page.filters())
  return (
    <KpiStrip label={text.kpis}>
      {measures.map((measure) => (
        <Kpi
          key={measure}
          measure={measure}
          total={total}
          series={series}
          {...(labels[measure] === undefined ? {} : { label: labels[measure] })}
          {...(measure === 'csat' ? { foot: <CsatFoot total={total} /> } : {})}
        />
      ))}
    </KpiStrip>
  )
}

/** Satisfaction means little without how many answered. */
const CsatFoot = ({ total }: { total: Ask }) => {
  const format = useFormat()
  const page = usePage()
  const rows = rowsOf(total.answer, format)
  const answered = rows.number(0, 'answered') ?? 0
  return (
    <>
      {page.compare && answered >= fewCases ? (
        <ChangeMark
          now={rows.number(0, 'csat')}
          before={rows.number(0, 'csat.before')}
          kind="percent"
          better="higher"
        />
      ) : null}{' '}
      <span className="muted">
        {answered < fewCases
          ? text.few(format.count(answered))
          : text.answered(format.compact(rows.number(0, 'response_rate'), 'percent'))}
      </span>
    </>
  )
}
