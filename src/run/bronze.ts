import { join } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import type { LakeState } from '../plan/types.ts'
import { isContainer } from '../project/location.ts'
import type { Contract } from '../project/types.ts'
import { sweepCopies, sweepLeftovers } from '../storage/leftovers.ts'
import type { FileOutcome } from './events.ts'
import { type Arrived, ingestSource } from './ingest.ts'
import { bronzePath, type OpenLake, openLake, readLake } from './lake-state.ts'
import { awakened, type Landing } from './landing.ts'
import { openLanes } from './lanes.ts'
import type { Observed } from './observe.ts'
import { sideBySide } from './side-by-side.ts'
import { lakeOf, landingOf } from './stores.ts'
import { sweepBronze, sweepDecisions } from './sweep.ts'
import { signalOf, type Work } from './work.ts'

/** What the lake holds after the new files are in it, and what became of each of them. */
export interface Bronze {
  readonly state: LakeState
  readonly versions: Readonly<Record<string, number>>
  readonly files: readonly FileOutcome[]
  /** Landing as it was looked at: files whose duplicate no longer counts are fresh again. */
  readonly landing: Landing
}

/** Reads every new file into bronze; one commit a source, and some sources at a time. */
export async function bringToBronze(
  context: Work,
  { landing, manifest }: Pick<Observed, 'landing' | 'manifest'>,
): Promise<Bronze> {
  const { project } = context.prepared
  const bytes = landing.fresh.reduce((sum, { entry }) => sum + entry.size, 0)
  await using lanes = await openLanes(context, {}, { bytes })
  const lake = openLake(lakeOf(project), await lanes.spare(), project.contracts)
  const before = await readLake(lake)
  await sweepBronze(lake.store, project.contracts, before, {
    folder: join(project.root, '.c360'),
    since: manifest?.runId ?? '',
  })
  // Nobody else writes to a folder while this run has the project; a container may have writers on other machines.
  const dead = isContainer(project.lake) ? Date.now() - DAY_MS : performance.timeOrigin
  await sweepDecisions(lake.store, before, dead)
  await sweepLeftovers(lake.store.file(''), performance.timeOrigin)
  if (isContainer(project.landing)) await sweepCopies(landingOf(project).file(''), performance.timeOrigin)
  const files: FileOutcome[] = []
  let now = before
  const bring = async (fresh: Landing['fresh']): Promise<void> => {
    const found = project.contracts.flatMap((contract) => {
      const own = fresh.filter((file) => file.contract === contract)
      const weight = own.reduce((sum, { entry }) => sum + entry.size, 0)
      return own.length === 0 ? [] : [{ name: contract.source, needs: [], weight, contract, own }]
    })
    const brought = (await sideBySide(found, lanes.sessions, bringInTurn)).flat()
    if (brought.some(({ outcome }) => outcome === 'delivered')) now = await readLake(lake)
    files.push(...brought)
  }
  /** Where another runner brought files of the source meanwhile, ours are looked at anew: some may be known by now. */
  const bringInTurn = async ({ contract, own }: Found, session: Session): Promise<readonly FileOutcome[]> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const outcomes = await bringSource(context, lake, session, now.state, contract, own)
      if (outcomes) return outcomes
      now = await readLake(lake)
    }
    throw new C360Error('LAKE_CONFLICT', `${contract.source} is being written by others without a pause.`)
  }
  await bring(landing.fresh)
  const again = awakened(landing, now.state.sources, now.state.decisions.list)
  await bring(again)
  const seen = landing.seen.filter((file) => !again.includes(file))
  return { ...now, files, landing: { ...landing, fresh: [...landing.fresh, ...again], seen } }
}

/** New files of one source. */
interface Found {
  readonly contract: Contract
  readonly own: Landing['fresh']
}

const DAY_MS = 86_400_000
const ATTEMPTS = 20

/** undefined: another runner committed first, and nothing of this is in the lake. */
async function bringSource(
  context: Work,
  lake: OpenLake,
  session: Session,
  state: LakeState,
  contract: Contract,
  fresh: Landing['fresh'],
): Promise<readonly FileOutcome[] | undefined> {
  const { prepared, runId, onEvent, boundary, startedAt } = context
  const bronze = state.sources[contract.source]
  const { outcomes, arrived } = await ingestSource(
    {
      landing: landingOf(prepared.project),
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
    bronze,
    fresh,
  )
  const newest = bronze?.deliveries.at(-1)?.delivery ?? 0
  return (await commit(context, lake, contract.source, arrived, newest)) ? outcomes : undefined
}

async function commit(
  { boundary, onEvent }: Work,
  lake: OpenLake,
  source: string,
  arrived: Arrived,
  newest: number,
): Promise<boolean> {
  const last = arrived.deliveries.at(-1)
  if (!last) return true
  const done = await lake.tables[source]?.append({
    columns: arrived.columns,
    files: arrived.files,
    txn: { appId: `c360-${source}`, version: last.delivery, after: newest },
    operation: 'WRITE',
    boundary,
  })
  if (!done?.committed) {
    for (const { path } of arrived.files) await lake.store.remove(`${bronzePath(source)}/${path}`)
    return false
  }
  if (done.checkpointFailure === undefined) return true
  const message = `${source}: the Delta log is whole, but its checkpoint could not be written; the tenth commit from now tries again.`
  onEvent({ type: 'problem', problem: { code: 'checkpoint_failed', severity: 'warn', message } })
  return true
}
