import { api } from '../api.ts'
import type { Explained } from '../api-types.ts'
import { useLoad } from '../query.ts'
import { useFormat, useSession } from '../session.tsx'
import { text } from '../strings/row-explain.ts'
import { strings } from '../strings.ts'
import { Badge } from './badge.tsx'
import { DataTable } from './data-table.tsx'
import { Drawer } from './dialog.tsx'
import { Failed, Notice, Skeleton } from './notice.tsx'

type RowsExplained = NonNullable<Explained['detail']>
type FigureExplained = RowsExplained['figures'][number]
type PartExplained = FigureExplained['parts'][number]
type RowBehind = PartExplained['counted']['shown'][number]
type LostRow = PartExplained['lost']['shown'][number]
type Where = Readonly<Record<string, string | number | boolean | null>>

/** A row of gold: each of its certified figures, the rows it is the sum of, those left out, and their source files and rows. */
export const RowExplainDrawer = ({
  title,
  table,
  where,
  onClose,
}: {
  title: string
  /** A gold model. */
  table: string
  /** An equality per column of its grain. */
  where: Where
  onClose: () => void
}) => {
  const { version } = useSession()
  const explained = useLoad(['explain row', table, where], (signal) =>
    api.explain({ table, where, limit: 50, ...(version === null ? {} : { version }) }, signal),
  )
  return (
    <Drawer title={title} onClose={onClose}>
      {explained.state === 'loading' ? (
        <>
          <p className="drawer-note">{text.slow}</p>
          <Skeleton lines={8} />
        </>
      ) : null}
      {explained.state === 'failed' ? <Failed failure={explained.failure} retry={explained.retry} /> : null}
      {explained.data ? <Explanation explained={explained.data} /> : null}
    </Drawer>
  )
}

const Explanation = ({ explained }: { explained: Explained }) => {
  const { detail, description, version } = explained
  return (
    <>
      <p className="drawer-note">
        {description} {strings.explain.version(version)}
      </p>
      {detail?.figures.map((figure) => (
        <FigureBehind key={figure.label} figure={figure} />
      ))}
      {detail && detail.figures.length === 0 ? <Notice>{text.noFigures}</Notice> : null}
      {detail && detail.unexplained.length > 0 ? (
        <p className="drawer-note">{text.unexplained(detail.unexplained.join(', '))}</p>
      ) : null}
    </>
  )
}

const FigureBehind = ({ figure }: { figure: FigureExplained }) => (
  <details className="figure-behind">
    <summary>
      <span className="figure-name">{figure.label}</span>
      <span className="figure-value">{figure.figure}</span>
      <Badge mood={figure.agrees ? 'good' : 'bad'}>
        {figure.agrees ? text.agrees : text.differs(figure.sum)}
      </Badge>
    </summary>
    {figure.parts.map((part) => (
      <Part key={`${part.relation} ${part.terms.join()}`} part={part} />
    ))}
  </details>
)

const Part = ({ part }: { part: PartExplained }) => {
  const format = useFormat()
  const { relation, terms, value, counted, leftOut, lost } = part
  return (
    <section className="figure-part">
      <p className="drawer-note">
        {terms.join(' + ')} = {value}
      </p>
      <Rows
        title={text.counted(format.count(counted.count), relation)}
        count={counted.count}
        rows={counted.shown}
      />
      {leftOut.count > 0 ? (
        <Rows title={text.leftOut(format.count(leftOut.count))} count={leftOut.count} rows={leftOut.shown} />
      ) : null}
      {lost.count > 0 ? <Lost count={lost.count} rows={lost.shown} /> : null}
    </section>
  )
}

const originOf = (at: readonly { file: string; row: number }[]): string =>
  at.map(({ file, row }) => `${file}:${row}`).join(', ')

const Rows = ({ title, count, rows }: { title: string; count: number; rows: readonly RowBehind[] }) => {
  const names = Object.keys(rows[0]?.values ?? {})
  const keyed = rows.map((row, index) => ({ ...row, key: String(index) }))
  const hasReasons = rows.some(({ breaks }) => breaks !== undefined)
  return (
    <>
      <h3>{title}</h3>
      {rows.length < count && rows.length > 0 ? (
        <p className="drawer-note">{strings.explain.shown(rows.length)}</p>
      ) : null}
      {rows.length === 0 ? null : (
        <DataTable
          label={title}
          rows={keyed}
          keyOf={({ key }) => key}
          maxHeight={280}
          columns={[
            { key: 'origin', label: strings.explain.origin, render: ({ at }) => originOf(at) },
            ...(hasReasons
              ? [{ key: 'why', label: text.why, render: ({ breaks = [] }: RowBehind) => breaks.join('; ') }]
              : []),
            ...names.map((name) => ({
              key: name,
              label: name,
              render: ({ values }: RowBehind) => values[name] ?? '–',
            })),
          ]}
        />
      )}
    </>
  )
}

const Lost = ({ count, rows }: { count: number; rows: readonly LostRow[] }) => {
  const format = useFormat()
  const title = text.lost(format.count(count))
  return (
    <>
      <h3>{title}</h3>
      <DataTable
        label={title}
        rows={rows}
        keyOf={({ file, row }) => `${file}:${row}`}
        maxHeight={280}
        columns={[
          { key: 'origin', label: strings.explain.origin, render: (row) => originOf([row]) },
          { key: 'fate', label: text.fate, render: ({ fate }) => text.fates[fate] },
          {
            key: 'why',
            label: text.why,
            render: ({ reasons, by }) =>
              [
                ...reasons.map(({ column, reason }) => (column === null ? reason : `${column}: ${reason}`)),
                ...(by ? [text.by(by.row === undefined ? by.file : `${by.file}:${by.row}`)] : []),
              ].join('; '),
          },
        ]}
      />
    </>
  )
}
