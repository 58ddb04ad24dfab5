import { Card } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { decimalText } from '../../decimal.ts'
import { useFormat } from '../../session.tsx'
import { reconcileStrings } from '../../strings/reconcile.ts'
import type { Reconciliation } from './report.tsx'

const strings = reconcileStrings.largest
type Largest = NonNullable<Reconciliation['largest']>
type Row = Largest['rows'][number]

/** The keys whose figures are furthest apart. */
export const LargestCard = ({ report, largest }: { report: Reconciliation; largest: Largest }) => {
  const { locale } = useFormat()
  const keys = report.columns.filter(({ role }) => role === 'key').map(({ legacy }) => legacy)
  const figure = (name: 'legacy' | 'certified' | 'difference', signed = false): Column<Row> => ({
    key: name,
    label: strings[name],
    numeric: true,
    render: (row) => (row[name] === 'absent' ? strings.absent : decimalText(locale, row[name], { signed })),
    sortOf: (row) => (row[name] === 'absent' ? null : Number(row[name])),
  })
  const columns: readonly Column<Row>[] = [
    { key: 'key', label: keys.join(', ') || strings.key, render: ({ key }) => key.join(', ') },
    figure('legacy'),
    figure('certified'),
    figure('difference', true),
  ]
  return (
    <Card title={strings.title} subtitle={strings.subtitle(largest.measure)} span={5} flush>
      <DataTable
        label={strings.title}
        columns={columns}
        rows={largest.rows}
        keyOf={({ key }) => key.join(' ')}
      />
    </Card>
  )
}
