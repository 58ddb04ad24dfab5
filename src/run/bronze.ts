import { join } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import type { Session } from '../engines/engine.ts'
import type { LakeState } from '../plan/types.ts'
import type { Contract } from '../project/types.ts'
import { sweepLeftovers } from '../storage/leftovers.ts'
import { localStore } from '../storage/local.ts'
import type { FileOutcome } from './events.ts'
import { type Arrived, ingestSource } from './ingest.ts'
import { type OpenLake, openLake, readLake } from './lake-state.ts'
import { awakened, type Landing } from './landing.ts'
import type { Observed } from './observe.ts'
import { sweepBronze, sweepDecisions } from './sweep.ts'
import { connect, signalOf, type Work } from './work.ts'

/** What the lake holds after the new files are in it, and what became of each of them. */
export interface Bronze {
  readonly state: LakeState
  readonly versions: Readonly<Record<string, number>>
  readonly files: readonly FileOutcome[]
  /** Landing as it was looked at: files whose duplicate no longer counts are fresh again. */
  readonly landing: Landing
}

/** Reads every new file into bronze and commits, source by source. */
export async function bringToBronze(context: Work, { landing, manifest }: Observed): Promise<Bronze> {
  const { project } = context.prepared
  await using session = await connect(context, {})
  const lake = openLake(localStore(project.lake), session, project.contracts)
  const before = await readLake(lake)
  await sweepBronze(lake.store, project.contracts, before.state, {
    folder: join(project.root, '.c360'),
    since: manifest?.runId ?? '',
  })
  await sweepDecisions(lake.store, before.state, performance.timeOrigin)
  await sweepLeftovers(project.lake, performance.timeOrigin)
  const files: FileOutcome[] = []
  let now = before
  const bring = async (fresh: Landing['fresh']): Promise<void> => {
    const outcomes: FileOutcome[] = []
    for (const contract of project.contracts) {
      const own = fresh.filter((file) => file.contract === contract)
      if (own.length > 0)
        outcomes.push(...(await bringSource(context, lake, session, now.state, contract, own)))
    }
    files.push(...outcomes)
    if (outcomes.some(({ outcome }) => outcome === 'delivered')) now = await readLake(lake)
  }
  await bring(landing.fresh)
  const again = awakened(landing, now.state.sources, now.state.decisions.list)
  await bring(again)
  const seen = landing.seen.filter((file) => !again.includes(file))
  return { ...now, files, landing: { ...landing, fresh: [...landing.fresh, ...again], seen } }
}

async function bringSource(
  context: Work,
  lake: OpenLake,
  session: Session,
  state: LakeState,
  contract: Contract,
  fresh: Landing['fresh'],
): Promise<readonly FileOutcome[]> {
  const { prepared, runId, onEvent, boundary, startedAt } = context
  const { outcomes, arrived } = await ingestSource(
    {
      landing: localStore(prepared.project.landing),
      lake: lake.store,
      session,
      dialect,
      scratch: join(prepared.project.root, '.c360', 'tmp'),
      runId,
      loadedAt: new Date(startedAt).toISOString(),
      decisions: state.decisions.list,
      onEvent,
      ...signalOf(context),
      boundary,
    },
    state.sources[contract.source],
    fresh,
  )
  await commit(context, lake, contract.source, arrived)
  return outcomes
}

async function commit(
  { boundary, onEvent }: Work,
  lake: OpenLake,
  source: string,
  arrived: Arrived,
): Promise<void> {
  const last = arrived.deliveries.at(-1)
  if (!last) return
  const done = await lake.tables[source]?.append({
    columns: arrived.columns,
    files: arrived.files,
    txn: { appId: `c360-${source}`, version: last.delivery },
    operation: 'WRITE',
    boundary,
  })
  if (done?.checkpointFailure === undefined) return
  const message = `${source}: the Delta log is whole, but its checkpoint could not be written; the tenth commit from now tries again.`
  onEvent({ type: 'problem', problem: { code: 'checkpoint_failed', severity: 'warn', message } })
}
