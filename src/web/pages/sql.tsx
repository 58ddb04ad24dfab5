import { useRef, useState } from 'react'
import { api } from '../api.ts'
import type { Tables } from '../api-types.ts'
import { Button } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { Failed, Skeleton } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { Popover } from '../components/popover.tsx'
import { Select } from '../components/select.tsx'
import { useLoad } from '../query.ts'
import { useSession } from '../session.tsx'
import { sqlStrings as strings } from '../strings/sql.ts'
import { usePage } from '../use-page.ts'
import { statements } from './sql/draft.ts'
import { Editor, typeInto } from './sql/editor.tsx'
import { Result } from './sql/result.tsx'
import { Tree } from './sql/tree.tsx'
import { useSql } from './sql/use-sql.ts'
import '../styles/data-pages.css'

const limits = ['100', '1000', '10000'] as const
const isMac = /mac|iphone|ipad/i.test(navigator.userAgent)

/** Read-only SQL over silver and gold. */
export const Page = () => {
  const tables = useLoad(['tables'], api.tables)
  return (
    <PageFrame title={strings.title} subtitle={strings.subtitle} filters={false}>
      {tables.state === 'failed' ? <Failed failure={tables.failure} retry={tables.retry} /> : null}
      {tables.state === 'loading' ? <Skeleton lines={8} /> : null}
      {tables.data ? <Workbench tables={tables.data} /> : null}
    </PageFrame>
  )
}

const Workbench = ({ tables: { tables, checks } }: { tables: Tables }) => {
  const page = usePage()
  const { version } = useSession()
  const { check, table } = page.state.own
  const [sql, setSql] = useState(() => firstStatement(tables, checks, check, table))
  const [limit, setLimit] = useState<string>('1000')
  const [withPlan, setWithPlan] = useState(false)
  const [isRevealed, setRevealed] = useState(false)
  const { state, run, stop } = useSql()
  const field = useRef<HTMLTextAreaElement>(null)
  const write = (text: string) => {
    setSql(text)
    statements.keep(text)
  }
  const ask = (text: string) => {
    if (text.trim() === '') return
    statements.remember(text)
    void run({
      sql: text,
      limit: Number(limit),
      ...(version === null ? {} : { version }),
      ...(withPlan ? { plan: true } : {}),
      ...(isRevealed ? { reveal: true } : {}),
    })
  }
  const askNow = () => ask(selected(field.current) ?? sql)
  const take = (text: string, address: Readonly<Record<string, string | undefined>>) => {
    write(text)
    page.set(address, { replace: true })
    ask(text)
  }
  return (
    <div className="sql-page">
      <TreePanel>
        <Tree
          tables={tables}
          onAsk={(one) => take(rowsOf(one), { table: `${one.schema}.${one.name}`, check: undefined })}
          onInsert={(name) => field.current && insert(field.current, quoted(name))}
        />
      </TreePanel>
      <div className="sql-main">
        <section className="tile sql-editor" aria-label={strings.editor}>
          <Editor field={field} value={sql} onChange={write} onRun={askNow} />
          <div className="sql-bar">
            {state.is === 'running' ? (
              <Button icon="close" onClick={stop}>
                {strings.stop}
              </Button>
            ) : (
              <Button kind="primary" icon="right" disabled={sql.trim() === ''} onClick={askNow}>
                {strings.run}
                <kbd>{isMac ? strings.runKeysMac : strings.runKeys}</kbd>
              </Button>
            )}
            <Checks checks={checks} onPick={(one) => take(one.sql, { check: one.id, table: undefined })} />
            <History onPick={write} />
            <span className="sql-options">
              <label>
                <input type="checkbox" checked={withPlan} onChange={() => setWithPlan(!withPlan)} />
                {strings.plan}
              </label>
              <label title={strings.revealHint}>
                <input type="checkbox" checked={isRevealed} onChange={() => setRevealed(!isRevealed)} />
                {strings.reveal}
              </label>
              <Select
                label={strings.limit}
                showLabel
                options={limits.map((value) => ({ value, label: value }))}
                value={limit}
                onChange={setLimit}
              />
            </span>
          </div>
        </section>
        <Result state={state} onRetry={askNow} />
      </div>
    </div>
  )
}

/** Beside the editor; folded away where there is no room for it. */
const TreePanel = ({ children }: { children: React.ReactNode }) => (
  <aside className="tile sql-tables" aria-label={strings.tables}>
    <h2 className="tile-title">{strings.tables}</h2>
    {children}
  </aside>
)

type TableInfo = Tables['tables'][number]
type Check = Tables['checks'][number]

/** A name that needs no quotes stays bare. */
const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`

const rowsOf = ({ schema, name }: Pick<TableInfo, 'schema' | 'name'>): string =>
  `select *\nfrom ${schema}.${quoted(name)}\nlimit 100`

const firstStatement = (
  tables: readonly TableInfo[],
  checks: readonly Check[],
  check: string | undefined,
  table: string | undefined,
): string => {
  const known = tables.find(({ schema, name }) => `${schema}.${name}` === table)
  return checks.find(({ id }) => id === check)?.sql ?? (known ? rowsOf(known) : statements.draft())
}

const selected = (field: HTMLTextAreaElement | null): string | undefined => {
  if (!field || field.selectionStart === field.selectionEnd) return undefined
  return field.value.slice(field.selectionStart, field.selectionEnd)
}

const insert = (field: HTMLTextAreaElement, text: string): void => {
  const { selectionStart: from, selectionEnd: to } = field
  typeInto(field, { from, to, text, select: [from + text.length, from + text.length] })
}

const Checks = ({ checks, onPick }: { checks: readonly Check[]; onPick: (check: Check) => void }) => {
  const groups = [...new Set(checks.map(({ group }) => group))]
  if (checks.length === 0) return null
  return (
    <Popover
      className="button button-plain"
      align="start"
      button={
        <>
          <Icon name="check" size={15} />
          {strings.checks}
        </>
      }
    >
      {(close) => (
        <div className="checks-menu">
          <p>{strings.checksHint}</p>
          {groups.map((group) => (
            <section key={group} aria-label={strings.checkGroups[group] ?? group}>
              <h3>{strings.checkGroups[group] ?? group}</h3>
              <ul className="menu">
                {checks
                  .filter((check) => check.group === group)
                  .map((check) => (
                    <li key={check.id}>
                      <button
                        type="button"
                        onClick={() => {
                          close()
                          onPick(check)
                        }}
                      >
                        {check.title}
                      </button>
                    </li>
                  ))}
              </ul>
            </section>
          ))}
        </div>
      )}
    </Popover>
  )
}

const History = ({ onPick }: { onPick: (sql: string) => void }) => (
  <Popover
    className="button button-plain"
    align="start"
    button={
      <>
        <Icon name="clock" size={15} />
        {strings.history}
      </>
    }
  >
    {(close) => (
      <div className="checks-menu">
        {statements.asked().length === 0 ? <p>{strings.historyEmpty}</p> : null}
        <ul className="menu">
          {statements.asked().map((sql) => (
            <li key={sql}>
              <button
                type="button"
                className="sql-before"
                onClick={() => {
                  close()
                  onPick(sql)
                }}
              >
                <code>{sql.replace(/\s+/g, ' ')}</code>
              </button>
            </li>
          ))}
        </ul>
      </div>
    )}
  </Popover>
)
