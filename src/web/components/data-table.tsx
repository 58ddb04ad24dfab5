import { type ReactNode, useMemo, useRef, useState } from 'react'
import { strings } from '../strings.ts'
import { Icon } from './icon.tsx'
import { useWindowed } from './windowed.ts'

export interface Column<T> {
  readonly key: string
  readonly label: ReactNode
  /** Figures: right-aligned, tabular, largest first on the first click. */
  readonly numeric?: boolean
  readonly render: (row: T) => ReactNode
  /** Makes the column sortable. Null goes last. */
  readonly sortOf?: (row: T) => string | number | boolean | null
  readonly className?: string
}

export interface Sort {
  readonly by: string
  readonly descending: boolean
}

interface Props<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  /** Where the server or the address sorts; otherwise the table does it itself. */
  readonly sort?: Sort | undefined
  readonly onSort?: (sort: Sort) => void
  /** A click, or Enter on the focused row (cross-filter, opening a profile). */
  readonly onRow?: (row: T) => void
  readonly isSelected?: (row: T) => boolean
  /** Pixels; above that it scrolls, with the head standing still. Long tables draw only what is seen. */
  readonly maxHeight?: number
  readonly empty?: ReactNode
}

const rowHeight = 33

/** A table: sticky head, sortable, tabular figures; arrow keys, j and k move between rows that can be opened. */
export const DataTable = <T,>(props: Props<T>) => {
  const { label, columns, keyOf, onRow, isSelected, maxHeight, empty } = props
  const [own, setOwn] = useState<Sort | undefined>(undefined)
  const sort = props.onSort ? props.sort : (own ?? props.sort)
  const rows = useMemo(
    () => (props.onSort ? props.rows : sorted(props.rows, columns, sort)),
    [props.onSort, props.rows, columns, sort],
  )
  const scroller = useRef<HTMLDivElement>(null)
  const shown = useWindowed(scroller, rows.length, rowHeight)
  const onSort = props.onSort ?? setOwn
  // What may scroll is scrolled by keyboard: from within, or else from the table itself.
  const isStop = maxHeight !== undefined || !(onRow || columns.some(({ sortOf }) => sortOf))
  if (rows.length === 0) return <p className="table-empty">{empty ?? strings.table.empty}</p>
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the label comes with the role, when it scrolls.
    <div
      className="table-scroll"
      ref={scroller}
      style={maxHeight ? { maxHeight } : {}}
      tabIndex={isStop ? 0 : undefined}
      role={isStop ? 'group' : undefined}
      aria-label={isStop ? label : undefined}
    >
      <table className="table" aria-label={label} aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={moveBetweenRows}>
          <Spacer height={shown.from * rowHeight} columns={columns.length} />
          {rows.slice(shown.from, shown.to).map((row, index) => (
            <tr
              key={keyOf(row)}
              aria-rowindex={shown.from + index + 2}
              className={`${onRow ? 'is-clickable' : ''} ${isSelected?.(row) ? 'is-selected' : ''}`}
              tabIndex={onRow ? 0 : undefined}
              onClick={onRow && (() => onRow(row))}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.target !== event.currentTarget) return
                // What opens takes the focus: the key must not press the button it lands on.
                event.preventDefault()
                onRow?.(row)
              }}
            >
              {columns.map((column) => (
                <td key={column.key} className={cellClass(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer height={(rows.length - shown.to) * rowHeight} columns={columns.length} />
        </tbody>
      </table>
    </div>
  )
}

const cellClass = <T,>({ numeric, className = '' }: Column<T>): string =>
  `${numeric ? 'is-number' : ''} ${className}`

const Spacer = ({ height, columns }: { height: number; columns: number }) =>
  height > 0 ? (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it holds the place of rows that are not drawn.
    <tr aria-hidden="true" className="table-spacer">
      <td colSpan={columns} style={{ height }} />
    </tr>
  ) : null

const Head = <T,>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>
  sort: Sort | undefined
  onSort: (sort: Sort) => void
}) => {
  const isSorted = sort?.by === column.key
  const direction = sort?.descending ? 'descending' : 'ascending'
  if (!column.sortOf) {
    return (
      <th scope="col" className={cellClass(column)}>
        {column.label}
      </th>
    )
  }
  const next = { by: column.key, descending: isSorted ? !sort.descending : column.numeric === true }
  return (
    <th scope="col" className={cellClass(column)} aria-sort={isSorted ? direction : undefined}>
      <button
        type="button"
        className={`table-sort ${isSorted ? 'is-sorted' : ''}`}
        onClick={() => onSort(next)}
      >
        {column.label}
        {isSorted ? <Icon name={sort.descending ? 'down' : 'up'} size={11} /> : null}
      </button>
    </th>
  )
}

const sorted = <T,>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  sort: Sort | undefined,
): readonly T[] => {
  const cellOf = columns.find(({ key }) => key === sort?.by)?.sortOf
  if (!cellOf || !sort) return rows
  const sign = sort.descending ? -1 : 1
  return rows.toSorted((left, right) => {
    const [a, b] = [cellOf(left), cellOf(right)]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    if (typeof a === 'string' && typeof b === 'string') return sign * a.localeCompare(b)
    return sign * (Number(a) - Number(b))
  })
}

const moveBetweenRows = (event: React.KeyboardEvent<HTMLElement>): void => {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key]
  if (step === undefined || !(event.target instanceof HTMLTableRowElement)) return
  event.preventDefault()
  const rows = [...event.currentTarget.querySelectorAll<HTMLTableRowElement>('tr[tabindex="0"]')]
  rows[rows.indexOf(event.target) + step]?.focus()
}
