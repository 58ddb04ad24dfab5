import { Kpi, KpiStrip } from '../../components/kpi.tsx'
import { strings } from '../../strings/overview.ts'
import type { Totals } from './totals.ts'
import { canExplain } from './why-plan.ts'

export const Figures = ({ totals, onWhy }: { totals: Totals; onWhy: (measure: string) => void }) => (
  <KpiStrip label={strings.kpis}>
    {totals.measures.map((measure) => (
      <Kpi
        key={measure}
        measure={measure}
        total={totals.total}
        series={totals.series}
        {...(canExplain(measure) ? { onChange: () => onWhy(measure) } : {})}
      />
    ))}
  </KpiStrip>
)
