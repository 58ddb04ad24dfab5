import { Kpi, KpiStrip } from '../../components/kpi.tsx'
import { rowsOf } from '../../labels.ts'
import { grainFor, shownPeriod } from '../../period.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/loyalty.ts'
import { compared } from '../../totals.ts'
import { usePage } from '../../use-page.ts'

const dated = ['active_members', 'points_issued', 'points_redeemed']

/** Members are as of the version and have no comparison; what happened to points has. */
export const Figures = () => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const flows = dated.filter(has)
  const filters = page.filters()
  const members = useAsk(
    has('members')
      ? { measures: ['members', 'customers', 'points_balance'].filter(has), filters: withoutRange(filters) }
      : null,
  )
  const total = useAsk(flows.length === 0 ? null : { measures: flows, filters, ...compared(page.compare) })
  const grain = grainFor(shownPeriod(page.state.range, page.extent))
  const series = useAsk(
    flows.length === 0
      ? null
      : {
          measures: flows,
          by: [{ dimension: 'date', grain }],
          filters,
          order: [{ by: 'date' }],
          limit: 1000,
        },
  )
  const row = rowsOf(members.answer, format)
  const [count, customers] = [row.number(0, 'members'), row.number(0, 'customers')]
  return (
    <KpiStrip label={text.figures}>
      <Kpi
        measure="members"
        total={members}
        foot={count !== null && customers ? text.ofCustomers(format.share(count / customers)) : ''}
      />
      {flows.map((measure) => (
        <Kpi key={measure} measure={measure} total={total} series={series} />
      ))}
      {flows.length === 0 && has('points_balance') ? (
        <Kpi measure="points_balance" total={members} compared={false} />
      ) : null}
    </KpiStrip>
  )
}

const withoutRange = <T extends { range?: unknown }>({ range: _, ...rest }: T): Omit<T, 'range'> => rest
