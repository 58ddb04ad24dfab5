import type { Remote, Session } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import { definitionsUnchanged, plan } from '../../plan/plan.ts'
import type { LakeState, Plan } from '../../plan/types.ts'
import { type Bronze, bringToBronze } from '../bronze.ts'
import { executePlan } from '../execute.ts'
import { finish, type RunResult } from '../finish.ts'
import { newestFiles } from '../lake-state.ts'
import { observeLanding } from '../landing.ts'
import { nothingToDo, type Observed, seenFiles } from '../observe.ts'
import type { Prepared } from '../prepare.ts'
import { recorded } from '../recorded.ts'
import { lakeOf, landingOf, openWith, readingLake } from '../stores.ts'
import { FORMAT, type Manifest } from '../versions.ts'
import { connectTo, type RunOptions, signalOf, type Work } from '../work.ts'
import { besides } from './besides.ts'
import { TargetFiles } from './files.ts'
import { goldTables } from './gold-tables.ts'
import { readThere } from './ingest.ts'
import { bringLake } from './load.ts'
import { forgetting, marksAfter, takeBack } from './marks.ts'
import { modelsFor, type TargetModel } from './models.ts'
import {
  isOurs,
  lockedBy,
  type TargetManifest,
  type TargetState,
  TargetVersions,
  usableFor,
} from './state.ts'

export interface TargetOptions extends RunOptions {
  /** Goes on although another machine's run seems to have the target. */
  readonly takeOver?: boolean
}

/** One run upon a target: what it shares, the session, and the list of versions there. */
interface TargetWork extends Work {
  readonly remote: Remote
  readonly session: Session
  readonly options: TargetOptions
  readonly versions: TargetVersions
  readonly models: readonly TargetModel[]
}

/**
 * The same run, built in another engine: landing -> bronze in the lake -> bronze, silver and gold there. Gold is built beside what
 * readers see; one changed row in `_versions` commits it, and then readers are shown the new tables. A run that dies before leaves
 * what readers see as it was; the next one takes silver back to where it stood. Throws as `run` does, and TARGET_*.
 */
export async function runOnTarget(
  prepared: Prepared,
  remote: Remote,
  options: TargetOptions = {},
): Promise<RunResult> {
  const startedAt = (options.now ?? Date.now)()
  const { signal, storage } = options
  openWith(prepared.project, { ...(signal ? { signal } : {}), ...(storage ? { policy: storage } : {}) })
  if (options.publish === false)
    throw new C360Error('USAGE', 'A target has no candidates: --no-publish works on the own warehouse only.')
  const models = await modelsFor(remote, prepared)
  const boundary = options.boundary ?? (() => undefined)
  return recorded(prepared.project, options, startedAt, async (ledger) => {
    ledger.onEvent({ type: 'started', runId: ledger.runId })
    await using session = await remote.connect(signal)
    const versions = new TargetVersions(remote, session)
    return await work({
      prepared,
      options,
      startedAt,
      boundary,
      ...ledger,
      remote,
      session,
      versions,
      models,
    })
  })
}

async function work(context: TargetWork): Promise<RunResult> {
  const { prepared, options, versions, models, remote } = context
  const { project } = prepared
  const state = await versions.read()
  if (state.unshown && state.manifest) await show(context, state.manifest)
  const dead = await afterDead(context, state)
  const manifest = usableFor(remote, state.manifest)
  const landing = await observeLanding(landingOf(project), project, manifest?.landing ?? {})
  const observed = { current: manifest, manifest, landing, otherFormat: state.otherFormat }
  const idle = !options.fullRefresh && dead === 0
  if (idle && (await isIdle(context, observed))) return finish(context, observed, { outcome: 'unchanged' })
  const { bronze, claimed } = await toBronze(context, state, observed)
  const todo = plan({
    project,
    models,
    dialect: remote.dialect,
    lake: bronze.state,
    published: manifest && (dead === 0 ? manifest : withoutRelations(manifest)),
    fullRefresh: options.fullRefresh ?? false,
  })
  context.onEvent({ type: 'planned', steps: todo.steps.length })
  const seen = { lake: bronze.versions, landing: seenFiles(bronze.landing, bronze.files) }
  if (todo.steps.length === 0 && manifest) {
    if (claimed) await versions.forget(context.runId)
    await versions.keep({ ...manifest, ...seen })
    return finish(context, observed, { outcome: 'unchanged', files: bronze.files })
  }
  const made = await build(context, { ...state, dead, claimed }, todo, bronze, seen)
  return finish(context, observed, { outcome: 'published', manifest: made, files: bronze.files, plan: todo })
}

