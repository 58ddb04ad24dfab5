import { useMemo, useState } from 'react'
import type { Profile } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { Legend } from '../../components/charts/time-overlay.tsx'
import { type Series, TimeSeries } from '../../components/charts/time-series.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Empty } from '../../components/notice.tsx'
import { addDays, addMonths } from '../../dates.ts'
import { channelTone, valueLabel } from '../../labels.ts'
import { useFormat, useSession } from '../../session.tsx'
import { text } from '../../strings/profile.ts'
import { strings } from '../../strings.ts'

type Purchase = Profile['purchasesByMonth'][number]

/** purchases_by_customer_and_month, split by channel: every month from the first purchase to the as-of day has its place. */
export const Purchases = ({ profile }: { profile: Profile }) => {
  const format = useFormat()
  const { asOf } = useSession()
  const [isTable, setTable] = useState(false)
  const { purchasesByMonth } = profile
  const dates = useMemo(() => monthsOf(purchasesByMonth, asOf), [purchasesByMonth, asOf])
  const series = useMemo(
    () =>
      seriesOf(purchasesByMonth, dates, (channel) =>
        valueLabel('channel', channel === '' ? null : channel, format),
      ),
    [purchasesByMonth, dates, format],
  )
  const isPartial = asOf !== null && addMonths(`${asOf.slice(0, 7)}-01`, 1) !== addDays(asOf, 1)
  if (purchasesByMonth.length === 0) {
    return (
      <Card title={text.purchases}>
        <Empty icon="bag" title={text.noPurchases} />
      </Card>
    )
  }
  return (
    <Card
      title={text.purchases}
      subtitle={text.purchasesSub}
      flush={isTable}
      aside={
        <>
          {isTable ? null : <Legend series={series} />}
          <Button
            kind="plain"
            className="button-small"
            aria-pressed={isTable}
            onClick={() => setTable(!isTable)}
          >
            {isTable ? strings.tile.picture : strings.tile.table}
          </Button>
        </>
      }
    >
      {isTable ? (
        <PurchaseTable purchases={purchasesByMonth} />
      ) : (
        <TimeSeries
          title={text.purchases}
          grain="month"
          dates={dates}
          series={series}
          kind="money"
          shape="bars"
          stacked
          height={200}
          partial={isPartial && asOf !== null ? [`${asOf.slice(0, 7)}-01`] : []}
        />
      )}
    </Card>
  )
}

/** First days of all months from the first purchase to the as-of day. */
export const monthsOf = (purchases: readonly Purchase[], asOf: string | null): readonly string[] => {
  const known = purchases.map(({ month }) => month.slice(0, 10)).toSorted()
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return []
  const end = asOf !== null && asOf > last ? asOf : last
  const months: string[] = []
  for (let month = first; month <= end; month = addMonths(month, 1)) months.push(month)
  return months
}

const seriesOf = (
  purchases: readonly Purchase[],
  dates: readonly string[],
  labelOf: (channel: string) => string,
): readonly Series[] => {
  const channels = [...new Set(purchases.map(({ channel }) => channel))].toSorted()
  return channels.map((channel, index) => {
    const amounts = new Map(
      purchases
        .filter((one) => one.channel === channel)
        .map(({ month, amount }) => [month.slice(0, 10), amount]),
    )
    return {
      key: channel,
      label: labelOf(channel),
      tone: channelTone(channel === '' ? null : channel, index),
      values: dates.map((day) => amounts.get(day) ?? 0),
    }
  })
}

const PurchaseTable = ({ purchases }: { purchases: readonly Purchase[] }) => {
  const format = useFormat()
  return (
    <DataTable
      label={text.purchases}
      rows={purchases.toSorted((a, b) => (a.month < b.month ? 1 : -1))}
      keyOf={({ month, channel }) => `${month} ${channel}`}
      maxHeight={300}
      columns={[
        {
          key: 'month',
          label: strings.grains.month,
          sortOf: ({ month }) => month,
          render: ({ month }) => format.bucket(month.slice(0, 10), 'month'),
        },
        {
          key: 'channel',
          label: text.channel,
          sortOf: ({ channel }) => channel,
          render: ({ channel }) => valueLabel('channel', channel === '' ? null : channel, format),
        },
        {
          key: 'orders',
          label: text.orders,
          numeric: true,
          sortOf: ({ orders }) => orders,
          render: ({ orders }) => format.exact(orders, 'count'),
        },
        {
          key: 'amount',
          label: text.lifetime,
          numeric: true,
          sortOf: ({ amount }) => amount,
          render: ({ amount }) => format.exact(amount, 'money'),
        },
      ]}
    />
  )
}
