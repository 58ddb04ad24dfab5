import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Customers } from '../../api-types.ts'
import { type Column, DataTable, type Sort } from '../../components/data-table.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { useFormat } from '../../session.tsx'
import { carried } from '../../state.ts'
import { text } from '../../strings/customers.ts'
import { usePage } from '../../use-page.ts'
import { type CustomerRow, cellText, columnLabel, isNumber, rowsOfTable } from './columns.ts'

/** Opens a profile; the global filters stay in the address for the way back. */
export const useOpenCustomer = (): ((id: string) => void) => {
  const navigate = useNavigate()
  return (id) =>
    void navigate({
      to: '/customers/$id' as never,
      params: { id } as never,
      search: ((now: Record<string, string>) =>
        Object.fromEntries(Object.entries(now).filter(([key]) => carried.includes(key)))) as never,
    })
}

/** Customers as a table sorted by the server; a row opens the profile. `columns` says which and in which order. */
export const CustomerTable = ({
  label,
  customers,
  columns,
  sort,
  onSort,
  maxHeight,
}: {
  label: string
  customers: Customers
  columns: readonly string[]
  sort: Sort | undefined
  onSort: (sort: Sort) => void
  maxHeight?: number
}) => {
  const format = useFormat()
  const open = useOpenCustomer()
  const types = new Map(customers.table.columns.map((column) => [column.name, column]))
  const shown: readonly Column<CustomerRow>[] = columns.flatMap((name) => {
    const column = types.get(name)
    if (!column) return []
    return {
      key: name,
      label: <span title={column.description}>{columnLabel(name)}</span>,
      numeric: isNumber(column.type),
      // The server does not sort by what it masks: the order would give the values away.
      ...(column.masked ? {} : { sortOf: (row: CustomerRow) => row.cell(name) }),
      render: (row: CustomerRow) =>
        name === 'name' ? <Name row={row} /> : cellText(name, column.type, row.cell(name), format),
    }
  })
  return (
    <DataTable
      label={label}
      columns={shown}
      rows={rowsOfTable(customers.table)}
      keyOf={({ key }) => key}
      sort={sort}
      onSort={onSort}
      onRow={({ id }) => open(id)}
      empty={text.list.nothing}
      {...(maxHeight === undefined ? {} : { maxHeight })}
    />
  )
}

/** A real link, so that it can be opened in a tab of its own. */
const Name = ({ row }: { row: CustomerRow }) => {
  const name = row.cell('name')
  return (
    <PageLink to={`/customers/${encodeURIComponent(row.id)}`} className="row-link">
      {name === null ? `${row.id} (${text.list.inferred})` : String(name)}
    </PageLink>
  )
}

/** j and k begin in the first row when nothing else has the focus. */
export const useRowKeys = (): React.RefObject<HTMLDivElement | null> => {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const isFree =
        document.activeElement === null ||
        document.activeElement === document.body ||
        document.activeElement.matches('h1, main')
      if (!isFree || event.ctrlKey || event.metaKey || event.altKey || !['j', 'k'].includes(event.key)) return
      const first = list.current?.querySelector<HTMLElement>('tr[tabindex="0"]')
      if (!first) return
      event.preventDefault()
      first.focus()
    }
    document.addEventListener('keydown', listener)
    return () => document.removeEventListener('keydown', listener)
  }, [])
  return list
}

/** The sort of the address, or the given one. */
export const useSort = (byDefault: Sort): { sort: Sort; onSort: (sort: Sort) => void } => {
  const page = usePage()
  return {
    sort: page.state.sort ?? byDefault,
    onSort: ({ by, descending }) => page.set({ sort: `${descending ? '-' : ''}${by}`, offset: undefined }),
  }
}

/** The first row of the page that is shown, from the address. */
export const useOffset = (): number => {
  const { offset = '' } = usePage().state.own
  return /^\d{1,7}$/.test(offset) ? Number(offset) : 0
}
