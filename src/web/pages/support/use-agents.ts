import { api } from '../../api.ts'
import { indices, rowsOf } from '../../labels.ts'
import { type Ask, useAsk, useLoad } from '../../query.ts'
import { useFormat, useSession } from '../../session.tsx'
import { usePage } from '../../use-page.ts'
import { type Agent, agentOf, withIdle } from './agents.ts'

export interface Agents {
  readonly ask: Ask
  readonly all: readonly Agent[]
  /** Resolved of all contacts in percent, those without an agent included. */
  readonly pooled: number | null
}

/** Agents by id with what the filters leave of their contacts, and those who have none. */
export const useAgents = (): Agents => {
  const page = usePage()
  const format = useFormat()
  const { resolutionTiers } = useSession()
  const ask = useAsk({
    measures: ['interactions', 'resolved', 'resolution_rate'],
    by: [{ dimension: 'agent' }],
    filters: page.filters('agent'),
    order: [{ by: 'resolution_rate', descending: true }],
  })
  const pooled = useAsk({ measures: ['resolution_rate'], filters: page.filters('agent') })
  const everybody = useEverybody()
  const rows = rowsOf(ask.answer, format)
  const busy = indices(rows).flatMap((row) => {
    const id = rows.text(row, 'agent')
    const figure = (name: string) => rows.number(row, name)
    return id === null
      ? []
      : [
          agentOf(
            id,
            rows.label(row, 'agent'),
            figure('interactions') ?? 0,
            figure('resolved') ?? 0,
            figure('resolution_rate'),
            resolutionTiers,
          ),
        ]
  })
  return {
    ask,
    all: withIdle(
      busy.filter(({ interactions }) => interactions > 0),
      everybody,
      resolutionTiers,
    ),
    pooled: rowsOf(pooled.answer, format).number(0, 'resolution_rate'),
  }
}

/** Everybody in the certified view, which has a row for each agent, busy or not. */
const useEverybody = (): readonly { id: string; name: string }[] => {
  const { data } = useLoad(['gold', 'agent_performance', 'all'], (signal) =>
    api.gold('agent_performance', { limit: 1000, order: 'agent_id' }, signal),
  )
  const at = (name: string): number => data?.table.columns.findIndex((column) => column.name === name) ?? -1
  return (data?.table.rows ?? []).map((row) => {
    const id = String(row[at('agent_id')])
    return { id, name: String(row[at('agent_name')] ?? id) }
  })
}
