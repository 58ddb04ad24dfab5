import { memo, useState } from 'react'
import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useKnows } from '../query.ts'
import { useModel } from '../session.tsx'
import { strings as shared } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { AgentsTile } from './overview/agents.tsx'
import { DevicesTile } from './overview/devices.tsx'
import { Figures } from './overview/figures.tsx'
import { PeakTile } from './overview/peak.tsx'
import { ProductsTile } from './overview/products.tsx'
import { RevenueTile } from './overview/revenue.tsx'
import { SegmentsTile } from './overview/segments.tsx'
import { useSubtitle } from './overview/subtitle.ts'
import { useTotals } from './overview/totals.ts'
import { WhyDrawer } from './overview/why-drawer.tsx'

/** The whole retailer on one screen. Tiles of a source that does not exist are left out. */
export const Page = () => {
  const page = usePage()
  const totals = useTotals()
  const subtitle = useSubtitle(totals.total)
  const knowsProducts = useKnows('revenue', 'product') !== false
  const knowsAgents = useKnows('interactions', 'agent') !== false
  const [why, setWhy] = useState<string | null>(null)
  return (
    <PageFrame title={shared.pages.overview} subtitle={subtitle}>
      <Figures totals={totals} onWhy={setWhy} />
      <Board knowsProducts={knowsProducts} knowsAgents={knowsAgents} />
      {why !== null && page.compare ? <WhyDrawer measure={why} onClose={() => setWhy(null)} /> : null}
    </PageFrame>
  )
}

/** The tiles, each drawn when its own answer comes and not when another's does. */
const Board = memo(({ knowsProducts, knowsAgents }: { knowsProducts: boolean; knowsAgents: boolean }) => {
  const model = useModel()
  return (
    <Tiles>
      {model.has('revenue') ? (
        <>
          <RevenueTile isAlone={!knowsProducts} />
          {knowsProducts ? <ProductsTile /> : null}
          <PeakTile />
          <SegmentsTile />
        </>
      ) : null}
      {model.has('sessions') ? <DevicesTile isAlone={!knowsAgents} /> : null}
      {knowsAgents ? <AgentsTile isAlone={!model.has('sessions')} /> : null}
    </Tiles>
  )
})
