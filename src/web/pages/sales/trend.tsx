import { useMemo } from 'react'
import { seriesBy } from '../../components/charts/series-by.ts'
import { TrendTile, trendGrain } from '../../components/trend-tile.tsx'
import { channelTone } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useSession } from '../../session.tsx'
import { salesStrings as text } from '../../strings/sales.ts'
import { usePage } from '../../use-page.ts'

/** Average order value over time, a line per channel. */
export const AovTrend = ({ span }: { span: 8 | 12 }) => {
  const page = usePage()
  const format = useFormat()
  const { channels } = useSession()
  const grain = trendGrain(page)
  const ask = useAsk({
    measures: ['aov', 'revenue', 'orders'],
    by: [{ dimension: 'date', grain }, { dimension: 'channel' }],
    filters: page.filters('date'),
  })
  const { answer } = ask
  const { dates, series } = useMemo(
    () => seriesBy({ answer, measure: 'aov', by: 'channel', grain, format, fill: null, toneOf: channelTone }),
    [answer, grain, format],
  )
  return (
    <TrendTile
      title={text.trend}
      {...(channels.length > 1 ? { subtitle: text.byChannel } : {})}
      span={span}
      ask={ask}
      dates={dates}
      series={series}
      kind="money"
      certified="average_order_value_by_channel"
    />
  )
}
