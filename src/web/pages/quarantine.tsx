import { useState } from 'react'
import { api } from '../api.ts'
import { Button } from '../components/button.tsx'
import { PageFrame } from '../components/page-frame.tsx'
import { Tiles } from '../components/tile.tsx'
import { useLoad } from '../query.ts'
import { useSession } from '../session.tsx'
import { quarantineStrings as strings } from '../strings/quarantine.ts'
import { usePage } from '../use-page.ts'
import { HeldFigures } from './quarantine/figures.tsx'
import { HeldGrid } from './quarantine/grid.tsx'
import { ReasonsCard, wholeRecord } from './quarantine/reasons.tsx'
import { RowDrawer } from './quarantine/row-drawer.tsx'
import { LiveRun } from './runs/live-run.tsx'
import { useStartRun } from './runs/use-start-run.ts'
import '../styles/data-pages.css'

const pageSize = 50

/** Rows held back: why, how many, what they are worth, and what to do about each. */
export const Page = () => {
  const page = usePage()
  const session = useSession()
  const [isRevealed, setRevealed] = useState(false)
  const [started, setStarted] = useState<string | null>(null)
  const { source, reason, column, row: opened } = page.state.own
  const offset = Math.max(0, Number(page.state.own.offset) || 0)
  const loaded = useLoad(['quarantine', source, reason, column, offset, isRevealed], (signal) =>
    api.quarantine(
      {
        offset,
        limit: pageSize,
        ...(source === undefined ? {} : { source }),
        ...(reason === undefined ? {} : { reason }),
        ...(column === undefined ? {} : { column: column === wholeRecord ? '' : column }),
        ...(isRevealed ? { reveal: true } : {}),
      },
      signal,
    ),
  )
  const { start, isStarting } = useStartRun(setStarted)
  const isRunning = session.running !== null
  const live = session.running ?? started
  const row = loaded.data?.rows.find(({ id }) => id === opened)
  const isWaiting = (loaded.data?.waiting ?? 0) > 0
  return (
    <PageFrame
      title={strings.title}
      subtitle={strings.subtitle}
      filters={false}
      actions={
        <Button
          kind={isWaiting ? 'primary' : 'plain'}
          icon="refresh"
          disabled={isRunning || isStarting}
          title={isRunning ? strings.running : undefined}
          onClick={() => start(false)}
        >
          {isWaiting ? strings.replay : strings.replayNone}
        </Button>
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
      <HeldFigures loaded={loaded} />
      <Tiles>
        <ReasonsCard loaded={loaded} />
        <HeldGrid
          loaded={loaded}
          offset={offset}
          pageSize={pageSize}
          isRevealed={isRevealed}
          onReveal={setRevealed}
          onOpen={(id) => page.set({ row: id })}
        />
      </Tiles>
      {row ? (
        <RowDrawer
          row={row}
          isRevealed={isRevealed}
          onReveal={() => setRevealed(true)}
          onClose={() => page.set({ row: undefined })}
        />
      ) : null}
    </PageFrame>
  )
}
