import { useState } from 'react'
import type { SqlResult } from '../../api-types.ts'
import { Card } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ExportButton } from '../../components/export-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Empty, Failed, Notice, Skeleton } from '../../components/notice.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { useFormat } from '../../session.tsx'
import { sqlStrings as strings } from '../../strings/sql.ts'
import { strings as shared } from '../../strings.ts'
import type { SqlState } from './use-sql.ts'

/** What a statement gave: rows, and the engine's plan where it was asked for. */
export const Result = ({ state, onRetry }: { state: SqlState; onRetry: () => void }) => {
  switch (state.is) {
    case 'idle':
      return (
        <Card title={strings.result}>
          <Empty icon="terminal" title={strings.idle} hint={strings.idleHint} />
        </Card>
      )
    case 'stopped':
      return (
        <Card title={strings.result}>
          <Empty icon="close" title={strings.stopped} />
        </Card>
      )
    case 'failed':
      return (
        <Card title={strings.result}>
          <Failed failure={state.failure} retry={onRetry} />
        </Card>
      )
    case 'running':
      return (
        <Card title={strings.result} subtitle={strings.running} busy flush={state.before !== null}>
          {state.before ? <Rows result={state.before} /> : <Skeleton lines={6} />}
        </Card>
      )
    case 'done':
      return <Done result={state.result} sql={state.request.sql} />
  }
}

const Done = ({ result, sql }: { result: SqlResult; sql: string }) => {
  const format = useFormat()
  const [tab, setTab] = useState<'rows' | 'plan'>('rows')
  const count = result.table.rows.length
  const summary = strings.summary(
    strings.rowCount(count, format.count(count)),
    format.count(Math.round(result.milliseconds)),
  )
  const hidden = result.table.columns.filter(({ masked }) => masked).map(({ name }) => name)
  return (
    <Card
      title={strings.result}
      subtitle={<span role="status">{summary}</span>}
      flush
      aside={
        <>
          <span className="muted">{strings.version(result.version)}</span>
          <ExportButton what={{ kind: 'sql', sql }} title={strings.result} />
        </>
      }
    >
      {result.truncated ? <Notice kind="warning">{strings.truncated(format.count(count))}</Notice> : null}
      {hidden.length > 0 ? <p className="sql-hidden">{strings.hiddenColumns(hidden.join(', '))}</p> : null}
      {result.plan === undefined ? (
        <Rows result={result} />
      ) : (
        <Tabs
          label={strings.result}
          tabs={[
            { value: 'rows', label: strings.result },
            { value: 'plan', label: strings.planTitle },
          ]}
          value={tab}
          onChange={setTab}
        >
          {tab === 'rows' ? (
            <Rows result={result} />
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reached by keyboard.
            <pre className="code plan" tabIndex={0}>
              {result.plan}
            </pre>
          )}
        </Tabs>
      )}
    </Card>
  )
}

type Cells = SqlResult['table']['rows'][number]

const Rows = ({ result: { table } }: { result: SqlResult }) => {
  const columns = table.columns.map(({ name, type, masked }, at): Column<{ key: string; cells: Cells }> => {
    const isNumber = type === 'integer' || type === 'decimal'
    return {
      key: `${at}`,
      label: masked ? (
        <span className="sql-masked">
          <Icon name="eye" size={12} />
          {name}
        </span>
      ) : (
        name
      ),
      numeric: isNumber,
      render: ({ cells }) => <CellText value={cells[at] ?? null} />,
      sortOf: ({ cells }) =>
        isNumber && typeof cells[at] === 'string' ? Number(cells[at]) : (cells[at] ?? null),
    }
  })
  return (
    <DataTable
      label={`${strings.result}, ${shared.tile.table}`}
      columns={columns}
      rows={table.rows.map((cells, index) => ({ key: String(index), cells }))}
      keyOf={({ key }) => key}
      maxHeight={520}
      empty={strings.noRows}
    />
  )
}

/** As the engine has it: what is asked here is looked at closely, so nothing is rounded or grouped. */
const CellText = ({ value }: { value: Cells[number] }) =>
  value === null ? (
    <i className="muted">{strings.nullText}</i>
  ) : (
    String(value).replace('T', typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? ' ' : 'T')
  )
