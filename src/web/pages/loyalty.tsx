import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useFormat, useModel } from '../session.tsx'
import { text } from '../strings/loyalty.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { MemberList } from './customers/member-list.tsx'
import { conditionsOf, useCustomers } from './customers/use-customers.ts'
import { Figures } from './loyalty/figures.tsx'
import { FlowTile } from './loyalty/flow.tsx'
import { ReasonsTile } from './loyalty/reasons.tsx'
import { TiersTile } from './loyalty/tiers.tsx'
import '../styles/people.css'

const columns = [
  'name',
  'customer_id',
  'tier',
  'points',
  'next_tier',
  'points_to_next_tier',
  'total_spend',
  'last_purchase_date',
]

export const Page = () => {
  const page = usePage()
  const format = useFormat()
  const { has } = useModel()
  return (
    <PageFrame
      title={strings.pages.loyalty}
      subtitle={text.subtitle(page.period ? format.period(page.period) : text.allDates)}
    >
      <Figures />
      <Tiles>
        <TiersTile span={has('points_issued') ? 8 : 12} />
        {has('points_issued') ? <ReasonsTile /> : null}
        {has('points_issued') || has('points_redeemed') ? <FlowTile /> : null}
        <NearTile />
      </Tiles>
    </PageFrame>
  )
}

/** Whom a small push lifts into the next tier. Left out where no rule says where the tiers begin. */
const NearTile = () => {
  const page = usePage()
  const known = { column: 'points_to_next_tier', op: 'empty', value: false } as const
  const anybody = useCustomers({ conditions: [known], limit: 1 })
  if (anybody.data === undefined || anybody.data.total === 0) return null
  return (
    <MemberList
      title={text.near.title}
      conditions={[...conditionsOf(page.state.filters), known]}
      columns={columns}
      byDefault={{ by: 'points_to_next_tier', descending: false }}
      span={12}
      summary={text.near.worth}
    />
  )
}
