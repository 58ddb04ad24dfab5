import { useState } from 'react'
import { api } from '../api.ts'
import { Button } from '../components/button.tsx'
import { ConnectivityDialog } from '../components/connectivity.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { Popover } from '../components/popover.tsx'
import { Tiles } from '../components/tile.tsx'
import { useLoad } from '../query.ts'
import { useSession } from '../session.tsx'
import { runsStrings as strings } from '../strings/runs.ts'
import { usePage } from '../use-page.ts'
import { ChecksCard } from './runs/checks.tsx'
import { LineageCard } from './runs/lineage.tsx'
import { LiveRun } from './runs/live-run.tsx'
import { RunDrawer } from './runs/run-drawer.tsx'
import { RunList } from './runs/run-list.tsx'
import { SourcesCard } from './runs/sources.tsx'
import { useStartRun } from './runs/use-start-run.ts'
import { VersionsCard } from './runs/versions.tsx'
import '../styles/data-pages.css'

/** Runs and quality: what was read, what became of it, and whether it holds. */
export const Page = () => {
  const session = useSession()
  const page = usePage()
  const [started, setStarted] = useState<string | null>(null)
  const [isSetting, setSetting] = useState(false)
  const isRunning = session.running !== null
  const runs = useLoad(['runs', session.running], api.runs, isRunning ? { every: 3000 } : {})
  const quality = useLoad(['quality'], api.quality)
  const lineage = useLoad(['lineage'], api.lineage)
  const { start, isStarting } = useStartRun(setStarted)
  const live = session.running ?? started
  const shown = page.state.own.run
  return (
    <PageFrame
      title={strings.title}
      subtitle={strings.subtitle}
      filters={false}
      actions={
        <>
          <Button icon="clock" onClick={() => setSetting(true)}>
            {strings.connectivity}
          </Button>
          <RunButtons
            isDisabled={isRunning || isStarting}
            target={session.connectivity.target}
            start={start}
          />
        </>
      }
    >
      {live ? (
        <LiveRun
          key={live}
          runId={live}
          isOver={!isRunning}
          onClose={() => setStarted(null)}
          onEnd={() => setStarted(live)}
        />
      ) : null}
      {session.pinned && session.version !== null ? <Pinned version={session.version} /> : null}
      <Tiles>
        <RunList loaded={runs} onOpen={(run) => page.set({ run })} />
        <VersionsCard loaded={runs} />
        <SourcesCard loaded={quality} />
        <ChecksCard loaded={quality} />
        <LineageCard loaded={lineage} />
      </Tiles>
      {shown === undefined ? null : <RunDrawer runId={shown} onClose={() => page.set({ run: undefined })} />}
      {isSetting ? (
        <ConnectivityDialog onClose={() => setSetting(false)} onRefresh={() => start(false)} />
      ) : null}
    </PageFrame>
  )
}

const Pinned = ({ version }: { version: number }) => (
  <Notice kind="warning">{strings.versions.pinned(version)}</Notice>
)

const RunButtons = ({
  isDisabled,
  target,
  start,
}: {
  isDisabled: boolean
  target: string | null
  start: (fullRefresh: boolean) => void
}) => {
  const run = (
    <Button kind="primary" icon="refresh" disabled={isDisabled} onClick={() => start(false)}>
      {target === null ? strings.start : strings.bring(target)}
    </Button>
  )
  if (target !== null) return run
  return (
    <span className="button-pair">
      {run}
      <Popover
        className="button button-primary"
        label={strings.more}
        button={<Icon name="chevron" size={13} />}
      >
        {(close) => (
          <div className="run-menu">
            <Button
              icon="refresh"
              disabled={isDisabled}
              onClick={() => {
                close()
                start(true)
              }}
            >
              {strings.startFull}
            </Button>
            <p>{strings.startFullHint}</p>
          </div>
        )}
      </Popover>
    </span>
  )
}
