import { type Column, DataTable } from '../../components/data-table.tsx'
import { Rate } from '../../components/rate.tsx'
import { ShareBar, Swatch } from '../../components/share-bar.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { chartStrings } from '../../strings/charts.ts'
import { storeStrings as text } from '../../strings/stores.ts'
import { usePage } from '../../use-page.ts'
import { useStoreFilters } from './use-filters.ts'

interface Row {
  readonly tier: string | null
  readonly revenue: number
  readonly orders: number
  readonly aov: number | null
  readonly tone: number
}

/** Who the revenue is from, by loyalty tier. */
export const LoyaltyShare = ({ id, all }: { id: string; all: number | null }) => {
  const page = usePage()
  const format = useFormat()
  const filters = useStoreFilters(id, 'tier')
  const ask = useAsk({
    measures: ['revenue', 'orders', 'aov'],
    by: [{ dimension: 'tier' }],
    filters,
    order: [{ by: 'revenue', descending: true }],
  })
  const answer = rowsOf(ask.answer, format)
  const tiers = indices(answer)
    .flatMap((row) => answer.text(row, 'tier') ?? [])
    .toSorted()
  const rows: readonly Row[] = indices(answer).map((row) => {
    const tier = answer.text(row, 'tier')
    return {
      tier,
      revenue: answer.number(row, 'revenue') ?? 0,
      orders: answer.number(row, 'orders') ?? 0,
      aov: answer.number(row, 'aov'),
      tone: tier === null ? 5 : (tiers.indexOf(tier) % 4) + 1,
    }
  })
  const total = rows.reduce((sum, { revenue }) => sum + revenue, 0)
  const members = rows.reduce((sum, { tier, revenue }) => (tier === null ? sum : sum + revenue), 0)
  const share = (value: number): string => format.share(total === 0 ? 0 : value / total)
  const name = (tier: string | null): string => tier ?? text.nobody
  const columns: readonly Column<Row>[] = [
    {
      key: 'tier',
      label: text.tier,
      render: ({ tier, tone }) => (
        <span title={tier === null ? text.nobodyHint : undefined}>
          <Swatch tone={tone} />
          {name(tier)}
        </span>
      ),
    },
    {
      key: 'revenue',
      label: text.trend,
      numeric: true,
      render: ({ revenue }) => format.exact(revenue, 'money'),
      sortOf: ({ revenue }) => revenue,
    },
    {
      key: 'share',
      label: chartStrings.share,
      numeric: true,
      render: ({ revenue }) => share(revenue),
      sortOf: ({ revenue }) => revenue,
    },
    {
      key: 'aov',
      label: 'AOV',
      numeric: true,
      render: ({ aov, orders }) => <Rate value={aov} kind="money" cases={orders} />,
      sortOf: ({ aov }) => aov,
    },
  ]
  return (
    <Tile
      title={text.loyalty}
      subtitle={text.loyaltySub}
      span={5}
      asks={[ask]}
      foot={<span>{total > 0 && all !== null ? text.members(share(members), format.share(all)) : ''}</span>}
      flush
    >
      <div className="tile-pad">
        <ShareBar
          label={text.loyalty}
          parts={rows.map(({ tier, revenue, tone }) => ({
            key: tier ?? '~',
            label: name(tier),
            value: revenue,
            title: `${name(tier)}: ${format.exact(revenue, 'money')} (${share(revenue)})`,
            tone,
            selected: page.isSelected('tier', tier),
          }))}
          onPick={(key) => page.toggle('tier', key === '~' ? null : key)}
        />
      </div>
      <div className="table-tight">
        <DataTable
          label={text.loyalty}
          columns={columns}
          rows={rows}
          keyOf={({ tier }) => tier ?? '~'}
          onRow={({ tier }) => page.toggle('tier', tier)}
          isSelected={({ tier }) => page.isSelected('tier', tier)}
        />
      </div>
    </Tile>
  )
}
