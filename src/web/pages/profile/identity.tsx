import type { Profile } from '../../api-types.ts'
import { Card } from '../../components/card.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { useFormat, useSession } from '../../session.tsx'
import { writeList } from '../../state.ts'
import { text as columnTexts } from '../../strings/customers.ts'
import { text } from '../../strings/profile.ts'
import { Contacts } from './contacts.tsx'
import { Fact } from './fact.tsx'
import { factsOf } from './facts.ts'

/** Who it is: segment, tier and activity, contacts, preferences, and the ids in every source. */
export const Identity = ({ profile }: { profile: Profile }) => (
  <div className="profile-identity">
    <Card title={text.identity}>
      <Attributes profile={profile} />
    </Card>
    <Contacts key={profile.customerId} profile={profile} />
    <Preferences profile={profile} />
    {profile.sourceIds.length > 0 ? (
      <Card title={text.sourceIds}>
        <SourceIds profile={profile} />
      </Card>
    ) : null}
  </div>
)

const Attributes = ({ profile }: { profile: Profile }) => {
  const format = useFormat()
  const facts = factsOf(profile)
  const place = [facts.text('city'), facts.text('state')].filter((part) => part !== null).join(', ')
  const signup = facts.text('signup_date')
  return (
    <dl className="facts">
      <Fact name={text.customerId}>{profile.customerId}</Fact>
      <Fact name={text.segment}>
        <Alike column="customer_segment" value={facts.text('customer_segment')} />
      </Fact>
      <Fact name={text.tier}>
        <Alike column="tier" value={facts.text('tier')} />
      </Fact>
      <Fact name={text.activity}>{facts.text('activity_status') ?? format.text(null)}</Fact>
      <Fact name={text.churn}>{facts.text('churn_status') ?? format.text(null)}</Fact>
      <Fact name={text.place}>{place === '' ? format.text(null) : place}</Fact>
      <Fact name={text.registered}>{signup === null ? format.text(null) : format.day(signup)}</Fact>
    </dl>
  )
}

/** A link to all customers who are alike in this. */
const Alike = ({ column, value }: { column: 'customer_segment' | 'tier'; value: string | null }) =>
  value === null ? (
    text.none
  ) : (
    <PageLink to="/customers" search={{ where: `${column}.in.${writeList([value])}` }}>
      {value}
    </PageLink>
  )

const Preferences = ({ profile }: { profile: Profile }) => {
  const facts = factsOf(profile)
  const { stores } = useSession()
  const channel = facts.text('preferred_channel')
  const store = facts.text('preferred_store_id')
  const known = [
    [text.channel, channel === null ? null : (columnTexts.channel(channel) ?? channel)],
    [text.category, facts.text('preferred_category')],
    [text.store, stores.find(({ id }) => id === store)?.label ?? store],
  ] as const
  if (known.every(([, value]) => value === null)) return null
  return (
    <Card title={text.likes}>
      <dl className="facts">
        {known.map(([name, value]) =>
          value === null ? null : (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ),
        )}
      </dl>
    </Card>
  )
}

const SourceIds = ({ profile }: { profile: Profile }) => {
  const format = useFormat()
  return (
    <ul className="source-ids">
      {profile.sourceIds.map(({ source, id, file, row }) => (
        <li key={`${source} ${id} ${file} ${row}`}>
          <span className="source-id">{id}</span> <span className="source-name">{source}</span>
          <span className="origin">
            {file}, {text.row(format.count(row))}
          </span>
        </li>
      ))}
    </ul>
  )
}
