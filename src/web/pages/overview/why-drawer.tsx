import { Drawer } from '../../components/dialog.tsx'
import { Skeleton } from '../../components/notice.tsx'
import { dimensionLabel, indices, type Rows, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { usePage } from '../../use-page.ts'
import { type Effect, factorEffects, type Part, ratioEffects, restOf, sumEffects } from '../../why.ts'
import { EffectTable } from './effect-table.tsx'
import { splits, weights } from './why-plan.ts'

/** A change, taken apart so that the parts add up to it exactly. */
export const WhyDrawer = ({ measure, onClose }: { measure: string; onClose: () => void }) => {
  const model = useModel()
  const format = useFormat()
  const page = usePage()
  const compare = page.compare ?? 'prev'
  const asked = measure === 'revenue' ? ['revenue', 'orders'] : [measure]
  const total = useAsk({ measures: asked, filters: page.filters(), compare })
  const info = model.measures.get(measure)
  const rows = rowsOf(total.answer, format)
  const [now, before] = [rows.number(0, measure), rows.number(0, `${measure}.before`)]
  const kind = info?.format ?? 'decimal'
  const isRatio = measure in weights
  return (
    <Drawer title={strings.why.title(info?.label ?? measure)} onClose={onClose}>
      {total.state === 'loading' ? <Skeleton /> : null}
      {total.state === 'ready' && (now === null || before === null) ? <p>{strings.why.none}</p> : null}
      {now !== null && before !== null ? (
        <>
          <p className="drawer-figure" data-change={now - before}>
            {format.signed(now - before, kind)}
          </p>
          <p className="drawer-note">
            {strings.why.now} {format.exact(now, kind)}, {strings.why.before.toLowerCase()}{' '}
            {format.exact(before, kind)}. {strings.why.exact} {isRatio ? strings.why.mixHint : ''}
          </p>
          {measure === 'revenue' ? <Factors rows={rows} change={now - before} /> : null}
          {splits
            .filter((name) => info?.dimensions.includes(name))
            .map((dimension) => (
              <Split key={dimension} {...{ measure, dimension, compare }} change={now - before} />
            ))}
        </>
      ) : null}
    </Drawer>
  )
}

/** Revenue = orders x average order value. */
const Factors = ({ rows, change }: { rows: Rows; change: number }) => {
  const pair = (suffix: '' | '.before') => ({
    revenue: rows.number(0, `revenue${suffix}`) ?? 0,
    orders: rows.number(0, `orders${suffix}`) ?? 0,
  })
  const [now, before] = [pair(''), pair('.before')]
  const factors = factorEffects(now, before)
  if (!factors) return null
  const effects: readonly (Effect & { kind: 'count' | 'money' })[] = [
    {
      key: 'orders',
      label: strings.why.orders,
      now: now.orders,
      before: before.orders,
      effect: factors.orders,
      kind: 'count',
    },
    {
      key: 'aov',
      label: strings.why.aov,
      now: now.revenue / now.orders,
      before: before.revenue / before.orders,
      effect: factors.aov,
      kind: 'money',
    },
  ]
  return (
    <EffectTable
      title={strings.why.factors}
      effects={effects}
      change={change}
      kind="money"
      rest={restOf(effects, change)}
    />
  )
}

const Split = ({
  measure,
  dimension,
  compare,
  change,
}: {
  measure: string
  dimension: string
  compare: 'prev' | 'year'
  change: number
}) => {
  const page = usePage()
  const model = useModel()
  const format = useFormat()
  const weight = weights[measure]
  const ask = useAsk({
    measures: weight ? [measure, weight] : [measure],
    by: [{ dimension }],
    filters: page.filters(),
    compare,
    limit: 2000,
  })
  const parts = partsOf(rowsOf(ask.answer, format), measure, weight, dimension)
  const effects = weight ? ratioEffects(parts) : sumEffects(parts)
  if (ask.state === 'loading') return <Skeleton lines={3} />
  if (!effects || parts.length < 2) return null
  const title = strings.why.by(dimensionLabel(model, dimension).toLowerCase())
  const kind = model.measures.get(measure)?.format ?? 'decimal'
  return <EffectTable {...{ title, effects, change, kind }} rest={restOf(effects, change)} />
}

const partsOf = (
  rows: Rows,
  measure: string,
  weight: string | undefined,
  dimension: string,
): readonly Part[] =>
  indices(rows).map((row) => ({
    key: rows.text(row, dimension) ?? '',
    label: rows.label(row, dimension),
    now: rows.number(row, measure),
    before: rows.number(row, `${measure}.before`),
    ...(weight
      ? { weightNow: rows.number(row, weight), weightBefore: rows.number(row, `${weight}.before`) }
      : {}),
  }))
