import { rm } from 'node:fs/promises'
import { dialect } from '../engines/duckdb/dialect.ts'
import { C360Error } from '../errors.ts'
import type { LakeState, Plan } from '../plan/types.ts'
import { assertHolds, inKnownTerms } from './damage.ts'
import { type Executed, executePlan } from './execute.ts'
import { newestFiles } from './lake-state.ts'
import { type Lanes, openLanes } from './lanes.ts'
import { masked } from './masked.ts'
import type { Observed } from './observe.ts'
import { makeRollups } from './rollups.ts'
import { lakeOf } from './stores.ts'
import { type Current, FORMAT, type Manifest, nextCurrent, overtaken, type Versions } from './versions.ts'
import { type LocalWork, signalOf, told } from './work.ts'

/** Does the plan on a private copy of its base and gives the result its number. Nothing is current yet; a failure leaves nothing. */
export async function build(
  context: LocalWork,
  observed: Observed,
  todo: Plan,
  state: LakeState,
): Promise<Manifest> {
  const { versions, runId, onEvent, boundary } = context
  const base = todo.base === undefined ? undefined : versions.url(todo.base)
  const candidate = await versions
    .candidate(runId, todo.base, moving(context, 'download', todo.base))
    .catch((error: unknown) => unlessReplaced(versions, observed, error))
  try {
    const previous: Executed | undefined = todo.base === undefined ? undefined : observed.manifest
    const executed = await onCandidate(context, candidate, rowsIn(state), async (sessions) => {
      const [session] = sessions
      if (base !== undefined && observed.manifest) await assertHolds(session, observed.manifest, base)
      const done = await executePlan(todo, previous, {
        sessions,
        isPrivate: true,
        masking: masked,
        onEvent,
        ...signalOf(context),
        boundary,
        deliveries: (source) => state.sources[source]?.deliveries ?? [],
      })
      await makeRollups(session, dialect, todo.steps, context.options, done.models)
      return done
    })
    const manifest: Manifest = {
      format: FORMAT,
      version: await versions.next(observed.current?.latest ?? 0),
      ...(todo.base === undefined ? {} : { parent: todo.base }),
      runId,
      createdAt: new Date(context.startedAt).toISOString(),
      builtFrom: todo.builtFrom,
      ...executed,
      newestFile: newestFiles(state),
    }
    await versions.settle(candidate, manifest, moving(context, 'upload', manifest.version))
    return manifest
  } catch (error) {
    await Promise.all([candidate, `${candidate}.wal`].map((path) => rm(path, { force: true })))
    const known = inKnownTerms(error, { candidate, base, lake: lakeOf(context.prepared.project) })
    if (todo.base !== undefined && known instanceof C360Error && known.code === 'WAREHOUSE_DAMAGED')
      await versions.release(todo.base)
    throw known
  }
}

const rowsIn = ({ sources }: LakeState): number =>
  Object.values(sources)
    .flatMap(({ deliveries }) => deliveries.map(({ rows }) => rows))
    .reduce((sum, rows) => sum + rows, 0)

/** Who publishes meanwhile may have removed the version this run began from: then nothing is damaged. */
async function unlessReplaced(versions: Versions, { tag }: Observed, error: unknown): Promise<never> {
  throw (await versions.pointer())?.tag === tag ? error : overtaken()
}

const moving = (context: LocalWork, direction: 'download' | 'upload', version = 0) =>
  told({ ...signalOf(context), onEvent: context.onEvent }, direction, `version ${version}`)

async function onCandidate<T>(
  context: LocalWork,
  candidate: string,
  rows: number,
  work: (sessions: Lanes['sessions']) => Promise<T>,
): Promise<T> {
  await using lanes = await openLanes(context, { database: candidate }, { rows })
  const result = await work(lanes.sessions)
  await context.boundary('warehouse.before_checkpoint')
  await lanes.sessions[0].execute(['checkpoint'])
  await context.boundary('warehouse.after_checkpoint')
  return result
}

/** Makes a settled version current (unless an older one is pinned) and drops versions nobody keeps. */
export async function publish(
  { versions, prepared, startedAt, boundary }: LocalWork,
  { current, tag }: Observed,
  { version }: Manifest,
  lake: Readonly<Record<string, number>>,
  landing: Current['landing'],
): Promise<void> {
  const next = nextCurrent(version, current, { lake, landing })
  try {
    await versions.point(next, tag, boundary)
  } catch (error) {
    if (error instanceof C360Error && error.code === 'OVERTAKEN') await versions.remove(version)
    throw error
  }
  if (current) await versions.dropBetween(current.latest, version)
  await versions.prune(prepared.project.keep, next, startedAt)
}
