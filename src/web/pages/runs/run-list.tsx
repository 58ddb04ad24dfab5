import type { RunSummary, Runs } from '../../api-types.ts'
import { LoadCard } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import type { Format } from '../../format.ts'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings as strings } from '../../strings/runs.ts'
import { strings as shared } from '../../strings.ts'
import { StateBadge } from './state-badge.tsx'

export const RunList = ({ loaded, onOpen }: { loaded: Loaded<Runs>; onOpen: (runId: string) => void }) => {
  const format = useFormat()
  return (
    <LoadCard title={strings.list.title} subtitle={strings.list.subtitle} span={8} flush loaded={loaded}>
      {({ runs }) => (
        <DataTable
          label={`${strings.list.title}, ${shared.tile.table}`}
          columns={columnsOf(format)}
          rows={runs}
          keyOf={({ runId }) => runId}
          onRow={({ runId }) => onOpen(runId)}
          maxHeight={304}
          empty={strings.list.empty}
        />
      )}
    </LoadCard>
  )
}

const columnsOf = (format: Format): readonly Column<RunSummary>[] => {
  const count = (key: string, label: string, of: (run: RunSummary) => number | null): Column<RunSummary> => ({
    key,
    label,
    numeric: true,
    render: (run) => {
      const value = of(run)
      return value === null ? (
        <span title={strings.list.noRows}>{format.exact(null, 'count')}</span>
      ) : (
        format.count(value)
      )
    },
    sortOf: of,
  })
  return [
    {
      key: 'started',
      label: strings.list.started,
      render: ({ startedAt }) => <span className="nowrap">{format.instant(startedAt)}</span>,
      sortOf: ({ startedAt }) => startedAt,
    },
    {
      key: 'state',
      label: strings.list.state,
      render: ({ state }) => <StateBadge state={state} />,
      sortOf: ({ state }) => state,
    },
    {
      key: 'took',
      label: strings.list.took,
      numeric: true,
      render: ({ seconds }) => format.exact(seconds, 'seconds'),
      sortOf: ({ seconds }) => seconds,
    },
    count('files', strings.list.files, ({ files }) => files),
    count('in', strings.list.rowsIn, ({ rowsIn }) => rowsIn),
    count('kept', strings.list.kept, ({ rowsKept }) => rowsKept),
    count('rejected', strings.list.rejected, ({ rowsRejected }) => rowsRejected),
    count('version', strings.list.version, ({ version }) => version),
  ]
}
