import { Columns } from '../../components/columns.tsx'
import { Tile } from '../../components/tile.tsx'
import type { Format } from '../../format.ts'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useSession } from '../../session.tsx'
import { salesStrings as text } from '../../strings/sales.ts'
import { usePage } from '../../use-page.ts'
import { byAmount, readBand } from './bands.ts'

/** How large transactions are; a click filters by a size. */
export const DistributionTile = () => {
  const page = usePage()
  const format = useFormat()
  const { currency } = useSession()
  const ask = useAsk({
    measures: ['transactions', 'revenue'],
    by: [{ dimension: 'amount_band' }],
    filters: page.filters('amount_band'),
  })
  const rows = rowsOf(ask.answer, format)
  const counts = new Map(
    indices(rows).flatMap((row) => {
      const band = rows.text(row, 'amount_band')
      return band === null ? [] : [[band, rows.number(row, 'transactions') ?? 0] as const]
    }),
  )
  const bands = [...counts.keys()].filter((band) => (counts.get(band) ?? 0) > 0).toSorted(byAmount)
  const total = bands.reduce((sum, band) => sum + (counts.get(band) ?? 0), 0)
  const largest = bands.reduce(
    (best, band) => ((counts.get(band) ?? 0) > (counts.get(best) ?? 0) ? band : best),
    bands[0] ?? '',
  )
  const label = (band: string) => bandLabel(band, format, currency)
  return (
    <Tile
      title={text.distribution}
      subtitle={text.distributionSub}
      span={4}
      asks={[ask]}
      isEmpty={bands.length === 0}
      foot={
        total > 0
          ? text.distributionFoot(label(largest), format.share((counts.get(largest) ?? 0) / total))
          : undefined
      }
    >
      <Columns
        label={text.distribution}
        height={228}
        places={bands.map((band) => ({
          key: band,
          label: label(band),
          short: shortBand(band, format),
          selected: page.isSelected('amount_band', band),
        }))}
        parts={[{ key: 'all', label: text.distribution, tone: 0 }]}
        amountOf={(band) => counts.get(band) ?? 0}
        write={(value) => `${format.exact(value, 'count')} (${format.share(value / total)})`}
        axis={(value) => format.compact(value, 'count')}
        onPick={(band) => page.toggle('amount_band', band)}
      />
    </Tile>
  )
}

const bandLabel = (name: string, format: Format, currency: string): string => {
  const band = readBand(name)
  if (!band) return name
  const money = new Intl.NumberFormat(format.locale, {
    style: 'currency',
    currency,
    maximumFractionDigits: 0,
  })
  const write = (value: number) => money.format(value)
  if (band.from === null) return text.bands.below(write(band.to ?? 0))
  return band.to === null
    ? text.bands.above(write(band.from))
    : text.bands.between(write(band.from), write(band.to))
}

/** Below a column there is room for where a size begins. */
const shortBand = (name: string, format: Format): string => {
  const band = readBand(name)
  const compact = new Intl.NumberFormat(format.locale, { notation: 'compact', maximumFractionDigits: 1 })
  if (!band) return name
  return band.from === null ? `<${compact.format(band.to ?? 0)}` : compact.format(band.from)
}
