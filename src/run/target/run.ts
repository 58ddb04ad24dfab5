import type { Remote, Session } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import { plan } from '../../plan/plan.ts'
import type { LakeState, Plan } from '../../plan/types.ts'
import { type Bronze, bringToBronze } from '../bronze.ts'
import { executePlan } from '../execute.ts'
import { finish, type RunResult } from '../finish.ts'
import { newestFiles } from '../lake-state.ts'
import { observeLanding } from '../landing.ts'
import { nothingToDo, seenFiles } from '../observe.ts'
import type { Prepared } from '../prepare.ts'
import { recorded } from '../recorded.ts'
import { lakeOf, landingOf, openWith, readingLake } from '../stores.ts'
import { FORMAT, type Manifest } from '../versions.ts'
import { connectTo, type RunOptions, signalOf, type Work } from '../work.ts'
import { bringLake } from './load.ts'
import { marksAfter, takeBack } from './marks.ts'
import { modelsFor } from './models.ts'
import { isOurs, lockedBy, type TargetManifest, type TargetState, TargetVersions } from './state.ts'

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
  readonly models: Prepared['models']
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
  const landing = await observeLanding(landingOf(project), project, state.manifest?.landing ?? {})
  const { manifest } = state
  const observed = { current: manifest, manifest, landing, otherFormat: state.otherFormat }
  const idle = !options.fullRefresh && dead === 0
  if (idle && (await nothingToDo({ project, models }, observed, remote.dialect)))
    return finish(context, observed, { outcome: 'unchanged' })
  const bronze = await bringToBronze(context, observed)
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
    await versions.keep({ ...manifest, ...seen })
    return finish(context, observed, { outcome: 'unchanged', files: bronze.files })
  }
  const made = await build(context, { ...state, dead }, todo, bronze, seen)
  return finish(context, observed, { outcome: 'published', manifest: made, files: bronze.files, plan: todo })
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
  state: TargetState & { readonly dead: number },
  todo: Plan,
  bronze: Bronze,
  seen: Pick<TargetManifest, 'lake' | 'landing'>,
): Promise<Manifest> {
  const { versions, runId, boundary, startedAt } = context
  const base = todo.base === undefined ? undefined : state.manifest
  await versions.claim(runId, state.next)
  await boundary('target.claimed')
  try {
    const executed = await execute(context, base, todo, bronze.state)
    // What was taken back stands at marks of its own.
    const marks = await marksAfter(context, todo, state.dead === 0 ? base : undefined)
    await boundary('target.before_commit')
    const manifest: TargetManifest = {
      format: FORMAT,
      version: state.next,
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
        ...todo.steps.flatMap(({ afterwards = [] }) => afterwards),
      ],
    }
    await versions.commit(manifest)
    await boundary('target.committed')
    await show(context, manifest)
    return manifest
  } catch (error) {
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

async function execute(context: TargetWork, base: Manifest | undefined, todo: Plan, state: LakeState) {
  const { prepared, remote, session, onEvent, boundary } = context
  await using local = await connectTo(prepared.project)
  const lake = readingLake(local, prepared.project)
  const own = signalOf(context)
  await session.execute(remote.showing, own)
  const root = lakeOf(prepared.project).file('')
  await bringLake({ remote, session, lake, root, onEvent, ...own }, state)
  await boundary('target.loaded')
  const deliveries = (source: string) => state.sources[source]?.deliveries ?? []
  return executePlan(todo, base, { session, isPrivate: false, onEvent, ...own, boundary, deliveries })
}

/** Models that the version before had and this one has not are taken from readers, and then their tables go. */
function hiding(
  { remote }: TargetWork,
  before: TargetManifest | undefined,
  { gold }: Pick<TargetManifest, 'gold'>,
): string[] {
  const { dialect } = remote
  const gone = Object.keys(before?.gold ?? {}).filter((model) => !(model in gold))
  return gone.flatMap((model) => [
    dialect.dropView(remote.shown(model)),
    dialect.dropTable(dialect.table('gold', model)),
  ])
}

/** Shows readers every model of a version, and takes away those it no longer has. */
async function show({ remote, session, versions }: TargetWork, manifest: TargetManifest): Promise<void> {
  const { dialect, marks } = remote
  const views = Object.entries(manifest.gold).flatMap(([model, mark]) =>
    dialect.viewAs(remote.shown(model), marks.at(dialect.table('gold', model), mark)),
  )
  await session.execute([...remote.showing, ...views, ...manifest.afterwards])
  await versions.shown(manifest)
}
