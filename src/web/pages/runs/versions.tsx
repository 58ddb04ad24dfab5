import { useState } from 'react'
import { api } from '../../api.ts'
import type { Runs } from '../../api-types.ts'
import { Badge, type Mood } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { LoadCard } from '../../components/card.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Empty } from '../../components/notice.tsx'
import { useToast } from '../../components/toast.tsx'
import { type Loaded, useRefresh } from '../../query.ts'
import { useFormat } from '../../session.tsx'
import { runsStrings } from '../../strings/runs.ts'

const strings = runsStrings.versions
type Version = Runs['versions'][number]
const moods: Readonly<Record<Version['state'], Mood>> = {
  current: 'good',
  newest: 'busy',
  kept: 'neutral',
  candidate: 'warning',
}

/** The kept versions: which one readers see, and the way back to an older one. */
export const VersionsCard = ({ loaded }: { loaded: Loaded<Runs> }) => {
  const [asked, setAsked] = useState<number | null>(null)
  const act = useVersionChange()
  return (
    <LoadCard title={strings.title} subtitle={strings.subtitle} span={4} flush loaded={loaded}>
      {({ versions, pinned }) =>
        versions.length === 0 ? (
          <Empty title={strings.empty} />
        ) : (
          <>
            <ol className="versions">
              {versions.map((version) => (
                <VersionLine key={version.version} {...version} onAsk={() => setAsked(version.version)} />
              ))}
            </ol>
            {pinned ? (
              <p className="versions-foot">
                <Button icon="refresh" onClick={() => void act(() => api.unpin())}>
                  {strings.unpin}
                </Button>
              </p>
            ) : null}
            {asked === null ? null : (
              <RollbackDialog
                version={asked}
                onClose={() => setAsked(null)}
                onConfirm={() => {
                  setAsked(null)
                  void act(() => api.rollback(asked))
                }}
              />
            )}
          </>
        )
      }
    </LoadCard>
  )
}

const VersionLine = ({ version, state, createdAt, onAsk }: Version & { onAsk: () => void }) => {
  const format = useFormat()
  return (
    <li>
      <span className="version-name">
        {strings.version(version)}
        <small>{format.instant(createdAt)}</small>
      </span>
      <Badge mood={moods[state]}>{strings.states[state]}</Badge>
      {state === 'kept' ? (
        <Button kind="quiet" onClick={onAsk} aria-label={`${strings.rollBack}: ${strings.version(version)}`}>
          {strings.rollBack}
        </Button>
      ) : (
        <span />
      )}
    </li>
  )
}

const RollbackDialog = ({
  version,
  onClose,
  onConfirm,
}: {
  version: number
  onClose: () => void
  onConfirm: () => void
}) => (
  <Dialog title={strings.rollBackTitle(version)} onClose={onClose}>
    <p>{strings.rollBackText}</p>
    <div className="dialog-actions">
      <Button onClick={onClose}>{strings.keep}</Button>
      <Button kind="primary" onClick={onConfirm}>
        {strings.confirm(version)}
      </Button>
    </div>
  </Dialog>
)

const useVersionChange = () => {
  const tell = useToast()
  const refresh = useRefresh()
  return async (change: () => ReturnType<typeof api.rollback>): Promise<void> => {
    const result = await change()
    if (result.ok) tell(strings.rolledBack((result.data as { version: number }).version))
    else tell([result.failure.message, result.failure.hint].filter(Boolean).join(' '), 'failed')
    refresh()
  }
}
