import { Kpi, KpiStrip } from '../components/kpi.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { indices, rowsOf } from '../labels.ts'
import { useAsk } from '../query.ts'
import { useFormat, useModel } from '../session.tsx'
import { webStrings as text } from '../strings/web.ts'
import { strings } from '../strings.ts'
import { useTotals } from '../totals.ts'
import { usePage } from '../use-page.ts'
import { CategoriesTile } from './web/categories.tsx'
import { DevicesTile } from './web/devices.tsx'
import { SessionsTrend, VisitHours } from './web/visits.tsx'

const kpis = ['sessions', 'pages_per_session', 'session_duration', 'session_visitors'] as const

/** Web: visits, how long and how deep they are, and when. */
export const Page = () => {
  const page = usePage()
  const format = useFormat()
  const { dimensions } = useModel()
  const { total, series } = useTotals(kpis, page.filters())
  const toneOf = useDeviceTones()
  const has = (dimension: string): boolean => dimensions.get(dimension)?.hasData ?? false
  const byDevice = has('device')
  return (
    <PageFrame
      title={strings.pages.web}
      subtitle={text.subtitle(page.period ? format.period(page.period) : text.allDates)}
    >
      <KpiStrip label={text.kpis}>
        {kpis.map((measure) => (
          <Kpi key={measure} measure={measure} total={total} series={series} />
        ))}
      </KpiStrip>
      <Tiles>
        <SessionsTrend toneOf={toneOf} byDevice={byDevice} />
        {byDevice ? <DevicesTile toneOf={toneOf} /> : null}
        {has('session_category') ? <CategoriesTile /> : null}
        <VisitHours span={has('session_category') ? 7 : 12} />
      </Tiles>
    </PageFrame>
  )
}

/** A device keeps its colour whatever is filtered: that of its place among all sessions there are. */
const useDeviceTones = (): ((device: string | null) => number) => {
  const format = useFormat()
  const { dimensions } = useModel()
  const ask = useAsk(
    dimensions.get('device')?.hasData
      ? {
          measures: ['sessions'],
          by: [{ dimension: 'device' }],
          order: [{ by: 'sessions', descending: true }],
          limit: 50,
        }
      : null,
  )
  const rows = rowsOf(ask.answer, format)
  const known = indices(rows).flatMap((row) => rows.text(row, 'device') ?? [])
  return (device) => {
    const at = device === null ? -1 : known.indexOf(device)
    return at < 0 ? 5 : Math.min(at, 3) + 1
  }
}
