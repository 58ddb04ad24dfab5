import { BarList } from '../../components/bar-list.tsx'
import { Tile } from '../../components/tile.tsx'
import { indices, rowsOf } from '../../labels.ts'
import { useAsk } from '../../query.ts'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/retention.ts'
import { usePage } from '../../use-page.ts'

const tones: Readonly<Record<string, number>> = { Active: 3, Dormant: 2, Churned: 2 }

/** customer_activity_status, and the same by anything a customer did. A click filters. */
export const ActivityTile = () => {
  const page = usePage()
  const { has } = useModel()
  const isKnown = has('customers')
  const { range: _, ...filters } = page.filters('activity', 'churn')
  const ask = (dimension: string) =>
    isKnown
      ? {
          measures: ['customers'],
          by: [{ dimension }],
          filters,
          order: [{ by: 'customers', descending: true }],
          limit: 10,
        }
      : null
  const byPurchase = useAsk(ask('activity'))
  const byAnything = useAsk(ask('churn'))
  return (
    <Tile
      title={text.activity.title}
      subtitle={text.activity.subtitle}
      span={4}
      asks={[byPurchase, byAnything]}
      minHeight={280}
      foot={text.activity.hint}
    >
      <h3 className="sub-title">{text.activity.byPurchase}</h3>
      <Bars ask={byPurchase} dimension="activity" label={text.activity.byPurchase} />
      <h3 className="sub-title">{text.activity.byAnything}</h3>
      <Bars ask={byAnything} dimension="churn" label={text.activity.byAnything} />
    </Tile>
  )
}

const Bars = ({
  ask,
  dimension,
  label,
}: {
  ask: ReturnType<typeof useAsk>
  dimension: string
  label: string
}) => {
  const page = usePage()
  const format = useFormat()
  const read = rowsOf(ask.answer, format)
  const total = indices(read).reduce((sum, row) => sum + (read.number(row, 'customers') ?? 0), 0)
  return (
    <BarList
      label={label}
      max={total}
      onPick={(key) => page.toggle(dimension, key === '' ? null : key)}
      bars={indices(read).map((row) => {
        const value = read.text(row, dimension)
        const customers = read.number(row, 'customers')
        return {
          key: value ?? '',
          label: read.label(row, dimension),
          value: customers,
          text: format.exact(customers, 'count'),
          after: <span className="hint">{total === 0 ? '' : format.share((customers ?? 0) / total)}</span>,
          tone: tones[value ?? ''] ?? 5,
          selected: page.isSelected(dimension, value),
        }
      })}
    />
  )
}
