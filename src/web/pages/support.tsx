import type { ReactNode } from 'react'
import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useFormat, useModel } from '../session.tsx'
import { supportStrings as text } from '../strings/support.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { AgeTile } from './support/age-tile.tsx'
import { AgentScatter, TiersTile } from './support/agent-charts.tsx'
import { AgentsTile } from './support/agents-tile.tsx'
import { BucketsTile, IssuesTile } from './support/issues.tsx'
import { SupportKpis } from './support/kpis.tsx'
import { RatesOverTime, RepeatTile } from './support/over-time.tsx'
import { StatusTrend } from './support/status.tsx'
import { useAgents } from './support/use-agents.ts'

/** Support: what comes in, what becomes of it, by whom, and how content people are. */
export const Page = () => {
  const page = usePage()
  const format = useFormat()
  const { dimensions } = useModel()
  const has = (dimension: string): boolean => dimensions.get(dimension)?.hasData ?? false
  return (
    <PageFrame
      title={strings.pages.support}
      subtitle={text.subtitle(page.period ? format.period(page.period) : text.allDates)}
    >
      <SupportKpis />
      <Tiles>
        <StatusTrend />
        <AgeTile />
        {has('agent') ? <AgentTiles /> : <ContactTiles />}
        <RepeatTile span={12} />
      </Tiles>
    </PageFrame>
  )
}

const AgentTiles = () => {
  const agents = useAgents()
  return (
    <>
      <AgentsTile agents={agents} />
      <AgentScatter agents={agents} />
      <ContactTiles tiers={<TiersTile agents={agents} />} />
    </>
  )
}

const ContactTiles = ({ tiers }: { tiers?: ReactNode }) =>
  tiers === undefined ? (
    <>
      <IssuesTile span={7} />
      <BucketsTile span={5} />
      <RatesOverTime span={12} />
    </>
  ) : (
    <>
      <div className="tile-stack span-7">
        <IssuesTile span={12} />
        <RatesOverTime span={12} />
      </div>
      <div className="tile-stack span-5">
        {tiers}
        <BucketsTile span={12} />
      </div>
    </>
  )
