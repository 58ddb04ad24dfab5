import { BarList } from '../../components/bar-list.tsx'
import { CertifiedView } from '../../components/certified-view.tsx'
import { fewCases } from '../../components/rate.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { salesStrings as text } from '../../strings/sales.ts'
import { usePage } from '../../use-page.ts'
import { useRankName } from './ranking.tsx'

const shown = {
  category: {
    title: text.categories,
    except: ['category', 'product'],
    view: 'average_order_value_by_category',
  },
  state: { title: text.states, except: ['state', 'city'], view: undefined },
  payment_method: { title: text.payments, except: ['payment_method'], view: undefined },
} as const

const most = 12

/** Categories, or ways to pay, by what the rankings go by; a click narrows the rest of the page. */
export const BreakdownTile = ({ dimension, span }: { dimension: keyof typeof shown; span: 6 | 12 }) => {
  const page = usePage()
  const format = useFormat()
  const { measure, label, info } = useRankName()
  const { title, except, view } = shown[dimension]
  const ask = useAsk({
    measures: ['revenue', 'orders', 'aov'],
    by: [{ dimension }],
    filters: page.filters(...except),
    order: [{ by: measure, descending: true }],
    limit: most + 1,
  })
  const rows = rowsOf(ask.answer, format)
  const kind = info?.format ?? 'money'
  const bars = indices(rows)
    .filter((row) => rows.text(row, dimension) !== null)
    .slice(0, most)
    .map((row) => {
      const [value, orders] = [rows.number(row, measure), rows.number(row, 'orders') ?? 0]
      return {
        key: rows.text(row, dimension) ?? '',
        label: rows.label(row, dimension),
        value,
        text: format.compact(value, kind),
        title: `${rows.label(row, dimension)}: ${format.exact(value, kind)}`,
        selected: page.isSelected(dimension, rows.text(row, dimension)),
        muted: measure === 'aov' && orders < fewCases,
      }
    })
  return (
    <Tile
      title={title}
      subtitle={text.categoriesSub(label)}
      span={span}
      asks={[ask]}
      isEmpty={bars.length === 0}
      foot={view === undefined ? undefined : <CertifiedView table={view} />}
    >
      <BarList label={title} bars={bars} onPick={(key) => page.toggle(dimension, key)} />
    </Tile>
  )
}
