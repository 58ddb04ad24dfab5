import type { Filters, Query } from '../../../semantic/types.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Drawer } from '../../components/dialog.tsx'
import { ExportButton } from '../../components/export-button.tsx'
import { Failed, Skeleton } from '../../components/notice.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { useFilterText } from '../../components/use-export.ts'
import type { Day } from '../../dates.ts'
import { indices, rowsOf } from '../../labels.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { supportStrings as text } from '../../strings/support.ts'
import { strings } from '../../strings.ts'
import { type Age, daysOf } from './ages.ts'

const most = 500

/** Who waits behind a bar of open contacts, and since when: the longest first. */
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
  const { dimensions } = useModel()
  const range = daysOf(age, asOf, filters.range)
  const known = ['customer', 'issue_type', 'resolution_status'].filter(
    (name) => dimensions.get(name)?.hasData,
  )
  const query: Query = {
    measures: ['open_interactions'],
    by: [{ dimension: 'date', grain: 'day' }, ...known.map((dimension) => ({ dimension }))],
    filters: { ...filters, ...(range ? { range } : {}) },
    order: [{ by: 'date' }],
    limit: most,
  }
  const ask = useAsk(query)
  return (
    <Drawer title={title} onClose={onClose}>
      {ask.state === 'failed' ? <Failed failure={ask.failure} retry={ask.retry} /> : null}
      {ask.state === 'loading' ? <Skeleton lines={8} /> : null}
      {ask.state === 'ready' ? <Contacts {...{ ask, query, title, known }} /> : null}
    </Drawer>
  )
}

interface Contact {
  readonly key: string
  readonly opened: string | null
  readonly customer: string | null
  readonly name: string
  readonly issue: string | null
  readonly status: string | null
  readonly count: number
}

const Contacts = ({
  ask,
  query,
  title,
  known,
}: {
  ask: Ask
  query: Query
  title: string
  known: readonly string[]
}) => {
  const format = useFormat()
  const filterText = useFilterText()
  const rows = rowsOf(ask.answer, format)
  const contacts: readonly Contact[] = indices(rows)
    .map((row) => ({
      key: String(row),
      opened: rows.text(row, 'date'),
      customer: rows.text(row, 'customer'),
      name: rows.label(row, 'customer'),
      issue: rows.text(row, 'issue_type'),
      status: rows.text(row, 'resolution_status'),
      count: rows.number(row, 'open_interactions') ?? 0,
    }))
    .filter(({ count }) => count > 0)
  const total = contacts.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <div className="drawer-line">
        <p className="drawer-note">
          {ask.answer?.truncated ? text.listFirst(format.count(total)) : text.listAll(format.count(total))}
        </p>
        <ExportButton what={{ kind: 'query', query }} title={title} filters={filterText(query.filters)} />
      </div>
      <DataTable
        label={title}
        columns={columnsOf(known, format.day)}
        rows={contacts}
        keyOf={({ key }) => key}
        maxHeight={640}
      />
    </>
  )
}

const columnsOf = (known: readonly string[], day: (day: Day) => string): readonly Column<Contact>[] => {
  const word = (key: string, label: string, read: (contact: Contact) => string | null): Column<Contact> => ({
    key,
    label,
    render: (contact) => read(contact) ?? text.unassigned,
    sortOf: read,
  })
  const columns: readonly Column<Contact>[] = [
    {
      key: 'date',
      label: text.opened,
      render: ({ opened }) => (opened === null ? strings.filters.unknown : day(opened)),
      sortOf: ({ opened }) => opened,
    },
    {
      key: 'customer',
      label: text.customer,
      render: ({ customer, name }) =>
        customer === null ? (
          strings.filters.unknown
        ) : (
          <PageLink to={`/customers/${encodeURIComponent(customer)}`}>{name}</PageLink>
        ),
      sortOf: ({ name }) => name,
    },
    word('issue_type', text.issue, ({ issue }) => issue),
    word('resolution_status', text.state, ({ status }) => status),
  ]
  return [
    ...columns.filter(({ key }) => key === 'date' || known.includes(key)),
    {
      key: 'count',
      label: text.contacts,
      numeric: true,
      render: ({ count }) => count,
      sortOf: ({ count }) => count,
    },
  ]
}
