import { useNavigate, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { seriesBy } from '../components/charts/series-by.ts'
import { Kpi, KpiStrip } from '../components/kpi.tsx'
import { Empty } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { PageLink } from '../components/page-link.tsx'
import { Select } from '../components/select.tsx'
import { Tiles } from '../components/tile.tsx'
import { TrendTile, trendGrain } from '../components/trend-tile.tsx'
import { useAsk } from '../query.ts'
import { useFormat, useModel, useSession } from '../session.tsx'
import { storeStrings as text } from '../strings/stores.ts'
import { useTotals } from '../totals.ts'
import { usePage } from '../use-page.ts'
import { AgainstAll } from './store/against.tsx'
import { LoyaltyShare } from './store/loyalty.tsx'
import { useStoreFilters } from './store/use-filters.ts'
import { usePeers } from './store/use-peers.ts'
import { type StoreInfo, useStore } from './store/use-store.ts'
import { StoreWeek } from './store/week.tsx'

/** One store. */
export const Page = () => {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const found = useStore(id)
  const { stores } = useSession()
  const named = stores.find((store) => store.id === id)?.label
  if (found.state === 'ready' && found.data === null && !named) {
    return (
      <PageFrame title={id} filters={false}>
        <Empty icon="store" title={text.notFound} hint={text.notFoundHint}>
          <PageLink to="/stores">{text.back}</PageLink>
        </Empty>
      </PageFrame>
    )
  }
  return <Store key={id} id={id} info={found.data ?? null} title={named ?? found.data?.label ?? id} />
}

const kpis = ['revenue', 'orders', 'aov', 'buyers', 'repeat_rate'] as const

const Store = ({ id, info, title }: { id: string; info: StoreInfo | null; title: string }) => {
  const filters = useStoreFilters(id)
  const { total, series } = useTotals(kpis, filters)
  const peers = usePeers()
  const hasTiers = useModel().dimensions.get('tier')?.hasData ?? false
  return (
    <PageFrame
      title={title}
      subtitle={<Facts id={id} info={info} />}
      storeFilter={false}
      actions={<OtherStore id={id} />}
    >
      <KpiStrip label={text.kpis}>
        {kpis.map((measure) => (
          <Kpi key={measure} measure={measure} total={total} series={series} />
        ))}
      </KpiStrip>
      <Tiles>
        <StoreWeek id={id} openingHours={info?.openingHours ?? null} />
        {hasTiers ? <LoyaltyShare id={id} all={peers.memberShare} /> : null}
        <AgainstAll id={id} peers={peers} span={hasTiers ? 7 : 12} />
        <StoreTrend id={id} />
      </Tiles>
    </PageFrame>
  )
}

const StoreTrend = ({ id }: { id: string }) => {
  const page = usePage()
  const format = useFormat()
  const filters = useStoreFilters(id, 'date')
  const grain = trendGrain(page)
  const ask = useAsk({ measures: ['revenue', 'orders'], by: [{ dimension: 'date', grain }], filters })
  const { answer } = ask
  const { dates, series } = useMemo(
    () =>
      seriesBy({ answer, measure: 'revenue', grain, format, fill: 0, toneOf: () => 0, label: text.trend }),
    [answer, grain, format],
  )
  return <TrendTile title={text.trend} span={5} ask={ask} dates={dates} series={series} kind="money" />
}

const Facts = ({ id, info }: { id: string; info: StoreInfo | null }) => (
  <>
    <PageLink to="/stores">{text.back}</PageLink>
    {[id, info?.place, info?.openingHours ? text.hoursOpen(info.openingHours) : '', info?.timeZone]
      .filter(Boolean)
      .map((fact) => ` · ${fact}`)
      .join('')}
  </>
)

const OtherStore = ({ id }: { id: string }) => {
  const { stores } = useSession()
  const navigate = useNavigate()
  if (stores.length < 2) return null
  return (
    <Select
      label={text.other}
      options={stores.map((store) => ({ value: store.id, label: store.label }))}
      value={id}
      onChange={(next) =>
        void navigate({
          to: `/stores/${encodeURIComponent(next)}` as never,
          search: ((now: unknown) => now) as never,
        })
      }
    />
  )
}
