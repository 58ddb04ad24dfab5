import { useMemo } from 'react'
import type { Cell, Query } from '../../../semantic/types.ts'
import { Card } from '../../components/card.tsx'
import { Empty } from '../../components/notice.tsx'
import { AskTable, Tile } from '../../components/tile.tsx'
import type { Format } from '../../format.ts'
import { type Rows, rowsOf } from '../../labels.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { exploreStrings } from '../../strings/explore.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'
import { type Choice, casesOf, fewest } from './choice.ts'
import { leaderQuery } from './leaderboard.tsx'

const strings = exploreStrings.pivot
const mostColumns = 24

/** Two dimensions against each other; the rows are those of the leaderboard. */
export const Pivot = ({ choice }: { choice: Choice }) => {
  const { measure, by, split } = choice
  if (!split) {
    return (
      <Card title={exploreStrings.shows.pivot}>
        <Empty icon="table" title={strings.choose} />
      </Card>
    )
  }
  return <PivotTile key={`${measure.name} ${by.name} ${split.name}`} choice={choice} split={split} />
}

const PivotTile = ({ choice, split }: { choice: Choice; split: NonNullable<Choice['split']> }) => {
  const { measure, by, grain } = choice
  const page = usePage()
  const format = useFormat()
  const leaders = useAsk(leaderQuery(choice, page))
  const rows = rowsOf(leaders.answer, format)
  const keys = Array.from({ length: rows.length }, (_, row) => rows.text(row, by.name))
  const isDate = split.name === 'date'
  const cases = casesOf[measure.name]
  const filters = page.filters(by.name, ...(isDate ? [] : [split.name]))
  const query: Query | null =
    leaders.answer === undefined || keys.length === 0
      ? null
      : {
          measures: [measure.name, ...(cases ? [cases] : [])],
          by: [{ dimension: by.name }, isDate ? { dimension: 'date', grain } : { dimension: split.name }],
          filters: { ...filters, values: { ...filters.values, [by.name]: keys } },
          limit: 10_000,
        }
  const ask = useAsk(query)
  const title = strings.title(measure.label, by.label, split.label)
  return (
    <Tile
      title={title}
      span={12}
      asks={query ? [ask, leaders] : [leaders]}
      flush
      foot={cases ? strings.weak(fewest) : undefined}
    >
      {ask.answer ? (
        <Matrix choice={choice} split={split.name} ask={ask} order={keys} />
      ) : (
        <AskTable ask={leaders} title={title} />
      )}
    </Tile>
  )
}

interface Grid {
  readonly columns: readonly { readonly key: Cell; readonly label: string }[]
  readonly rows: readonly { readonly key: Cell; readonly label: string }[]
  readonly at: (row: Cell, column: Cell) => { readonly value: number | null; readonly cases: number | null }
  readonly all: number
  readonly most: number
}

const gridOf = (
  answered: Rows,
  { measure, by, grain }: Choice,
  split: string,
  order: readonly Cell[],
  format: Format,
): Grid => {
  const cells = new Map<string, { value: number | null; cases: number | null }>()
  const labels = new Map<string, string>()
  const columns = new Map<Cell, string>()
  const cases = casesOf[measure.name]
  let most = 0
  for (let row = 0; row < answered.length; row++) {
    const [rowKey, columnKey] = [answered.text(row, by.name), answered.text(row, split)]
    const value = answered.number(row, measure.name)
    most = Math.max(most, Math.abs(value ?? 0))
    cells.set(JSON.stringify([rowKey, columnKey]), {
      value,
      cases: cases ? answered.number(row, cases) : null,
    })
    labels.set(String(rowKey), answered.label(row, by.name))
    columns.set(
      columnKey,
      split === 'date' && columnKey ? format.bucket(columnKey, grain) : answered.label(row, split),
    )
  }
  const sorted = [...columns].sort(([a], [b]) =>
    split === 'date' || isNumbers(columns) ? compareKeys(a, b) : 0,
  )
  return {
    columns: sorted
      .slice(split === 'date' ? -mostColumns : 0)
      .slice(0, mostColumns)
      .map(([key, label]) => ({ key, label })),
    rows: order.map((key) => ({ key, label: labels.get(String(key)) ?? String(key) })),
    at: (row, column) => cells.get(JSON.stringify([row, column])) ?? { value: null, cases: null },
    all: columns.size,
    most,
  }
}

const isNumbers = (columns: ReadonlyMap<Cell, string>): boolean =>
  [...columns.keys()].every((key) => key === null || /^\d+$/.test(String(key)))

const compareKeys = (a: Cell, b: Cell): number =>
  typeof a === 'string' && typeof b === 'string' && /^\d+$/.test(a) && /^\d+$/.test(b)
    ? Number(a) - Number(b)
    : String(a).localeCompare(String(b))

/** Cells are shaded by their size; the figure stands in each, so that colour says nothing alone. */
const Matrix = ({
  choice,
  split,
  ask,
  order,
}: {
  choice: Choice
  split: string
  ask: Ask
  order: readonly Cell[]
}) => {
  const format = useFormat()
  const page = usePage()
  const { measure, by } = choice
  const grid = useMemo(
    () => gridOf(rowsOf(ask.answer, format), choice, split, order, format),
    [ask.answer, choice, split, order, format],
  )
  const hasTotals = measure.additive
  const totalOf = (row: Cell): number =>
    grid.columns.reduce((sum, { key }) => sum + (grid.at(row, key).value ?? 0), 0)
  const splitLabel = choice.split?.label ?? split
  return (
    <section
      className="table-scroll pivot-scroll"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard.
      tabIndex={0}
      aria-label={shared.tile.table}
    >
      <table className="table pivot">
        <thead>
          <tr>
            <th scope="col">{strings.corner(by.label, splitLabel)}</th>
            {grid.columns.map(({ key, label }) => (
              <th key={String(key)} scope="col" className="is-number">
                {label}
              </th>
            ))}
            {hasTotals ? (
              <th scope="col" className="is-number">
                {exploreStrings.total}
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row) => (
            <tr
              key={String(row.key)}
              className={page.isSelected(by.name, row.key as string | null) ? 'is-selected' : ''}
            >
              <th scope="row">
                <button
                  type="button"
                  className="link-button"
                  onClick={() => page.toggle(by.name, row.key as string | null)}
                >
                  {row.label}
                </button>
              </th>
              {grid.columns.map((column) => {
                const { value, cases } = grid.at(row.key, column.key)
                return (
                  <td
                    key={String(column.key)}
                    className={`is-number ${shade(value, grid.most)} ${cases !== null && cases < fewest ? 'is-weak' : ''}`}
                  >
                    {format.compact(value, measure.format)}
                  </td>
                )
              })}
              {hasTotals ? (
                <td className="is-number pivot-total">{format.compact(totalOf(row.key), measure.format)}</td>
              ) : null}
            </tr>
          ))}
        </tbody>
      </table>
      {grid.all > grid.columns.length ? (
        <p className="pivot-note">{strings.more(grid.columns.length, grid.all)}</p>
      ) : null}
    </section>
  )
}

/** Five light steps, so that ink stays readable on every one; by the root, so that one giant does not flatten the rest. */
const shade = (value: number | null, most: number): string =>
  value === null || most === 0
    ? ''
    : `shade-${Math.min(4, Math.floor(Math.sqrt(Math.abs(value) / most) * 5))}`
