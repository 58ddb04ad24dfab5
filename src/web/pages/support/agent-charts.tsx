import { type Point, Scatter } from '../../components/charts/scatter.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { fewCases } from '../../components/rate.tsx'
import { ShareBar, Swatch } from '../../components/share-bar.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat, useModel, useSession } from '../../session.tsx'
import { chartStrings } from '../../strings/charts.ts'
import { supportStrings as text } from '../../strings/support.ts'
import { usePage } from '../../use-page.ts'
import { type Tier, tiers } from './agents.ts'
import { tierTones } from './rate-range.tsx'
import type { Agents } from './use-agents.ts'

/** Rate against volume: a point far right counts for more. */
export const AgentScatter = ({ agents }: { agents: Agents }) => {
  const page = usePage()
  const { measures } = useModel()
  const format = useFormat()
  const points: readonly Point[] = agents.all.flatMap(({ id, name, interactions, rate, interval, tier }) =>
    rate === null
      ? []
      : [
          {
            key: id,
            label: name,
            x: interactions,
            y: rate,
            tone: tierTones[tier],
            muted:
              interactions < fewCases ||
              (page.state.filters.agent !== undefined && !page.isSelected('agent', id)),
            note: interval
              ? text.interval(
                  format.compact(interval.low, 'percent'),
                  format.compact(interval.high, 'percent'),
                )
              : '',
          },
        ],
  )
  const label = (name: string) => measures.get(name)?.label ?? name
  return (
    <Tile
      title={text.scatter}
      subtitle={text.scatterSub}
      span={5}
      asks={[agents.ask]}
      isEmpty={points.length === 0}
    >
      <Scatter
        title={text.scatter}
        points={points}
        x={{ label: label('interactions'), kind: 'count' }}
        y={{ label: label('resolution_rate'), kind: 'percent', max: 100, step: 25 }}
        onPick={(id) => page.toggle('agent', id)}
        height={400}
      />
    </Tile>
  )
}

interface TierRow {
  readonly tier: Tier
  readonly agents: number
  readonly contacts: number
  readonly rate: number | null
}

/** The originals' donut, as a share bar and its table. */
export const TiersTile = ({ agents }: { agents: Agents }) => {
  const format = useFormat()
  const { fair, good } = useSession().resolutionTiers
  const nameOf = (tier: Tier): string => text.tier(tier, fair, good)
  const rows: readonly TierRow[] = tiers.map((tier) => {
    const own = agents.all.filter((agent) => agent.tier === tier)
    const contacts = own.reduce((sum, { interactions }) => sum + interactions, 0)
    const resolved = own.reduce((sum, one) => sum + one.resolved, 0)
    return { tier, agents: own.length, contacts, rate: contacts === 0 ? null : (100 * resolved) / contacts }
  })
  const share = (count: number): string =>
    format.share(agents.all.length === 0 ? 0 : count / agents.all.length)
  const columns: readonly Column<TierRow>[] = [
    {
      key: 'tier',
      label: text.tierHead,
      render: ({ tier }) => (
        <>
          <Swatch tone={tierTones[tier]} />
          {nameOf(tier)}
        </>
      ),
    },
    {
      key: 'agents',
      label: text.agentsHead,
      numeric: true,
      render: ({ agents: count }) => format.exact(count, 'count'),
    },
    { key: 'share', label: chartStrings.share, numeric: true, render: ({ agents: count }) => share(count) },
    {
      key: 'contacts',
      label: text.contacts,
      numeric: true,
      render: ({ contacts }) => format.exact(contacts, 'count'),
    },
    {
      key: 'rate',
      label: text.pooled,
      numeric: true,
      render: ({ rate }) => format.exact(rate, 'percent'),
      className: 'is-extra',
    },
  ]
  return (
    <Tile
      title={text.tiers}
      subtitle={text.tiersSub}
      span={5}
      asks={[agents.ask]}
      isEmpty={agents.all.length === 0}
      flush
    >
      <div className="tile-pad">
        <ShareBar
          label={text.tiers}
          parts={rows.map(({ tier, agents: count }) => ({
            key: tier,
            label: nameOf(tier),
            value: count,
            title: `${nameOf(tier)}: ${format.count(count)} (${share(count)})`,
            tone: tierTones[tier],
          }))}
        />
      </div>
      <div className="table-tight">
        <DataTable
          label={text.tiers}
          columns={columns}
          rows={rows}
          keyOf={({ tier }) => tier}
          maxHeight={300}
        />
      </div>
    </Tile>
  )
}
