import { useState } from 'react'
import type { Query } from '../../semantic/types.ts'
import { api } from '../api.ts'
import type { Explained } from '../api-types.ts'
import { useLoad } from '../query.ts'
import { useFormat, useModel, useSession } from '../session.tsx'
import { strings } from '../strings.ts'
import { Button } from './button.tsx'
import { DataTable } from './data-table.tsx'
import { Drawer } from './dialog.tsx'
import { Failed, Skeleton } from './notice.tsx'
import { Select } from './select.tsx'
import { useFilterText } from './use-export.ts'

/** Measure -> its SQL -> the rows behind it -> source file and row of each. */
export const ExplainDrawer = ({
  query,
  measure,
  onClose,
}: {
  query: Query
  measure?: string
  onClose: () => void
}) => {
  const [shown, setShown] = useState(measure ?? query.measures[0] ?? '')
  const { version } = useSession()
  const model = useModel()
  const filterText = useFilterText()
  const explained = useLoad(['explain', query, shown], (signal) =>
    api.explain({ query, measure: shown, limit: 50, ...(version === null ? {} : { version }) }, signal),
  )
  const label = (name: string): string => model.measures.get(name)?.label ?? name
  return (
    <Drawer title={strings.explain.title(label(shown))} onClose={onClose}>
      {query.measures.length > 1 ? (
        <Select
          label={strings.explain.measure}
          showLabel
          options={query.measures.map((value) => ({ value, label: label(value) }))}
          value={shown}
          onChange={setShown}
        />
      ) : null}
      <p className="drawer-note">{filterText(query.filters)}</p>
      {explained.state === 'loading' ? <Skeleton lines={8} /> : null}
      {explained.state === 'failed' ? <Failed failure={explained.failure} retry={explained.retry} /> : null}
      {explained.data ? <Explanation explained={explained.data} measure={shown} /> : null}
    </Drawer>
  )
}

const Explanation = ({ explained, measure }: { explained: Explained; measure: string }) => {
  const format = useFormat()
  const info = useModel().measures.get(measure)
  const { rows } = explained
  return (
    <>
      <p className="drawer-figure">{format.exact(explained.value, info?.format ?? 'decimal')}</p>
      <p className="drawer-note">
        {explained.description} {strings.explain.version(explained.version)}
      </p>
      <Sql sql={explained.sql} />
      <h3>{strings.explain.rows(format.count(rows.count))}</h3>
      {rows.table.rows.length < rows.count ? (
        <p className="drawer-note">{strings.explain.shown(rows.table.rows.length)}</p>
      ) : null}
      <RowsBehind rows={rows} />
    </>
  )
}

const Sql = ({ sql }: { sql: string }) => {
  const [isCopied, setCopied] = useState(false)
  const copy = () => void navigator.clipboard.writeText(sql).then(() => setCopied(true))
  return (
    <>
      <div className="drawer-line">
        <h3>{strings.explain.sql}</h3>
        <Button kind="quiet" icon={isCopied ? 'check' : 'copy'} onClick={copy}>
          {isCopied ? strings.explain.copied : strings.explain.copy}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reached by keyboard. */}
      <pre className="code" tabIndex={0}>
        {sql}
      </pre>
    </>
  )
}

const RowsBehind = ({ rows }: { rows: Explained['rows'] }) => {
  const format = useFormat()
  const columns = rows.table.columns.map(({ name, type }, at) => ({
    key: name,
    label: name,
    numeric: type === 'integer' || type === 'decimal',
    render: ({ cells }: { cells: readonly unknown[] }) =>
      format.text((cells[at] ?? null) as string | number | null),
  }))
  const origin = {
    key: 'origin',
    label: strings.explain.origin,
    render: ({ at }: { at: readonly { file: string; row: number }[] }) =>
      at.map(({ file, row }) => `${file}:${row}`).join(', '),
  }
  return (
    <DataTable
      label={strings.explain.rows(format.count(rows.count))}
      columns={[origin, ...columns]}
      rows={rows.table.rows.map((cells, index) => ({ key: String(index), cells, at: rows.at[index] ?? [] }))}
      keyOf={({ key }) => key}
      maxHeight={420}
    />
  )
}
