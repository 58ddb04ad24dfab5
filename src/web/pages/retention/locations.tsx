import { useMemo, useState } from 'react'
import type { GoldTable } from '../../api-types.ts'
import { IconButton } from '../../components/button.tsx'
import { LoadCard } from '../../components/card.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ExportButton } from '../../components/export-button.tsx'
import { RowExplainDrawer } from '../../components/row-explain.tsx'
import { useFormat, useModel } from '../../session.tsx'
import { writeList } from '../../state.ts'
import { text } from '../../strings/retention.ts'
import { usePage } from '../../use-page.ts'
import { numberOf } from '../customers/columns.ts'
import { NotFiltered } from './not-filtered.tsx'
import { useGold } from './use-gold.ts'

const table = 'churn_by_location'
const fewest = 10

interface Row {
  readonly location: string
  readonly city: string | null
  readonly state: string | null
  readonly customers: number
  readonly churned: number
  readonly everActive: number
  readonly rate: number | null
  readonly low: number | null
  readonly high: number | null
}

/** Where customers go silent; a place filters the page, the churned customers beside it first of all. */
export const LocationsTile = () => {
  const format = useFormat()
  const loaded = useGold(table)
  return (
    <LoadCard
      title={text.locations.title}
      subtitle={<NotFiltered subtitle={text.locations.subtitle} follows={['city', 'state']} />}
      span={5}
      loaded={loaded}
      lines={10}
      flush
      aside={<ExportButton what={{ kind: 'gold', table }} title={text.locations.title} />}
      foot={(data) => text.locations.foot(data.total, format.count(data.total))}
    >
      {(data) => <Places data={data} />}
    </LoadCard>
  )
}

const rowsOf = ({ table: { columns, rows } }: GoldTable): readonly Row[] => {
  const at = new Map(columns.map(({ name }, index) => [name, index]))
  return rows.map((row) => {
    const cell = (name: string) => row[at.get(name) ?? -1] ?? null
    const word = (name: string) => (cell(name) === null ? null : String(cell(name)))
    const number = (name: string) => numberOf(cell(name))
    return {
      location: String(cell('location')),
      city: word('city'),
      state: word('state'),
      customers: number('customers') ?? 0,
      churned: number('churned_customers') ?? 0,
      everActive: (number('churned_customers') ?? 0) + (number('active_customers') ?? 0),
      rate: number('churn_rate'),
      low: number('rate_low'),
      high: number('rate_high'),
    }
  })
}

const Places = ({ data }: { data: GoldTable }) => {
  const page = usePage()
  const { dimensions } = useModel()
  const [explained, setExplained] = useState<string | null>(null)
  const rows = useMemo(() => rowsOf(data), [data])
  const isOn = ({ city, state }: Row) => page.isSelected('city', city) && page.isSelected('state', state)
  const pick = (row: Row) =>
    page.set(
      isOn(row)
        ? { city: undefined, state: undefined }
        : { city: writeList([row.city]), state: writeList([row.state]) },
    )
  const isFilterable = dimensions.get('city')?.hasData || dimensions.get('state')?.hasData
  return (
    <div className="tight">
      <DataTable
        label={text.locations.title}
        columns={useColumns(setExplained)}
        rows={rows}
        keyOf={({ location }) => location}
        sort={{ by: 'churned', descending: true }}
        maxHeight={533}
        isSelected={isOn}
        {...(isFilterable ? { onRow: pick } : {})}
      />
      {explained === null ? null : (
        <RowExplainDrawer
          title={text.locations.explainOf(explained)}
          table={table}
          where={{ location: explained }}
          onClose={() => setExplained(null)}
        />
      )}
    </div>
  )
}

const useColumns = (explain: (location: string) => void): readonly Column<Row>[] => {
  const format = useFormat()
  const count = (key: 'customers' | 'churned'): Column<Row> => ({
    key,
    label: text.locations[key],
    numeric: true,
    sortOf: (row) => row[key],
    render: (row) => format.exact(row[key], 'count'),
  })
  return [
    {
      key: 'location',
      label: text.locations.location,
      sortOf: ({ location }) => location,
      render: ({ location }) => location,
      className: 'cell-wide',
    },
    count('customers'),
    count('churned'),
    {
      key: 'rate',
      label: text.locations.rate,
      numeric: true,
      // A rate over few cases says little, so it does not lead the list.
      sortOf: ({ rate, everActive }) => (everActive < fewest ? null : rate),
      render: (row) => <Rate row={row} />,
    },
    {
      key: 'explain',
      label: <span className="visually-hidden">{text.locations.explain}</span>,
      className: 'cell-action',
      render: ({ location }) => (
        <IconButton
          icon="info"
          label={text.locations.explainOf(location)}
          onClick={(event) => {
            event.stopPropagation()
            explain(location)
          }}
        />
      ),
    },
  ]
}

const Rate = ({ row: { rate, low, high, everActive } }: { row: Row }) => {
  const format = useFormat()
  if (rate === null) return <>{format.text(null)}</>
  const isFew = everActive < fewest
  const interval = text.locations.interval(format.exact(low, 'percent'), format.exact(high, 'percent'))
  return (
    <span className={isFew ? 'is-muted' : ''} title={interval}>
      {format.compact(rate, 'percent')}
      {isFew ? ` (${text.locations.few(format.count(everActive))})` : ''}
    </span>
  )
}
