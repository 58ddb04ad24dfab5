import { BarList } from '../../components/bar-list.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/loyalty.ts'
import { usePage } from '../../use-page.ts'

export const ReasonsTile = () => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  const ask = useAsk(
    has('points_issued')
      ? {
          measures: ['points_issued', 'points_redeemed'].filter(has),
          by: [{ dimension: 'loyalty_reason' }],
          filters: page.filters('loyalty_reason'),
          order: [{ by: 'points_issued', descending: true }],
          limit: 30,
        }
      : null,
  )
  const read = rowsOf(ask.answer, format)
  return (
    <Tile title={text.reasons.title} subtitle={text.reasons.subtitle} span={4} asks={[ask]} minHeight={200}>
      <BarList
        label={text.reasons.title}
        onPick={(key) => page.toggle('loyalty_reason', key === '' ? null : key)}
        bars={indices(read).map((row) => {
          const reason = read.text(row, 'loyalty_reason')
          const issued = read.number(row, 'points_issued')
          const taken = read.number(row, 'points_redeemed') ?? 0
          return {
            key: reason ?? '',
            label: reason ?? text.reasons.none,
            value: issued,
            text: format.compact(issued, 'points'),
            title: `${format.exact(issued, 'points')}, ${text.reasons.taken(format.exact(taken, 'points'))}`,
            selected: page.isSelected('loyalty_reason', reason),
            after: taken > 0 ? <span className="hint">−{format.compact(taken, 'points')}</span> : null,
          }
        })}
      />
    </Tile>
  )
}
