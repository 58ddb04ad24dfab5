import { api } from '../../api.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { Failed, Notice, Skeleton } from '../../components/notice.tsx'
import type { Format } from '../../format.ts'
import { useLoad } from '../../query.ts'
import { type FileOutcome, progressOf, type RunProblem } from '../../run-progress.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings as strings } from '../../strings/runs.ts'
import { StateBadge } from './state-badge.tsx'
import { Steps } from './steps.tsx'

/** One run in full: its files, its problems, its steps. */
export const RunDrawer = ({ runId, onClose }: { runId: string; onClose: () => void }) => {
  const format = useFormat()
  const loaded = useLoad(['run', runId], (signal) => api.run(runId, signal))
  const title = strings.detail.title(loaded.data ? format.instant(loaded.data.run.startedAt) : runId)
  if (!loaded.data) {
    return (
      <Drawer title={title} onClose={onClose}>
        {loaded.state === 'failed' ? (
          <Failed failure={loaded.failure} retry={loaded.retry} />
        ) : (
          <Skeleton lines={8} />
        )}
      </Drawer>
    )
  }
  const { run, events } = loaded.data
  const progress = progressOf(events)
  return (
    <Drawer title={title} onClose={onClose}>
      <p className="drawer-line">
        <StateBadge state={run.state} />
        <span className="drawer-note">
          {[
            runId,
            format.exact(run.seconds, 'seconds'),
            run.version === null ? '' : strings.versions.version(run.version),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
      {run.failure ? <Notice kind="error">{run.failure}</Notice> : null}
      <Problems problems={progress.problems} />
      <h3>{strings.detail.files(progress.files.length)}</h3>
      <DataTable
        label={strings.detail.files(progress.files.length)}
        columns={fileColumns(format)}
        rows={progress.files}
        keyOf={({ source, path }) => `${source} ${path}`}
        maxHeight={300}
        empty={strings.detail.noFiles}
      />
      <h3>{strings.detail.steps(progress.steps.length)}</h3>
      <Steps steps={progress.steps} label={strings.detail.steps(progress.steps.length)} maxHeight={420} />
    </Drawer>
  )
}

const Problems = ({ problems }: { problems: readonly RunProblem[] }) => {
  if (problems.length === 0) return null
  return (
    <>
      <h3>{strings.detail.problems(problems.length)}</h3>
      <ul className="problems">
        {problems.map(({ code, message, hint, file, line }) => (
          <li key={`${code} ${file} ${line} ${message}`}>
            <strong>{message}</strong>
            {file ? <code>{line === undefined ? file : `${file}:${line}`}</code> : null}
            {hint ? <span>{hint}</span> : null}
          </li>
        ))}
      </ul>
    </>
  )
}

const fileColumns = (format: Format): readonly Column<FileOutcome>[] => [
  {
    key: 'path',
    label: strings.detail.file,
    render: ({ path }) => <code>{path}</code>,
    sortOf: ({ path }) => path,
  },
  { key: 'outcome', label: strings.detail.became, render: ({ outcome }) => strings.outcomes[outcome] },
  {
    key: 'rows',
    label: strings.detail.rows,
    numeric: true,
    render: ({ rows }) => format.exact(rows ?? null, 'count'),
    sortOf: ({ rows }) => rows ?? null,
  },
  {
    key: 'notes',
    label: strings.detail.notes,
    render: (file) => remarks(file, format).join('; '),
    className: 'is-wide',
  },
]

const remarks = (file: FileOutcome, format: Format): readonly string[] => [
  ...(file.malformed ? [strings.detail.malformed(format.count(file.malformed))] : []),
  ...(file.blankLines ? [strings.detail.blank(format.count(file.blankLines))] : []),
  ...(file.newColumns?.length ? [strings.detail.newColumns(file.newColumns.join(', '))] : []),
  ...(file.missingColumns?.length ? [strings.detail.missingColumns(file.missingColumns.join(', '))] : []),
  ...(file.notes ?? []),
  ...(file.problem ? [file.problem.message] : []),
]
