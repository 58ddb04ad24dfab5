import type { Profile } from '../../api-types.ts'
import { Badge } from '../../components/badge.tsx'
import { Card } from '../../components/card.tsx'
import { useFormat, useModel } from '../../session.tsx'
import { text } from '../../strings/profile.ts'
import { Fact } from './fact.tsx'
import { factsOf } from './facts.ts'

/** What to do: the suggestion with its rule, open tickets, the loyalty balance. */
export const Side = ({ profile }: { profile: Profile }) => {
  const { has } = useModel()
  return (
    <div className="profile-side">
      <Suggestion profile={profile} />
      {has('interactions') ? <Tickets profile={profile} /> : null}
      {has('members') ? <Loyalty profile={profile} /> : null}
    </div>
  )
}

const Suggestion = ({ profile: { suggestion } }: { profile: Profile }) => (
  <Card title={text.suggestion} className={suggestion ? 'suggestion' : ''}>
    {suggestion ? (
      <>
        <p className="suggestion-action">{suggestion.action}</p>
        <p className="suggestion-reason">
          <span className="rule-mark" title={text.ruleHint}>
            {text.rule}
          </span>{' '}
          {suggestion.reason}
        </p>
        <p className="hint">{text.ruleHint}</p>
      </>
    ) : (
      <p className="hint">{text.noSuggestion}</p>
    )}
  </Card>
)

const Tickets = ({ profile }: { profile: Profile }) => {
  const format = useFormat()
  const { openTickets } = profile
  const age = (days: number): string =>
    days <= 0 ? text.today : days === 1 ? text.oneDay : text.ticketAge(format.count(days))
  return (
    <Card title={text.tickets} subtitle={openTickets.length > 0 ? format.count(openTickets.length) : ''}>
      {openTickets.length === 0 ? <p className="hint">{text.noTickets}</p> : null}
      <ul className="tickets">
        {openTickets.map(({ id, openedAt, issueType, status, ageDays }) => (
          <li key={id}>
            <span className="ticket-title">{issueType ?? text.untyped}</span>
            <Badge mood={ageDays > 14 ? 'bad' : ageDays > 3 ? 'warning' : 'neutral'} icon="clock">
              {age(ageDays)}
            </Badge>
            <span className="hint">
              {[id, status, format.localTime(openedAt)].filter((part) => part !== null).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
      <Service profile={profile} />
    </Card>
  )
}

const Service = ({ profile }: { profile: Profile }) => {
  const format = useFormat()
  const facts = factsOf(profile)
  const score = facts.number('average_satisfaction')
  return (
    <dl className="facts facts-line">
      <Fact name={text.contacts}>{format.exact(facts.number('interactions'), 'count')}</Fact>
      <Fact name={text.satisfaction}>
        {score === null
          ? text.unanswered
          : text.satisfactionOf(
              format.exact(score, 'decimal'),
              format.exact(facts.number('answered_interactions'), 'count'),
            )}
      </Fact>
    </dl>
  )
}

const Loyalty = ({ profile }: { profile: Profile }) => {
  const format = useFormat()
  const facts = factsOf(profile)
  const [tier, next] = [facts.text('tier'), facts.text('next_tier')]
  const points = facts.number('points') ?? 0
  const missing = facts.number('points_to_next_tier')
  if (tier === null) {
    return (
      <Card title={text.loyalty}>
        <p className="hint">{text.noLoyalty}</p>
      </Card>
    )
  }
  return (
    <Card title={text.loyalty} subtitle={tier}>
      <p className="side-figure" data-value={points}>
        {format.exact(points, 'points')} <span className="side-unit">{text.balance}</span>
      </p>
      {next !== null && missing !== null ? (
        <>
          <span className="progress" aria-hidden="true">
            <span style={{ width: `${Math.min(100, (100 * points) / (points + missing))}%` }} />
          </span>
          <p className="hint">{text.next(format.exact(missing, 'points'), next)}</p>
        </>
      ) : null}
    </Card>
  )
}
