import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useFormat, useModel, useSession } from '../session.tsx'
import { text } from '../strings/retention.ts'
import { strings } from '../strings.ts'
import { usePage } from '../use-page.ts'
import { MemberList } from './customers/member-list.tsx'
import { conditionsOf } from './customers/use-customers.ts'
import { ActivityTile } from './retention/activity.tsx'
import { CohortsTile } from './retention/cohorts.tsx'
import { Figures } from './retention/figures.tsx'
import { LocationsTile } from './retention/locations.tsx'
import { MonthlyTile } from './retention/monthly.tsx'
import { SignupsTile } from './retention/signups.tsx'
import { useGold } from './retention/use-gold.ts'
import '../styles/people.css'

const columns = ['name', 'customer_segment', 'total_spend', 'last_activity_date', 'days_since_activity']

export const Page = () => {
  const format = useFormat()
  const { asOf } = useSession()
  const { has, dimensions } = useModel()
  const hasPlaces = ['city', 'state'].some((name) => dimensions.get(name)?.hasData)
  const monthly = useGold('monthly_churn_and_retention')
  return (
    <PageFrame
      title={strings.pages.retention}
      subtitle={asOf === null ? undefined : text.subtitle(format.day(asOf))}
    >
      <Figures loaded={monthly} />
      <Tiles>
        {has('retained_customers') ? <CohortsTile /> : null}
        <MonthlyTile loaded={monthly} />
        <ActivityTile />
        {hasPlaces ? <LocationsTile /> : null}
        <ChurnedTile span={hasPlaces ? 7 : 12} />
        {has('signups') ? <SignupsTile /> : null}
      </Tiles>
    </PageFrame>
  )
}

/** churned_customers: the same customers as that view, so that every filter on them can follow. */
const ChurnedTile = ({ span }: { span: 7 | 12 }) => {
  const page = usePage()
  const { city = [], state = [] } = page.state.filters
  const place = [...city, ...state].map((one) => one ?? strings.filters.unknown).join(', ')
  const conditions = conditionsOf(page.state.filters).filter(({ column }) => column !== 'churn_status')
  return (
    <MemberList
      title={place === '' ? text.churned.title : text.churned.of(place)}
      conditions={[
        { column: 'churn_status', op: 'in', values: ['Churned'] },
        { column: 'is_inferred', op: 'is', value: false },
        ...conditions,
      ]}
      columns={columns}
      byDefault={{ by: 'total_spend', descending: true }}
      span={span}
      summary={text.churned.worth}
    />
  )
}
