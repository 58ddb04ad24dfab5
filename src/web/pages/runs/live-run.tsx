import { useEffect, useRef, useState } from 'react'
import { api } from '../../api.ts'
import { Badge } from '../../components/badge.tsx'
import { Button, IconButton } from '../../components/button.tsx'
import { Card } from '../../components/card.tsx'
import { Notice } from '../../components/notice.tsx'
import { useToast } from '../../components/toast.tsx'
import { useRefresh } from '../../query.ts'
import { useRunEvents } from '../../run-events.ts'
import { progressOf } from '../../run-progress.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings as strings } from '../../strings/runs.ts'
import { usePage } from '../../use-page.ts'
import { ProgressLine } from './progress-line.tsx'
import { moodOf, stateLabel } from './state-badge.tsx'
import { Steps } from './steps.tsx'

/** A run while it goes: files as they are read, steps as they are done, and a way to stop it. */
export const LiveRun = ({
  runId,
  isOver,
  onEnd,
  onClose,
}: {
  runId: string
  /** The server no longer counts it as running. */
  isOver: boolean
  onEnd: () => void
  onClose: () => void
}) => {
  const { lines, ended, interrupted } = useRunEvents(runId)
  const progress = progressOf(lines)
  const page = usePage()
  useRefreshedAtEnd(ended, onEnd)
  const title = ended ? strings.live.over : strings.live.title
  return (
    <div className="tiles">
      <Card
        title={title}
        className="live-run"
        aside={
          ended ? (
            <>
              <Badge mood={moodOf(ended)}>{stateLabel(ended)}</Badge>
              <Button kind="quiet" onClick={() => page.set({ run: runId })}>
                {strings.live.again}
              </Button>
              {isOver ? <IconButton icon="close" label={strings.live.close} onClick={onClose} /> : null}
            </>
          ) : (
            <>
              <Elapsed since={progress.startedAt} />
              <Cancel runId={runId} />
            </>
          )
        }
      >
        <ProgressLine progress={progress} ended={ended} />
        {interrupted ? <p className="live-note">{strings.live.interrupted}</p> : null}
        {progress.failure ? <Notice kind="error">{progress.failure.message}</Notice> : null}
        {ended ? null : <Steps steps={progress.steps.slice(-6)} label={strings.live.title} />}
      </Card>
    </div>
  )
}

const useRefreshedAtEnd = (ended: string | null, onEnd: () => void): void => {
  const refresh = useRefresh()
  const latest = useRef({ refresh, onEnd })
  latest.current = { refresh, onEnd }
  useEffect(() => {
    if (ended === null) return
    latest.current.onEnd()
    latest.current.refresh()
    // The lock is let go a moment after the last event.
    const again = setTimeout(() => latest.current.refresh(), 1200)
    return () => clearTimeout(again)
  }, [ended])
}

const Elapsed = ({ since }: { since: string | null }) => {
  const format = useFormat()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  if (since === null) return null
  const seconds = Math.max(0, (now - Date.parse(since)) / 1000)
  return <span className="live-elapsed">{strings.live.elapsed(format.exact(seconds, 'seconds'))}</span>
}

const Cancel = ({ runId }: { runId: string }) => {
  const tell = useToast()
  const [isAsked, setAsked] = useState(false)
  const cancel = async (): Promise<void> => {
    setAsked(true)
    const result = await api.cancelRun(runId)
    if (result.ok) return tell(strings.live.cancelled)
    setAsked(false)
    tell([result.failure.message, result.failure.hint].filter(Boolean).join(' '), 'failed')
  }
  return (
    <Button icon="close" disabled={isAsked} onClick={() => void cancel()}>
      {isAsked ? strings.live.cancelling : strings.live.cancel}
    </Button>
  )
}
