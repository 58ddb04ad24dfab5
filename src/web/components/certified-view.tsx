import { useState } from 'react'
import type { Cell } from '../../semantic/types.ts'
import { api } from '../api.ts'
import type { GoldTable } from '../api-types.ts'
import { type Loaded, useLoad } from '../query.ts'
import { useFormat } from '../session.tsx'
import { chartStrings as text } from '../strings/charts.ts'
import { Badge } from './badge.tsx'
import { Button } from './button.tsx'
import { type Column, DataTable } from './data-table.tsx'
import { Drawer } from './dialog.tsx'
import { ExportButton } from './export-button.tsx'
import { Failed, Skeleton } from './notice.tsx'

const step = 100

/** A link that opens a certified view of gold beside the page: all dates, with every column and its export. */
export const CertifiedView = ({ table, label = text.certified }: { table: string; label?: string }) => {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="link-button"
        aria-haspopup="dialog"
        aria-label={`${label}: ${table}`}
        onClick={() => setOpen(true)}
      >
        {label}
      </button>
      {isOpen ? <ViewDrawer table={table} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

const ViewDrawer = ({ table, onClose }: { table: string; onClose: () => void }) => {
  const [limit, setLimit] = useState(step)
  const view: Loaded<GoldTable> = useLoad(['gold', table, limit], (signal) =>
    api.gold(table, { limit }, signal),
  )
  return (
    <Drawer title={text.certifiedTitle(table)} onClose={onClose}>
      {view.state === 'failed' ? <Failed failure={view.failure} retry={view.retry} /> : null}
      {view.state === 'loading' ? <Skeleton lines={8} /> : null}
      {view.data ? <View view={view.data} onMore={() => setLimit(Math.min(1000, limit + 3 * step))} /> : null}
    </Drawer>
  )
}

const View = ({ view, onMore }: { view: GoldTable; onMore: () => void }) => {
  const format = useFormat()
  const { name, grain, certified, description, total, table } = view
  return (
    <>
      <p className="drawer-note">
        {description}. {text.certifiedGrain(grain.join(' × '))} {text.certifiedAll}
      </p>
      <div className="drawer-line">
        <Badge mood={certified ? 'good' : 'bad'}>
          {certified ? text.rows(format.count(total)) : text.notCertified}
        </Badge>
        <ExportButton what={{ kind: 'gold', table: name }} title={name} />
      </div>
      <DataTable
        label={name}
        columns={columnsOf(view, format.text)}
        rows={table.rows.map((cells, index) => ({ key: String(index), cells }))}
        keyOf={({ key }) => key}
        maxHeight={520}
      />
      {table.rows.length < total && table.rows.length < 1000 ? (
        <Button onClick={onMore}>{text.more}</Button>
      ) : null}
    </>
  )
}

interface Row {
  readonly key: string
  readonly cells: readonly Cell[]
}

const columnsOf = ({ table }: GoldTable, write: (cell: Cell) => string): readonly Column<Row>[] =>
  table.columns.map(({ name, type, description }, at) => ({
    key: name,
    label: <span title={description}>{name}</span>,
    numeric: type === 'integer' || type === 'decimal',
    render: ({ cells }) => write(cells[at] ?? null),
    sortOf: ({ cells }) => cells[at] ?? null,
  }))
