import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useFormat, useModel, useSession } from '../session.tsx'
import { text } from '../strings/segments.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { MemberList } from './customers/member-list.tsx'
import { conditionsOf } from './customers/use-customers.ts'
import { ScatterTile } from './segments/scatter.tsx'
import { SharesTile } from './segments/shares.tsx'
import { TiersTile } from './segments/tiers.tsx'
import '../styles/people.css'

const columns = [
  'name',
  'customer_id',
  'customer_segment',
  'tier',
  'orders',
  'total_spend',
  'average_order_value',
  'last_purchase_date',
  'activity_status',
]

export const Page = () => {
  const format = useFormat()
  const { asOf } = useSession()
  const { has } = useModel()
  const page = usePage()
  const segments = page.state.filters.segment ?? []
  const isKnown = has('members')
  return (
    <PageFrame
      title={strings.pages.segments}
      subtitle={asOf === null ? undefined : text.subtitle(format.day(asOf))}
    >
      <Tiles>
        <SharesTile />
        {has('revenue') ? <ScatterTile span={isKnown ? 7 : 12} /> : null}
        {isKnown ? <TiersTile /> : null}
        <MemberList
          title={
            segments.length === 0
              ? text.members.title
              : text.members.of(segments.map((segment) => segment ?? strings.filters.unknown).join(', '))
          }
          conditions={conditionsOf(page.state.filters)}
          columns={columns}
          byDefault={{ by: 'total_spend', descending: true }}
          span={12}
          summary={text.members.worth}
        />
      </Tiles>
    </PageFrame>
  )
}