/** Nothing new, and nothing changed; where the engine reads landing itself, the lake has no say. */
async function isIdle(
  { prepared: { project }, models, remote: { dialect, files } }: TargetWork,
  observed: Parameters<typeof nothingToDo>[1],
): Promise<boolean> {
  if (!files) return nothingToDo({ project, models }, observed, dialect)
  const { manifest, landing } = observed
  if (!manifest || landing.fresh.length > 0) return false
  return definitionsUnchanged({ project, models, dialect }, manifest.builtFrom)
}

/**
 * New landing files come into the lake, from which the target is filled later; or the engine reads them itself, and for
 * that the target must be this run's already.
 */
async function toBronze(
  context: TargetWork,
  { next }: TargetState,
  observed: Pick<Observed, 'landing' | 'manifest'>,
): Promise<{ readonly bronze: Bronze; readonly claimed: boolean }> {
  const { remote, versions, runId, boundary } = context
  if (!remote.files) return { bronze: await bringToBronze(context, observed), claimed: false }
  await versions.claim(runId, next)
  await boundary('target.claimed')
  try {
    return { bronze: await readThere(context, remote.files, observed.landing), claimed: true }
  } catch (error) {
    await versions.forget(runId).catch(() => undefined)
    throw error
  }
}

/** Views that a dead run may have changed are made anew, and with them what reads them. */
const withoutRelations = (manifest: TargetManifest): TargetManifest => ({
  ...manifest,
  builtFrom: { ...manifest.builtFrom, relations: {} },
})

/** Takes back what runs before this one left half done; how many there were. */
async function afterDead(context: TargetWork, { unfinished, manifest }: TargetState): Promise<number> {
  const { options, versions } = context
  const working = unfinished.filter(({ status }) => status === 'working')
  const other = working.find((row) => !isOurs(row))
  if (other && !options.takeOver) throw lockedBy(other)
  if (working.length > 0 && manifest && !options.fullRefresh) await takeBack(context, manifest)
  for (const { runId } of working) await versions.giveUp(runId)
  return unfinished.length
}

async function build(
  context: TargetWork,
  state: TargetState & { readonly dead: number; readonly claimed: boolean },
  todo: Plan,
  bronze: Bronze,
  seen: Pick<TargetManifest, 'lake' | 'landing'>,
): Promise<Manifest> {
  const { versions, runId, boundary, startedAt } = context
  const base = todo.base === undefined ? undefined : state.manifest
  if (!state.claimed) await versions.claim(runId, state.next)
  if (!state.claimed) await boundary('target.claimed')
  try {
    const executed = await execute(context, state, base, todo, bronze.state)
    // What was taken back stands at marks of its own.
    const marks = await marksAfter(context, todo, state.dead === 0 ? base : undefined, state.next)
    await boundary('target.before_commit')
    const manifest: TargetManifest = {
      format: FORMAT,
      version: state.next,
      ...(context.remote.files ? { ingest: 'engine' as const } : {}),
      ...(base ? { parent: base.version } : {}),
      runId,
      createdAt: new Date(startedAt).toISOString(),
      builtFrom: todo.builtFrom,
      ...executed,
      ...marks,
      ...seen,
      newestFile: newestFiles(bronze.state),
      afterwards: [
        ...hiding(context, state.manifest, marks),
        ...forgetting(context.remote, state.manifest, { version: state.next, ...marks }),
        ...todo.steps.flatMap(({ afterwards = [] }) => afterwards),
      ],
    }
    await versions.commit(manifest)
    await boundary('target.committed')
    await show(context, manifest)
    await context.session.transact?.commit()
    return manifest
  } catch (error) {
    await context.session.transact?.rollback()
    await undo(context, state).catch(() => undefined)
    throw error
  }
}

