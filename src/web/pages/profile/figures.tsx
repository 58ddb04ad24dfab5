import type { Profile } from '../../api-types.ts'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/profile.ts'
import { Figure } from '../customers/figure.tsx'
import { factsOf } from './facts.ts'

/** What the customer comes to, as of the version. */
export const Figures = ({ profile }: { profile: Profile }) => {
  const format = useFormat()
  const facts = factsOf(profile)
  const spend = facts.number('total_spend')
  const orders = facts.number('orders')
  const average = facts.number('average_order_value')
  const last = facts.text('last_purchase_date')
  const since = facts.number('days_since_purchase')
  const lifetime = facts.number('lifetime_days')
  const [online, inStore] = [facts.number('online_spend'), facts.number('in_store_spend')]
  return (
    <section className="kpis" aria-label={text.figures}>
      <Figure
        label={text.lifetime}
        value={format.exact(spend, 'money')}
        exact={spend}
        foot={
          online !== null && inStore !== null && online > 0 && inStore > 0
            ? text.split(format.compact(online, 'money'), format.compact(inStore, 'money'))
            : ''
        }
      />
      <Figure
        label={text.orders}
        value={format.exact(orders, 'count')}
        exact={orders}
        foot={
          orders === 0
            ? text.noOrders
            : orders === 1
              ? text.oneOrder
              : lifetime === null
                ? ''
                : text.ordersOver(format.count(lifetime))
        }
      />
      <Figure label={text.average} value={format.exact(average, 'money')} exact={average} />
      <Figure
        label={text.lastPurchase}
        value={last === null ? format.text(null) : format.day(last)}
        exact={last}
        foot={last === null || since === null ? text.noOrders : text.daysAgo(since, format.count(since))}
      />
    </section>
  )
}
