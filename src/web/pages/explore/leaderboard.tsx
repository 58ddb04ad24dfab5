import type { Query } from '../../../semantic/types.ts'
import { CellBar } from '../../components/bar-list.tsx'
import { ChangeMark } from '../../components/change.tsx'
import { type Column, DataTable, type Sort } from '../../components/data-table.tsx'
import { Rate } from '../../components/rate.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, type Rows, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { exploreStrings } from '../../strings/explore.ts'
import { type Page, usePage } from '../../use-page.ts'
import { type Choice, casesOf } from './choice.ts'

const strings = exploreStrings.list

/** The measure with its number of cases, by the dimension; `n` rows in the chosen order. */
export const leaderQuery = ({ measure, by, n, compare }: Choice, page: Page): Query => {
  const cases = casesOf[measure.name]
  const sort = page.state.sort ?? { by: measure.name, descending: true }
  return {
    measures: [measure.name, ...(cases ? [cases] : [])],
    by: [{ dimension: by.name }],
    filters: page.filters(by.name),
    order: [{ by: sortKey(sort.by, by.name), descending: sort.descending }],
    limit: n,
    ...(compare ? { compare } : {}),
  }
}

const sortKey = (key: string, by: string): string => (key === 'name' ? by : key)

/** Ranked values with bar, share of the whole and change. A row filters the page. */
export const Leaderboard = ({ choice }: { choice: Choice }) => {
  const page = usePage()
  const format = useFormat()
  const model = useModel()
  const { measure, by, n, compare, hasDate } = choice
  const ask = useAsk(leaderQuery(choice, page))
  const whole = useAsk({
    measures: [measure.name],
    filters: page.filters(by.name),
    ...(compare ? { compare } : {}),
  })
  const rows = rowsOf(ask.answer, format)
  const total = rowsOf(whole.answer, format).number(0, measure.name)
  const cases = model.measures.get(casesOf[measure.name] ?? '')
  const sort = page.state.sort ?? { by: measure.name, descending: true }
  const isTruncated = ask.answer?.truncated ?? false
  return (
    <Tile
      title={strings.title(measure.label, by.label)}
      subtitle={
        total === null
          ? ''
          : `${exploreStrings.totalOf(measure.label)}: ${format.exact(total, measure.format)}`
      }
      span={12}
      asks={[ask, whole]}
      flush
      foot={
        <>
          <span>{isTruncated ? strings.more(n) : strings.pick}</span>
          {by.asOfVersion ? <span>{strings.asOf}</span> : null}
          {hasDate ? null : <span>{strings.noDate}</span>}
        </>
      }
    >
      <DataTable
        label={strings.title(measure.label, by.label)}
        columns={columnsOf({ choice, rows, total, format, casesLabel: cases?.label })}
        rows={indices(rows)}
        keyOf={(row) => rows.text(row, by.name) ?? '~'}
        sort={{ by: sort.by === by.name ? 'name' : sort.by, descending: sort.descending }}
        onSort={(next) => page.set({ sort: sortText(next, measure.name) })}
        onRow={(row) => page.toggle(by.name, rows.text(row, by.name))}
        isSelected={(row) => page.isSelected(by.name, rows.text(row, by.name))}
      />
    </Tile>
  )
}

const sortText = ({ by, descending }: Sort, usual: string): string | undefined =>
  by === usual && descending ? undefined : `${descending ? '-' : ''}${by}`

const columnsOf = ({
  choice: { measure, by, compare },
  rows,
  total,
  format,
  casesLabel,
}: {
  choice: Choice
  rows: Rows
  total: number | null
  format: ReturnType<typeof useFormat>
  casesLabel: string | undefined
}): readonly Column<number>[] => {
  const cases = casesOf[measure.name]
  const value = (row: number): number | null => rows.number(row, measure.name)
  const most = Math.max(0, ...indices(rows).map((row) => Math.abs(value(row) ?? 0)))
  const before = `${measure.name}.before`
  return [
    {
      key: 'rank',
      label: <span className="visually-hidden">{strings.rank}</span>,
      render: (row) => row + 1,
      className: 'rank',
    },
    {
      key: 'name',
      label: by.label,
      render: (row) => rows.label(row, by.name),
      sortOf: (row) => rows.label(row, by.name),
    },
    {
      key: 'bar',
      label: <span className="visually-hidden">{measure.label}</span>,
      className: 'leader-bar',
      render: (row) => (
        <CellBar value={value(row)} max={measure.format === 'percent' ? 100 : most} tone={0} />
      ),
    },
    {
      key: measure.name,
      label: measure.label,
      numeric: true,
      render: (row) =>
        cases ? (
          <Rate value={value(row)} kind={measure.format} cases={rows.number(row, cases) ?? 0} />
        ) : (
          format.exact(value(row), measure.format)
        ),
      sortOf: value,
    },
    ...(cases && casesLabel
      ? [
          {
            key: cases,
            label: casesLabel,
            numeric: true,
            render: (row: number) => format.exact(rows.number(row, cases), 'count'),
            sortOf: (row: number) => rows.number(row, cases),
          },
        ]
      : []),
    ...(measure.additive && total
      ? [
          {
            key: 'share',
            label: strings.share,
            numeric: true,
            render: (row: number) => {
              const part = value(row)
              return part === null ? format.exact(null, 'percent') : format.share(part / total)
            },
          },
        ]
      : []),
    ...(compare
      ? [
          {
            key: before,
            label: strings.before,
            numeric: true,
            render: (row: number) => format.exact(rows.number(row, before), measure.format),
          },
          {
            key: `${measure.name}.change`,
            label: strings.change,
            numeric: true,
            render: (row: number) => (
              <ChangeMark
                now={value(row)}
                before={rows.number(row, before)}
                kind={measure.format}
                better={measure.better}
              />
            ),
            sortOf: (row: number) => (value(row) ?? 0) - (rows.number(row, before) ?? 0),
          },
        ]
      : []),
  ]
}
