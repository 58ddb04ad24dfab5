import { CellBar } from '../../components/bar-list.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { usePage } from '../../use-page.ts'
import { wilson } from '../../wilson.ts'

interface Row {
  readonly agent: string | null
  readonly label: string
  readonly interactions: number
  readonly rate: number | null
  readonly sure: number
}

const shown = 5
const few = 10
/** Below it a rate counts as weak, as in the tiers of the reference report. */
const weak = 85

/** The best agents by the lower end of their rate's interval. */
export const AgentsTile = ({ isAlone }: { isAlone: boolean }) => {
  const page = usePage()
  const format = useFormat()
  const ask = useAsk({
    measures: ['interactions', 'resolved', 'resolution_rate'],
    by: [{ dimension: 'agent' }],
    filters: page.filters('agent'),
    order: [{ by: 'interactions', descending: true }],
    limit: 1000,
  })
  const read = rowsOf(ask.answer, format)
  const all: readonly Row[] = indices(read)
    .filter((row) => read.text(row, 'agent') !== null)
    .map((row) => {
      const interactions = read.number(row, 'interactions') ?? 0
      return {
        agent: read.text(row, 'agent'),
        label: read.label(row, 'agent'),
        interactions,
        rate: read.number(row, 'resolution_rate'),
        sure: wilson(read.number(row, 'resolved') ?? 0, interactions).low,
      }
    })
  const best = all.toSorted((a, b) => b.sure - a.sure || b.interactions - a.interactions)
  const chosen = best.filter(({ agent }) => page.isSelected('agent', agent))
  const rows = [...new Set([...chosen, ...best])].slice(0, Math.max(shown, chosen.length))
  return (
    <Tile
      title={strings.agents.title}
      subtitle={strings.agents.subtitle}
      span={isAlone ? 12 : 7}
      asks={[ask]}
      minHeight={150}
      flush
      foot={strings.agents.foot}
    >
      <DataTable
        label={strings.agents.title}
        columns={useColumns()}
        rows={rows}
        keyOf={({ agent }) => agent ?? ''}
        onRow={({ agent }) => page.toggle('agent', agent)}
        isSelected={({ agent }) => page.isSelected('agent', agent)}
      />
    </Tile>
  )
}

const useColumns = (): readonly Column<Row>[] => {
  const format = useFormat()
  return [
    { key: 'agent', label: strings.agents.agent, render: ({ label }) => label },
    {
      key: 'interactions',
      label: strings.agents.interactions,
      numeric: true,
      render: ({ interactions }) => format.count(interactions),
    },
    {
      key: 'rate',
      label: strings.agents.resolved,
      numeric: true,
      render: ({ rate, interactions }) => (
        <span className={interactions < few ? 'is-muted' : ''}>
          {interactions < few ? `${strings.agents.few} · ` : ''}
          {format.compact(rate, 'percent')}
          <CellBar value={rate} max={100} tone={(rate ?? 0) < weak ? 2 : 3} />
        </span>
      ),
    },
  ]
}
