import type { GoldTable } from '../../api-types.ts'
import { ChangeMark } from '../../components/change.tsx'
import { Kpi } from '../../components/kpi.tsx'
import type { Loaded } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/retention.ts'
import { useTotals } from '../../totals.ts'
import { usePage } from '../../use-page.ts'
import { Figure } from '../customers/figure.tsx'
import { type Measure, monthRows, within } from './monthly-rows.ts'

/** The last month that was over, against the one before it; and who bought again within the dates. */
export const Figures = ({ loaded }: { loaded: Loaded<GoldTable> }) => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const repeat = useTotals(has('repeat_rate') ? ['repeat_rate'] : [], page.filters())
  const rows = loaded.data ? within(monthRows(loaded.data), page.period) : []
  const whole = rows.filter(({ isComplete }) => isComplete)
  const [last, before] = [whole.at(-1), whole.at(-2)]
  const month = last ? format.bucket(last.month, 'month') : ''
  const rate = (measure: Measure, label: string, better: 'higher' | 'lower', kind: 'percent' | 'count') => (
    <Figure
      label={label}
      value={loaded.data && format.compact(last?.figures[measure] ?? null, kind)}
      exact={last?.figures[measure]}
      foot={
        last ? (
          <>
            <ChangeMark
              now={last.figures[measure]}
              before={before?.figures[measure] ?? null}
              kind={kind}
              better={better}
            />{' '}
            <span className="hint">{text.inMonth(month)}</span>
          </>
        ) : (
          text.none
        )
      }
      title={measure === 'customers_at_end' ? text.thereHint : text.monthly.foot}
    />
  )
  return (
    <section className="kpis" aria-label={text.figures}>
      {rate('customers_at_end', text.there, 'higher', 'count')}
      {rate('retention_rate', text.retentionRate, 'higher', 'percent')}
      {rate('churn_rate', text.churnRate, 'lower', 'percent')}
      {has('repeat_rate') ? <Kpi measure="repeat_rate" total={repeat.total} series={repeat.series} /> : null}
    </section>
  )
}
