import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { api } from '../api.ts'
import type { Profile } from '../api-types.ts'
import { Icon } from '../components/icon.tsx'
import { Empty, Failed, Notice, Skeleton } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { PageLink } from '../components/page-link.tsx'
import { useLoad } from '../query.ts'
import { text } from '../strings/profile.ts'
import { strings } from '../strings.ts'
import { ExplainCustomer } from './profile/explain-customer.tsx'
import { factsOf } from './profile/facts.ts'
import { Figures } from './profile/figures.tsx'
import { Identity } from './profile/identity.tsx'
import { Purchases } from './profile/purchases.tsx'
import { Side } from './profile/side.tsx'
import { Timeline } from './profile/timeline.tsx'
import '../styles/people.css'

export const Page = () => {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const loaded = useLoad(['profile', id], (signal) => api.profile(id, signal))
  const profile = loaded.data?.customerId === id ? loaded.data : undefined
  const name = profile ? (factsOf(profile).text('name') ?? id) : strings.pages.profile
  useEffect(() => {
    // The browser keeps titles in its history: no names there.
    if (name !== '') document.title = `${strings.pages.profile} · ${strings.product}`
  }, [name])
  if (loaded.state === 'failed') {
    return (
      <PageFrame title={strings.pages.profile} filters={false} actions={<Back />}>
        {loaded.failure?.status === 404 ? (
          <Empty icon="people" title={text.missing} hint={text.missingHint} />
        ) : (
          <Failed failure={loaded.failure} retry={loaded.retry} />
        )}
      </PageFrame>
    )
  }
  return (
    <PageFrame
      title={name}
      subtitle={profile ? <Subtitle profile={profile} /> : undefined}
      filters={false}
      actions={<Back />}
    >
      {profile ? <Content profile={profile} /> : <Skeleton lines={12} />}
    </PageFrame>
  )
}

const Back = () => (
  <PageLink to="/customers" className="button button-plain">
    <Icon name="left" size={14} />
    {text.back}
  </PageLink>
)

const Subtitle = ({ profile }: { profile: Profile }) => {
  const facts = factsOf(profile)
  const parts = [profile.customerId, facts.text('customer_segment'), facts.text('tier'), facts.text('city')]
  return <>{parts.filter((part) => part !== null).join(' · ')}</>
}

const Content = ({ profile }: { profile: Profile }) => (
  <>
    {factsOf(profile).flag('is_inferred') ? <Notice>{text.inferred}</Notice> : null}
    <div className="profile">
      <div className="profile-top">
        <Figures profile={profile} />
        <ExplainCustomer id={profile.customerId} />
      </div>
      <Side profile={profile} />
      <Identity profile={profile} />
      <div className="profile-main">
        <Purchases profile={profile} />
        <Timeline id={profile.customerId} />
      </div>
    </div>
  </>
)