/** What cannot be undone now, the next run undoes: the claim still stands. */
async function undo(context: TargetWork, { manifest }: TargetState): Promise<void> {
  const { versions, runId } = context
  const { manifest: newest } = await versions.read()
  if (newest?.runId === runId) return
  if (manifest) await takeBack(context, manifest)
  await versions.giveUp(runId)
}

async function execute(
  context: TargetWork,
  { manifest: newest, dead }: TargetState & { readonly dead: number },
  base: Manifest | undefined,
  todo: Plan,
  state: LakeState,
) {
  const { remote, session, onEvent, boundary } = context
  const own = signalOf(context)
  await session.execute(remote.showing, own)
  const mayBeEngines = newest === undefined || newest.ingest === 'engine' || dead > 0
  if (!remote.files && mayBeEngines) await new TargetFiles(remote, session).abandon()
  if (!remote.files) await fromLake(context, state)
  await boundary('target.loaded')
  const deliveries = (source: string) => state.sources[source]?.deliveries ?? []
  await session.transact?.begin()
  return executePlan(todo, base, {
    sessions: [session],
    ...(remote.atOnce === undefined ? {} : { atOnce: remote.atOnce }),
    isPrivate: false,
    // What these engines say is without values where it comes in (engines/*/failure.ts).
    masking: (message) => message,
    onEvent,
    ...own,
    boundary,
    deliveries,
  })
}

async function fromLake(
  { prepared, remote, session, onEvent, ...context }: TargetWork,
  state: LakeState,
): Promise<void> {
  await using local = await connectTo(prepared.project)
  const lake = readingLake(local, prepared.project)
  const root = lakeOf(prepared.project).file('')
  const { signal } = context.options
  await bringLake({ remote, session, lake, root, onEvent, ...(signal ? { signal } : {}) }, state)
}

/** Models that the version before had and this one has not are taken from readers, and then their tables go. */
function hiding(
  { remote }: TargetWork,
  before: TargetManifest | undefined,
  { gold }: Pick<TargetManifest, 'gold'>,
): string[] {
  const { dialect } = remote
  const gone = Object.keys(before?.gold ?? {}).filter((model) => !(model in gold))
  return gone.flatMap(
    (model) =>
      remote.hiding?.(model) ?? [
        dialect.dropView(remote.shown(model)),
        dialect.dropTable(dialect.table('gold', model)),
      ],
  )
}

/** Shows readers every model of a version, and takes away those it no longer has. */
async function show(
  { remote, session, versions, models: known, prepared }: TargetWork,
  manifest: TargetManifest,
): Promise<void> {
  const { dialect, marks } = remote
  const models = Object.entries(manifest.gold).map(
    ([model, mark]) => [model, marks.at(dialect.table('gold', model), mark)] as const,
  )
  await session.execute(remote.showing)
  if (remote.publishing) {
    const shown = known.filter(({ name }) => name in manifest.gold)
    await session.execute(remote.publishing(goldTables(prepared.catalogue, shown)), { atomic: true })
  } else if (remote.showAll) await remote.showAll(session, new Map(models))
  else
    await besides({ remote, session }, models, ([model, select]) =>
      session.execute(dialect.viewAs(remote.shown(model), select)),
    )
  await session.execute(manifest.afterwards)
  await versions.shown(manifest)
}
