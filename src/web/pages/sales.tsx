import { Kpi, KpiStrip } from '../components/kpi.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useFormat, useModel } from '../session.tsx'
import { salesStrings as text } from '../strings/sales.ts'
import { strings } from '../strings.ts'
import { useTotals } from '../totals.ts'
import { usePage } from '../use-page.ts'
import { BreakdownTile } from './sales/breakdown.tsx'
import { DistributionTile } from './sales/distribution.tsx'
import { OpenValueTile } from './sales/open-value.tsx'
import { ProductsTile, StoresTile } from './sales/rankings.tsx'
import { AovTrend } from './sales/trend.tsx'

const kpis = ['aov', 'orders', 'revenue', 'buyers'] as const

/** Sales: what an order is worth, of what, where, and what is not paid. */
export const Page = () => {
  const page = usePage()
  const format = useFormat()
  const { dimensions } = useModel()
  const { total, series } = useTotals(kpis, page.filters())
  const has = (dimension: string): boolean => dimensions.get(dimension)?.hasData ?? false
  const sides = sidesOf(has('product')).filter(has)
  const period = page.period ? format.period(page.period) : text.allDates
  return (
    <PageFrame title={strings.pages.sales} subtitle={text.subtitle(period)}>
      <KpiStrip label={text.kpis}>
        {kpis.map((measure) => (
          <Kpi key={measure} measure={measure} total={total} series={series} />
        ))}
      </KpiStrip>
      <Tiles>
        <AovTrend span={has('amount_band') ? 8 : 12} />
        {has('amount_band') ? <DistributionTile /> : null}
        {has('product') ? (
          <Beside sides={sides} />
        ) : (
          sides.map((one) => <BreakdownTile key={one} dimension={one} span={sides.length === 1 ? 12 : 6} />)
        )}
        {has('product') ? (
          <ProductsTile withCategories={has('category')} span={sides.length > 0 ? 8 : 12} />
        ) : null}
        {has('store') ? <StoresTile span={has('status') ? 7 : 12} /> : null}
        {has('status') ? <OpenValueTile span={has('store') ? 5 : 12} /> : null}
      </Tiles>
    </PageFrame>
  )
}

/** Where no product is known, there is room for where the buyers are. */
const sidesOf = (hasProducts: boolean): readonly Side[] =>
  hasProducts ? ['category', 'payment_method'] : ['category', 'payment_method', 'state']

type Side = 'category' | 'payment_method' | 'state'

const Beside = ({ sides }: { sides: readonly Side[] }) =>
  sides.length === 0 ? null : (
    <div className="tile-stack span-4">
      {sides.map((dimension) => (
        <BreakdownTile key={dimension} dimension={dimension} span={12} />
      ))}
    </div>
  )
