import { useState } from 'react'
import type { Inspection } from '../api-types.ts'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { PageLink } from '../components/page-link.tsx'
import { useSession } from '../session.tsx'
import { setupStrings as strings } from '../strings/setup.ts'
import { usePage } from '../use-page.ts'
import { BuildStep } from './setup/build-step.tsx'
import { type Chosen, FilesStep } from './setup/files-step.tsx'
import { LookStep } from './setup/look-step.tsx'
import { QuestionsStep } from './setup/questions-step.tsx'
import '../styles/data-pages.css'

type StepName = keyof typeof strings.steps
const order = Object.keys(strings.steps) as StepName[]

/** The session is read anew when the first version is there, and this page drawn again: what was doubted stays known. */
let doubted: readonly string[] = []

/** First visit: files -> what they are -> questions -> first dashboard. The run stands in the address. */
export const Page = () => {
  const page = usePage()
  const { needs } = useSession()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [inspection, setInspection] = useState<Inspection | null>(null)
  const { run } = page.state.own
  const now: StepName = run !== undefined ? 'build' : !chosen ? 'files' : inspection ? 'questions' : 'look'
  if (needs !== 'setup' && run === undefined) return <Exists />
  return (
    <PageFrame title={strings.title} subtitle={strings.subtitle} filters={false}>
      <div className="setup">
        <Stepper now={now} />
        {now === 'files' ? <FilesStep onChosen={setChosen} /> : null}
        {now === 'look' && chosen ? (
          <LookStep chosen={chosen} onBack={() => setChosen(null)} onNext={setInspection} />
        ) : null}
        {now === 'questions' && chosen && inspection ? (
          <QuestionsStep
            chosen={chosen}
            inspection={inspection}
            onBack={() => setInspection(null)}
            onCreated={({ runId, doubts }) => {
              doubted = doubts
              page.set({ run: runId ?? 'none' }, { replace: true })
            }}
          />
        ) : null}
        {run === undefined ? null : <BuildStep runId={run} doubts={doubted} />}
      </div>
    </PageFrame>
  )
}

const Exists = () => (
  <PageFrame title={strings.title} filters={false}>
    <Notice
      action={
        <PageLink to="/" className="button button-plain">
          {strings.open}
        </PageLink>
      }
    >
      <strong>{strings.exists}</strong> {strings.existsHint}
    </Notice>
  </PageFrame>
)

const Stepper = ({ now }: { now: StepName }) => {
  const at = order.indexOf(now)
  return (
    <ol className="stepper">
      {order.map((name, index) => {
        const state = index < at ? 'done' : index === at ? 'now' : 'later'
        return (
          <li key={name} className={`is-${state}`} aria-current={index === at ? 'step' : undefined}>
            <span aria-hidden="true">{state === 'done' ? <Icon name="check" size={13} /> : index + 1}</span>
            <span className="visually-hidden">
              {strings.step(index + 1, order.length, strings.steps[name], strings.stepStates[state])}
            </span>
            <b aria-hidden="true">{strings.steps[name]}</b>
          </li>
        )
      })}
    </ol>
  )
}
