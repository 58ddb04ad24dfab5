import { BarList } from '../../components/bar-list.tsx'
import { Segmented } from '../../components/button.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { strings } from '../../strings/overview.ts'
import { strings as shared } from '../../strings.ts'
import { usePage } from '../../use-page.ts'

const few = 10
const shown = 10

export const ProductsTile = () => {
  const page = usePage()
  const format = useFormat()
  const rank = page.state.own.rank === 'aov' ? 'aov' : 'revenue'
  const ask = useAsk({
    measures: [rank, 'orders'],
    by: [{ dimension: 'product' }],
    filters: page.filters('product'),
    order: [{ by: rank, descending: true }],
    limit: shown + 1,
  })
  const rows = rowsOf(ask.answer, format)
  const known = indices(rows).filter((row) => rows.text(row, 'product') !== null)
  const unknown = indices(rows).find((row) => rows.text(row, 'product') === null)
  const bars = known.slice(0, shown).map((row) => {
    const product = rows.text(row, 'product')
    const [value, orders] = [rows.number(row, rank), rows.number(row, 'orders') ?? 0]
    const base = strings.products.base(format.count(orders))
    const isFew = rank === 'aov' && orders < few
    return {
      key: product ?? '',
      label: rows.label(row, 'product'),
      value,
      text: isFew ? `${format.compact(value, 'money')} · n=${orders}` : format.compact(value, 'money'),
      title: `${rows.label(row, 'product')}: ${format.exact(value, 'money')}, ${base}`,
      selected: page.isSelected('product', product),
      muted: isFew,
    }
  })
  return (
    <Tile
      title={strings.products.title}
      span={4}
      asks={[ask]}
      minHeight={300}
      foot={
        unknown === undefined
          ? null
          : strings.products.unknown(format.compact(rows.number(unknown, rank), 'money'))
      }
      aside={
        <Segmented
          label={strings.products.by}
          options={[
            { value: 'revenue', label: strings.products.revenue },
            { value: 'aov', label: strings.products.aov },
          ]}
          value={rank}
          onChange={(next) => page.set({ rank: next === 'aov' ? 'aov' : undefined })}
        />
      }
    >
      <BarList
        label={`${strings.products.title}, ${shared.tile.selected}`}
        bars={bars}
        onPick={(key) => page.toggle('product', key === '' ? null : key)}
      />
    </Tile>
  )
}
