import { CellBar } from '../../components/bar-list.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Icon } from '../../components/icon.tsx'
import type { Step } from '../../run-progress.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings as strings } from '../../strings/runs.ts'

/** Steps of a run in their order: what kind, why, and how long each took. */
export const Steps = ({
  steps,
  label,
  maxHeight,
}: {
  steps: readonly Step[]
  label: string
  maxHeight?: number
}) => {
  const format = useFormat()
  if (steps.length === 0) return null
  const longest = Math.max(...steps.map(({ seconds }) => seconds ?? 0))
  const columns: readonly Column<Step>[] = [
    {
      key: 'name',
      label: strings.detail.step,
      render: ({ name, seconds }) => (
        <span className={`step ${seconds === null ? 'is-working' : ''}`}>
          <Icon name={seconds === null ? 'refresh' : 'check'} size={13} />
          {name}
        </span>
      ),
    },
    { key: 'kind', label: strings.detail.kind, render: ({ kind }) => strings.kinds[kind] ?? kind },
    { key: 'why', label: strings.detail.why, render: ({ why }) => why.join(', '), className: 'is-wide' },
    {
      key: 'took',
      label: strings.detail.took,
      numeric: true,
      render: ({ seconds }) =>
        seconds === null ? (
          strings.detail.working
        ) : (
          <>
            {stepTime(seconds, format.exact)}
            <CellBar value={seconds} max={longest} tone={0} />
          </>
        ),
    },
  ]
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={steps}
      keyOf={({ index }) => String(index)}
      {...(maxHeight === undefined ? {} : { maxHeight })}
    />
  )
}

/** Most steps take milliseconds, which a duration in seconds would call nothing. */
const stepTime = (seconds: number, exact: (value: number, kind: 'seconds') => string): string =>
  seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : exact(seconds, 'seconds')
