import { useState } from 'react'
import { api } from '../../api.ts'
import type { Profile, Revealed } from '../../api-types.ts'
import { Button } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { Notice } from '../../components/notice.tsx'
import { useFormat } from '../../session.tsx'
import { text } from '../../strings/profile.ts'
import { Fact } from './fact.tsx'
import { factsOf } from './facts.ts'

const columns = ['email', 'phone', 'address'] as const

/** Masked until they are asked for. What was revealed is kept in this component only, and gone with it. */
export const Contacts = ({ profile }: { profile: Profile }) => {
  const facts = factsOf(profile)
  const [clear, setClear] = useState<Revealed['contacts'] | null>(null)
  const [state, setState] = useState<{ busy: boolean; problem: string | null }>({
    busy: false,
    problem: null,
  })
  const known = columns.filter((column) => facts.text(column) !== null)
  const reveal = async () => {
    setState({ busy: true, problem: null })
    const revealed = await api.reveal(profile.customerId)
    setState({ busy: false, problem: revealed.ok ? null : revealed.failure.message })
    if (revealed.ok) setClear(revealed.data.contacts)
  }
  const value = (column: string): string => String(clear?.[column] ?? facts.text(column) ?? '')
  return (
    <Card title={text.contact}>
      <dl className="facts facts-stacked">
        {known.map((column) => (
          <Fact key={column} name={text[column]}>
            <span data-contact={column}>{value(column)}</span>
          </Fact>
        ))}
        <Consent name={text.emailConsent} value={facts.flag('email_opt_in')} />
        <Consent name={text.smsConsent} value={facts.flag('sms_opt_in')} />
      </dl>
      <div className="reveal" role="status">
        {known.length === 0 ? <p className="hint">{text.noContact}</p> : null}
        {known.length === 0 ? null : clear === null ? (
          <>
            <Button icon="eye" disabled={state.busy} onClick={() => void reveal()}>
              {state.busy ? text.revealing : text.reveal}
            </Button>
            <p className="hint">{text.revealHint}</p>
          </>
        ) : (
          <>
            <p className="hint">{text.revealed}</p>
            <Button kind="quiet" onClick={() => setClear(null)}>
              {text.hide}
            </Button>
          </>
        )}
        {state.problem === null ? null : <Notice kind="error">{state.problem}</Notice>}
      </div>
    </Card>
  )
}

const Consent = ({ name, value }: { name: string; value: boolean | null }) => {
  const format = useFormat()
  return (
    <Fact name={name}>
      {value === null ? (
        <span title={text.consentUnknown}>
          {format.text(null)} {text.consentUnknown}
        </span>
      ) : value ? (
        text.yes
      ) : (
        text.no
      )}
    </Fact>
  )
}
