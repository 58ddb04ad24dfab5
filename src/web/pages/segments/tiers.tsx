import { ShareBar, Swatch } from '../../components/share-bar.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/segments.ts'
import { usePage } from '../../use-page.ts'

interface Part {
  readonly segment: string
  readonly tier: string | null
  readonly customers: number
  readonly points: number
}

/** How the tiers are spread within each segment. Without a membership is a part of its own. */
export const TiersTile = () => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const ask = useAsk(
    has('customers')
      ? {
          measures: ['customers', 'points_balance'].filter(has),
          by: [{ dimension: 'segment' }, { dimension: 'tier' }],
          filters: page.filters('tier'),
          order: [{ by: 'customers', descending: true }],
          limit: 200,
        }
      : null,
  )
  const read = rowsOf(ask.answer, format)
  const parts: readonly Part[] = indices(read).map((row) => ({
    segment: read.label(row, 'segment'),
    tier: read.text(row, 'tier'),
    customers: read.number(row, 'customers') ?? 0,
    points: read.number(row, 'points_balance') ?? 0,
  }))
  const segments = [...new Set(parts.map(({ segment }) => segment))]
  const tiers = byPoints(parts)
  const toneOf = (tier: string | null) => (tier === null ? 5 : (tiers.indexOf(tier) % 4) + 1)
  const nameOf = (tier: string | null) => tier ?? text.tiers.none
  const rankOf = (tier: string | null) => (tier === null ? tiers.length : tiers.indexOf(tier))
  return (
    <Tile title={text.tiers.title} subtitle={text.tiers.subtitle} span={5} asks={[ask]} minHeight={330}>
      <ul className="tier-mix">
        {segments.map((segment) => {
          const own = parts
            .filter((part) => part.segment === segment)
            .toSorted((a, b) => rankOf(a.tier) - rankOf(b.tier))
          const total = own.reduce((sum, { customers }) => sum + customers, 0)
          return (
            <li key={segment}>
              <p className="tier-mix-head">
                <span>{segment}</span>
                <span>{format.count(total)}</span>
              </p>
              <ShareBar
                label={text.tiers.label(segment)}
                parts={own.map(({ tier, customers }) => ({
                  key: tier ?? '',
                  label: nameOf(tier),
                  value: customers,
                  title: `${nameOf(tier)} ${format.share(customers / Math.max(1, total))}, ${format.count(customers)}`,
                  tone: toneOf(tier),
                  selected: page.isSelected('tier', tier),
                }))}
                onPick={(key) => page.toggle('tier', key === '' ? null : key)}
              />
              <p className="hint tier-mix-words">
                {own
                  .map(
                    ({ tier, customers }) =>
                      `${nameOf(tier)} ${format.share(customers / Math.max(1, total))}`,
                  )
                  .join(' · ')}
              </p>
            </li>
          )
        })}
      </ul>
      <TierKeys
        tiers={[...tiers, ...(parts.some(({ tier }) => tier === null) ? [null] : [])]}
        toneOf={toneOf}
      />
    </Tile>
  )
}

/** From the lowest tier to the highest: the higher, the more points a member has. */
const byPoints = (parts: readonly Part[]): readonly string[] => {
  const sums = new Map<string, { customers: number; points: number }>()
  for (const { tier, customers, points } of parts) {
    if (tier === null) continue
    const sum = sums.get(tier) ?? { customers: 0, points: 0 }
    sums.set(tier, { customers: sum.customers + customers, points: sum.points + points })
  }
  const each = (tier: string) => (sums.get(tier)?.points ?? 0) / Math.max(1, sums.get(tier)?.customers ?? 0)
  return [...sums.keys()].toSorted((a, b) => each(a) - each(b))
}

/** The legend is also how the keyboard filters by a tier. */
const TierKeys = ({
  tiers,
  toneOf,
}: {
  tiers: readonly (string | null)[]
  toneOf: (tier: string | null) => number
}) => {
  const page = usePage()
  return (
    <div className="tier-keys">
      {tiers.map((tier) => (
        <button
          key={tier ?? ''}
          type="button"
          className="tier-key"
          aria-pressed={page.isSelected('tier', tier)}
          onClick={() => page.toggle('tier', tier)}
        >
          <Swatch tone={toneOf(tier)} />
          {tier ?? text.tiers.none}
        </button>
      ))}
    </div>
  )
}
