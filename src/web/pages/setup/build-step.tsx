import { useEffect, useRef } from 'react'
import { Card } from '../../components/card.tsx'
import { Notice } from '../../components/notice.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { useRefresh } from '../../query.ts'
import { useRunEvents } from '../../run-events.ts'
import { progressOf } from '../../run-progress.ts'
import { useFormat, useSession } from '../../session.tsx'
import { setupStrings } from '../../strings/setup.ts'
import { ProgressLine } from '../runs/progress-line.tsx'
import { Steps } from '../runs/steps.tsx'
import { Doubts } from './doubts.tsx'

const strings = setupStrings.build

/** Step 4: the first run, live, and the way to the dashboard. */
export const BuildStep = ({ runId, doubts }: { runId: string; doubts: readonly string[] }) => {
  const format = useFormat()
  const { lines, ended } = useRunEvents(runId)
  const progress = progressOf(lines)
  useRefreshAt(ended)
  const { version } = useSession()
  const isPublished = ended === 'published'
  // Before the session has heard of the version, the way to the dashboard leads back to this guide.
  const isDone = isPublished && version !== null
  const isBroken = ended !== null && !isPublished
  const rows = progress.files.reduce((sum, { rows: read = 0 }) => sum + read, 0)
  return (
    <Card
      title={isDone ? strings.done : isBroken ? strings.failed : strings.title}
      subtitle={strings.result(progress.files.length, format.count(rows))}
      foot={
        isDone ? (
          <PageLink to="/" className="button button-primary">
            {strings.open}
          </PageLink>
        ) : isBroken ? (
          <PageLink to="/runs" className="button button-plain">
            {strings.runs}
          </PageLink>
        ) : null
      }
    >
      <ProgressLine progress={progress} ended={ended} />
      {isBroken ? (
        <Notice kind="error">
          {progress.failure?.message} {strings.failedHint}
        </Notice>
      ) : null}
      {ended === null ? <Steps steps={progress.steps.slice(-8)} label={strings.title} /> : null}
      {isDone ? <Doubts label={strings.doubts} lines={doubts} /> : null}
    </Card>
  )
}

/** The rest of the app hears of the new version at once. */
const useRefreshAt = (ended: string | null): void => {
  const refresh = useRefresh()
  const latest = useRef(refresh)
  latest.current = refresh
  useEffect(() => {
    if (ended !== null) latest.current()
  }, [ended])
}
