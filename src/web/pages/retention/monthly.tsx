import { useMemo, useState } from 'react'
import type { GoldTable } from '../../api-types.ts'
import { Button, Segmented } from '../../components/button.tsx'
import { LoadCard } from '../../components/card.tsx'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { type Series, TimeSeries } from '../../components/charts/time-series.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ExportButton } from '../../components/export-button.tsx'
import { Empty } from '../../components/notice.tsx'
import { RowExplainDrawer } from '../../components/row-explain.tsx'
import { rangeText } from '../../period.ts'
import type { Loaded } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/retention.ts'
import { strings } from '../../strings.ts'
import { usePage } from '../../use-page.ts'
import { type Measure, type MonthRow, measures, monthRows } from './monthly-rows.ts'
import { NotFiltered } from './not-filtered.tsx'

const table = 'monthly_churn_and_retention'

const pictures: Readonly<Record<'rates' | 'customers', readonly { measure: Measure; tone: number }[]>> = {
  rates: [
    { measure: 'retention_rate', tone: 1 },
    { measure: 'churn_rate', tone: 2 },
  ],
  customers: [
    { measure: 'retained_customers', tone: 1 },
    { measure: 'returned_customers', tone: 3 },
    { measure: 'new_customers', tone: 4 },
  ],
}

/** Each month as it is certified; the dates choose months. */
export const MonthlyTile = ({ loaded }: { loaded: Loaded<GoldTable> }) => {
  const page = usePage()
  const [isTable, setTable] = useState(false)
  const show = page.state.own.months === 'customers' ? 'customers' : 'rates'
  return (
    <LoadCard
      title={text.monthly.title}
      subtitle={<NotFiltered subtitle={text.monthly.subtitle} follows={['date']} />}
      span={8}
      loaded={loaded}
      lines={8}
      flush={isTable}
      foot={() => text.monthly.foot}
      aside={
        <>
          <Segmented
            label={text.monthly.show}
            options={(['rates', 'customers'] as const).map((value) => ({
              value,
              label: text.monthly[value],
            }))}
            value={show}
            onChange={(months) => page.set({ months: months === 'rates' ? undefined : months })}
          />
          <Button className="button-small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? strings.tile.picture : strings.tile.table}
          </Button>
          <ExportButton what={{ kind: 'gold', table }} title={text.monthly.title} />
        </>
      }
    >
      {(data) => <Content data={data} show={show} isTable={isTable} />}
    </LoadCard>
  )
}

const Content = ({
  data,
  show,
  isTable,
}: {
  data: GoldTable
  show: 'rates' | 'customers'
  isTable: boolean
}) => {
  const page = usePage()
  const rows = useMemo(() => monthRows(data), [data])
  const series = useMemo(
    () =>
      pictures[show].map(
        ({ measure, tone }): Series => ({
          key: measure,
          label: text.monthly[measure],
          tone,
          values: rows.map(({ figures }) => figures[measure]),
        }),
      ),
    [rows, show],
  )
  if (rows.length === 0) return <Empty icon="repeat" title={text.none} />
  if (isTable) return <MonthTable rows={rows} />
  return (
    <>
      <div className="chart-legend">
        <Legend series={series} />
      </div>
      <TimeSeries
        title={text.monthly.title}
        grain="month"
        dates={rows.map(({ month }) => month)}
        series={series}
        kind={show === 'rates' ? 'percent' : 'count'}
        shape={show === 'rates' ? 'line' : 'bars'}
        stacked={show === 'customers'}
        partial={rows.flatMap(({ month, isComplete }) => (isComplete ? [] : [month]))}
        selected={page.period}
        onBrush={(period) => page.set({ range: rangeText(period) })}
        height={250}
      />
    </>
  )
}

const MonthTable = ({ rows }: { rows: readonly MonthRow[] }) => {
  const format = useFormat()
  const [explained, setExplained] = useState<string | null>(null)
  const columns: readonly Column<MonthRow>[] = [
    {
      key: 'month',
      label: text.monthly.month,
      sortOf: ({ month }) => month,
      render: ({ month, isComplete }) => `${format.bucket(month, 'month')}${isComplete ? '' : ' *'}`,
    },
    ...measures.map(
      (measure): Column<MonthRow> => ({
        key: measure,
        label: text.monthly[measure],
        numeric: true,
        sortOf: ({ figures }) => figures[measure],
        render: ({ figures }) =>
          format.exact(figures[measure], measure.endsWith('rate') ? 'percent' : 'count'),
      }),
    ),
  ]
  return (
    <>
      <p className="table-note">{text.monthly.open}</p>
      <DataTable
        label={text.monthly.title}
        columns={columns}
        rows={rows}
        keyOf={({ month }) => month}
        sort={{ by: 'month', descending: true }}
        onRow={({ month }) => setExplained(month)}
        maxHeight={300}
      />
      {explained === null ? null : (
        <RowExplainDrawer
          title={text.monthly.explain(format.bucket(explained, 'month'))}
          table={table}
          where={{ month: explained }}
          onClose={() => setExplained(null)}
        />
      )}
    </>
  )
}
