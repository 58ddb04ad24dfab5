import { CertifiedView } from '../../components/certified-view.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { fewCases, Rate } from '../../components/rate.tsx'
import { Tile } from '../../components/tile.tsx'
import { useFormat } from '../../session.tsx'
import { supportStrings as text } from '../../strings/support.ts'
import { usePage } from '../../use-page.ts'
import type { Agent } from './agents.ts'
import { RateRange } from './rate-range.tsx'
import type { Agents } from './use-agents.ts'

/** Best agents, ranked by what their rate surely is at least. */
export const AgentsTile = ({ agents }: { agents: Agents }) => {
  const page = usePage()
  const format = useFormat()
  const lows = agents.all.flatMap(({ interval, interactions }) =>
    interval && interactions >= fewCases ? [interval.low] : [],
  )
  const from = Math.min(80, Math.floor(Math.min(...lows, 80) / 10) * 10)
  const percent = (value: number | null): string => format.exact(value, 'percent')
  const columns: readonly Column<Agent>[] = [
    {
      key: 'agent',
      label: text.agent,
      render: ({ name, id }) => <span title={id}>{name}</span>,
      sortOf: ({ name }) => name,
      className: 'is-name',
    },
    {
      key: 'interactions',
      label: text.contacts,
      numeric: true,
      render: ({ interactions }) =>
        interactions === 0 ? (
          <span className="muted">{text.noData}</span>
        ) : (
          format.exact(interactions, 'count')
        ),
      sortOf: ({ interactions }) => (interactions === 0 ? null : interactions),
    },
    {
      key: 'rate',
      label: text.rate,
      numeric: true,
      render: ({ rate, interactions }) => <Rate value={rate} kind="percent" cases={interactions} />,
      sortOf: ({ rate }) => rate,
    },
    {
      key: 'interval',
      label: <span title={text.sureHint}>{text.sure}</span>,
      numeric: true,
      render: ({ interval, rate, tier }) =>
        interval === null || rate === null ? null : (
          <>
            <span title={text.interval(percent(interval.low), percent(interval.high))}>
              {format.compact(interval.low, 'percent')}
            </span>
            <RateRange interval={interval} rate={rate} tier={tier} pooled={agents.pooled} from={from} />
          </>
        ),
      sortOf: ({ interval }) => interval?.low ?? null,
    },
  ]
  return (
    <Tile
      title={text.best}
      subtitle={text.bestSub}
      span={7}
      asks={[agents.ask]}
      isEmpty={agents.all.length === 0}
      foot={
        <>
          <span>{text.notChosen}</span>
          <CertifiedView table="agent_performance" />
        </>
      }
      flush
    >
      <DataTable
        label={text.best}
        columns={columns}
        rows={agents.all}
        keyOf={({ id }) => id}
        sort={{ by: 'interval', descending: true }}
        onRow={({ id }) => page.toggle('agent', id)}
        isSelected={({ id }) => page.isSelected('agent', id)}
        maxHeight={400}
      />
    </Tile>
  )
}
