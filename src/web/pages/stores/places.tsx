import { BarList } from '../../components/bar-list.tsx'
import { type Point, Scatter } from '../../components/charts/scatter.tsx'
import { fewCases } from '../../components/rate.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { type Ask, useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { storeStrings as text } from '../../strings/stores.ts'
import { usePage } from '../../use-page.ts'
import type { Store } from './use-stores.ts'

/** Many small orders, or few large ones. A point opens its store. */
export const StoreScatter = ({
  asks,
  stores,
  span,
  onOpen,
}: {
  asks: readonly Ask[]
  stores: readonly Store[]
  span: 7 | 12
  onOpen: (id: string) => void
}) => {
  const { measures } = useModel()
  const format = useFormat()
  const points: readonly Point[] = stores.flatMap(({ id, label, orders, aov, revenue }) =>
    aov === null
      ? []
      : [
          {
            key: id,
            label,
            x: orders,
            y: aov,
            muted: orders < fewCases,
            note: format.exact(revenue, 'money'),
          },
        ],
  )
  return (
    <Tile
      title={text.scatter}
      subtitle={text.scatterSub}
      span={span}
      asks={asks}
      isEmpty={points.length === 0}
    >
      <Scatter
        title={text.scatter}
        points={points}
        x={{ label: measures.get('orders')?.label ?? '', kind: 'count' }}
        y={{ label: measures.get('aov')?.label ?? '', kind: 'money' }}
        onPick={onOpen}
      />
    </Tile>
  )
}

/** Where the stores are: by state, or by city where no state is known. */
export const PlacesTile = ({ dimension }: { dimension: 'store_state' | 'store_city' }) => {
  const page = usePage()
  const format = useFormat()
  const ask = useAsk({
    measures: ['revenue'],
    by: [{ dimension }],
    filters: page.filters(dimension),
    order: [{ by: 'revenue', descending: true }],
    limit: 13,
  })
  const rows = rowsOf(ask.answer, format)
  const bars = indices(rows)
    .filter((row) => rows.text(row, dimension) !== null)
    .slice(0, 12)
    .map((row) => ({
      key: rows.text(row, dimension) ?? '',
      label: rows.label(row, dimension),
      value: rows.number(row, 'revenue'),
      text: format.compact(rows.number(row, 'revenue'), 'money'),
      title: format.exact(rows.number(row, 'revenue'), 'money'),
      selected: page.isSelected(dimension, rows.text(row, dimension)),
    }))
  const title = dimension === 'store_state' ? text.states : text.cities
  return (
    <Tile title={title} subtitle={text.placeSub} span={5} asks={[ask]} isEmpty={bars.length === 0}>
      <BarList label={title} bars={bars} onPick={(key) => page.toggle(dimension, key)} />
    </Tile>
  )
}
