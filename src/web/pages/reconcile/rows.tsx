import { Card } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { useFormat } from '../../session.tsx'
import { reconcileStrings } from '../../strings/reconcile.ts'
import type { Reconciliation } from './report.tsx'

const strings = reconcileStrings.rows
type Pair = Reconciliation['columns'][number]

/** How the rows of both sides meet, and in which columns they differ. */
export const RowsCard = ({ report: { rows, columns, unmapped, largest } }: { report: Reconciliation }) => {
  const format = useFormat()
  const counts = [
    { label: strings.matched, value: rows.matched },
    { label: strings.different, value: rows.different },
    { label: strings.onlyLegacy, value: rows.onlyLegacy },
    { label: strings.onlyCertified, value: rows.onlyCertified },
  ]
  const table: readonly Column<Pair>[] = [
    { key: 'legacy', label: strings.column, render: ({ legacy }) => <code>{legacy}</code> },
    {
      key: 'certified',
      label: strings.certified,
      render: ({ certified, hidden }) => (
        <>
          <code>{certified}</code>
          {hidden ? <span className="muted"> ({strings.hidden})</span> : null}
        </>
      ),
    },
    { key: 'role', label: strings.role, render: ({ role }) => strings.roles[role] },
    {
      key: 'different',
      label: strings.differ,
      numeric: true,
      render: ({ different, role }) => (role === 'key' ? '' : format.count(different)),
      sortOf: ({ different }) => different,
    },
  ]
  return (
    <Card
      title={strings.title}
      span={largest ? 7 : 12}
      flush
      foot={unmapped.length > 0 ? strings.unmapped(unmapped.join(', ')) : undefined}
    >
      <dl className="facts">
        {counts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{format.count(value)}</dd>
          </div>
        ))}
      </dl>
      <DataTable label={strings.title} columns={table} rows={columns} keyOf={({ legacy }) => legacy} />
    </Card>
  )
}
