import type { Cell, Filters, Query } from '../../../semantic/types.ts'
import { api } from '../../api.ts'
import type { Explained } from '../../api-types.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { Failed, Skeleton } from '../../components/notice.tsx'
import { PageLink } from '../../components/page-link.tsx'
import type { Day } from '../../dates.ts'
import { useLoad } from '../../query.ts'
import { useFormat, useSession } from '../../session.tsx'
import { supportStrings as text } from '../../strings/support.ts'
import { strings } from '../../strings.ts'
import { type Age, daysOf } from './ages.ts'

const most = 200

/** The rows behind a bar of open contacts: who waits, since when, and where the row came from. */
export const OpenList = ({
  age,
  title,
  asOf,
  filters,
  onClose,
}: {
  age: Age
  title: string
  asOf: Day
  filters: Filters
  onClose: () => void
}) => {
  const { version } = useSession()
  const range = daysOf(age, asOf, filters.range)
  const query: Query = {
    measures: ['open_interactions'],
    filters: { ...filters, ...(range ? { range } : {}) },
  }
  const behind = useLoad(['open', query], (signal) =>
    api.explain(
      { query, measure: 'open_interactions', limit: most, ...(version === null ? {} : { version }) },
      signal,
    ),
  )
  return (
    <Drawer title={title} onClose={onClose}>
      {behind.state === 'failed' ? <Failed failure={behind.failure} retry={behind.retry} /> : null}
      {behind.state === 'loading' ? <Skeleton lines={8} /> : null}
      {behind.data ? <Contacts explained={behind.data} title={title} /> : null}
    </Drawer>
  )
}

interface Contact {
  readonly key: string
  readonly cell: (column: string) => Cell
  readonly origin: string
}

const Contacts = ({ explained, title }: { explained: Explained; title: string }) => {
  const format = useFormat()
  const { table, at, count } = explained.rows
  const places = new Map(table.columns.map(({ name }, index) => [name, index]))
  const contacts: readonly Contact[] = table.rows.map((cells, index) => ({
    key: String(index),
    cell: (column) => cells[places.get(column) ?? -1] ?? null,
    origin: (at[index] ?? []).map(({ file, row }) => `${file}:${row}`).join(', '),
  }))
  return (
    <>
      <p className="drawer-note">{text.listNote(format.count(count), format.count(contacts.length))}</p>
      <DataTable
        label={title}
        columns={columnsOf(contacts, format.localTime)}
        rows={contacts}
        keyOf={({ key }) => key}
        maxHeight={560}
      />
    </>
  )
}

/** Columns that no row has a value for are left out: sources differ in what they know. */
const columnsOf = (
  contacts: readonly Contact[],
  time: (iso: string) => string,
): readonly Column<Contact>[] => {
  const plain = (key: string, label: string): Column<Contact> => ({
    key,
    label,
    render: ({ cell }) => String(cell(key) ?? text.unassigned),
    sortOf: ({ cell }) => cell(key),
  })
  const columns: readonly Column<Contact>[] = [
    {
      key: 'opened_at_local',
      label: text.opened,
      render: ({ cell }) => {
        const at = cell('opened_at_local') ?? cell('opened_at') ?? cell('local_date')
        return at === null ? strings.filters.unknown : time(String(at))
      },
      sortOf: ({ cell }) => cell('opened_at_local') ?? cell('opened_at') ?? cell('local_date'),
    },
    {
      key: 'customer_id',
      label: text.customer,
      render: ({ cell }) => {
        const id = cell('customer_id')
        return id === null ? (
          strings.filters.unknown
        ) : (
          <PageLink to={`/customers/${encodeURIComponent(String(id))}`}>{String(id)}</PageLink>
        )
      },
      sortOf: ({ cell }) => cell('customer_id'),
    },
    plain('issue_type', text.issue),
    plain('resolution_status', text.state),
    plain('agent_id', text.agent),
    { key: 'origin', label: text.source, render: ({ origin }) => <span className="muted">{origin}</span> },
  ]
  return columns.filter(
    ({ key }) =>
      key === 'opened_at_local' || key === 'origin' || contacts.some(({ cell }) => cell(key) !== null),
  )
}
