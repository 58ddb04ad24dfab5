import type { Format as Kind } from '../../../model/semantic-types.ts'
import { indices, rowsOf } from '../../labels.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { storeStrings as text } from '../../strings/stores.ts'
import { usePage } from '../../use-page.ts'

export interface PeerFigure {
  readonly key: string
  readonly label: string
  readonly kind: Kind
  /** Store -> value. */
  readonly values: ReadonlyMap<string, number | null>
}

export interface Peers {
  readonly asks: readonly Ask[]
  readonly figures: readonly PeerFigure[]
  readonly stores: number
  /** Revenue from members in all stores together, 0..1; null without tiers. */
  readonly memberShare: number | null
}

const measures = ['revenue', 'orders', 'aov', 'buyers', 'repeat_rate'] as const

/** The same figures for every store, under the page's filters. */
export const usePeers = (): Peers => {
  const page = usePage()
  const format = useFormat()
  const model = useModel()
  const filters = page.filters('store')
  const ask = useAsk({ measures, by: [{ dimension: 'store' }], filters })
  const hasTiers = model.dimensions.get('tier')?.hasData ?? false
  const strangers = useAsk(
    hasTiers
      ? {
          measures: ['revenue'],
          by: [{ dimension: 'store' }],
          filters: { ...filters, values: { ...filters.values, tier: [null] } },
        }
      : null,
  )
  const rows = rowsOf(ask.answer, format)
  const column = (name: string): ReadonlyMap<string, number | null> => byStore(rows, name)
  const revenue = column('revenue')
  const nobody = byStore(rowsOf(strangers.answer, format), 'revenue')
  const share = new Map(
    [...revenue].map(([id, all]) => [
      id,
      all !== null && all > 0 ? (100 * (all - (nobody.get(id) ?? 0))) / all : null,
    ]),
  )
  const total = sum(revenue)
  return {
    asks: hasTiers ? [ask, strangers] : [ask],
    figures: [
      ...measures.map((key) => ({
        key,
        label: model.measures.get(key)?.label ?? key,
        kind: model.measures.get(key)?.format ?? ('decimal' as const),
        values: column(key),
      })),
      ...(hasTiers
        ? [{ key: 'member_share', label: text.loyaltyShare, kind: 'percent' as const, values: share }]
        : []),
    ],
    stores: revenue.size,
    memberShare: hasTiers && total > 0 ? (total - sum(nobody)) / total : null,
  }
}

const byStore = (rows: ReturnType<typeof rowsOf>, measure: string): ReadonlyMap<string, number | null> =>
  new Map(
    indices(rows).flatMap((row) => {
      const id = rows.text(row, 'store')
      return id === null ? [] : [[id, rows.number(row, measure)] as const]
    }),
  )

const sum = (values: ReadonlyMap<string, number | null>): number =>
  [...values.values()].reduce<number>((all, value) => all + (value ?? 0), 0)
