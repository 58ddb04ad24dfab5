import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import type { Session, Settings } from '../engines/engine.ts'
import { C360Error, type Problem } from '../errors.ts'
import { definitionsUnchanged, plan } from '../plan/plan.ts'
import type { LakeState, Plan } from '../plan/types.ts'
import type { Contract } from '../project/types.ts'
import { localStore } from '../storage/local.ts'
import { assertHolds, inKnownTerms } from './damage.ts'
import type { FileOutcome, OnEvent, RunOutcome } from './events.ts'
import { type Executed, executePlan } from './execute.ts'
import { ingestSource } from './ingest.ts'
import { lakeUnchanged, type OpenLake, openLake, readLake } from './lake-state.ts'
import { type Landing, observeLanding, seenHash } from './landing.ts'
import { openLedger } from './ledger.ts'
import { withLock } from './lock.ts'
import { withoutValues } from './masked.ts'
import type { Prepared } from './prepare.ts'
import { remarks } from './remarks.ts'
import { sweepBronze } from './sweep.ts'
import { type Current, FORMAT, type Manifest, type SeenFile, Versions } from './versions.ts'

export interface RunOptions {
  readonly fullRefresh?: boolean
  /** false leaves the finished version as a candidate to compare. */
  readonly publish?: boolean
  readonly signal?: AbortSignal
  readonly onEvent?: OnEvent
  /** Called at every named effect boundary; tests end the process there. */
  readonly boundary?: (name: string) => Promise<void> | void
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number
}

export interface RunResult {
  readonly runId: string
  readonly outcome: RunOutcome
  readonly version: number | undefined
  readonly manifest: Manifest | undefined
  /** Files looked at in this run, and those refused in earlier ones that still lie there. */
  readonly files: readonly FileOutcome[]
  readonly plan: Plan | undefined
  readonly warnings: readonly Problem[]
  readonly seconds: number
}

interface Work {
  readonly prepared: Prepared
  readonly options: RunOptions
  readonly runId: string
  readonly startedAt: number
  readonly versions: Versions
  readonly onEvent: OnEvent
  readonly boundary: (name: string) => Promise<void> | void
}

/** What is published, what lies in landing: enough to know whether there is anything to do. */
interface Observed {
  readonly current: Current | undefined
  readonly manifest: Manifest | undefined
  readonly landing: Landing
  /** The format of a warehouse that another version of the program made; it is rebuilt from bronze. */
  readonly otherFormat: number | undefined
}

/**
 * Landing -> bronze -> silver -> gold -> a published version. Files go to bronze and are committed there first; then the plan is
 * made from what bronze holds, done on a private copy, certified, and published by one rename.
 * Throws C360Error: NOT_CERTIFIED, CANCELLED, LOCKED, DISK_FULL, NO_ACCESS, WAREHOUSE_DAMAGED, LAKE_*.
 */
export async function run(prepared: Prepared, options: RunOptions = {}): Promise<RunResult> {
  const now = options.now ?? Date.now
  const startedAt = now()
  const versions = new Versions(prepared.project.warehouse)
  const quick = await observe(prepared, versions, options)
  const base = { prepared, options, startedAt, versions, boundary: options.boundary ?? (() => undefined) }
  if (!options.fullRefresh && (await nothingToDo(prepared, quick)))
    return finish({ ...base, runId: '', onEvent: options.onEvent ?? (() => undefined) }, quick, {
      outcome: 'unchanged',
    })
  const folder = join(prepared.project.root, '.c360')
  const runId = newRunId(startedAt)
  const lockOptions = {
    ...(options.signal ? { signal: options.signal } : {}),
    onWait: (holder: string) => options.onEvent?.({ type: 'waiting', holder }),
  }
  return withLock(folder, `c360 run ${runId}`, lockOptions, async () => {
    const ledger = await openLedger(folder, runId)
    const onEvent: OnEvent = (event) => {
      ledger.write(event)
      options.onEvent?.(event)
    }
    try {
      return await work({ ...base, runId, onEvent })
    } catch (failed) {
      const error = withoutValues(failed)
      const { code, message } =
        error instanceof C360Error ? error : { code: 'INTERNAL', message: String(error) }
      onEvent({ type: 'failed', code, message })
      throw error
    } finally {
      await rm(join(folder, 'tmp'), { recursive: true, force: true })
      await ledger.close()
    }
  })
}

async function observe(prepared: Prepared, versions: Versions, options: RunOptions): Promise<Observed> {
  const current = await versions.current().catch((error: unknown) => {
    if (options.fullRefresh && error instanceof C360Error && error.code === 'WAREHOUSE_DAMAGED')
      return undefined
    throw error
  })
  const usable = current?.format === FORMAT ? current : undefined
  const manifest = usable && (await versions.manifest(usable.latest))
  const landing = await observeLanding(
    localStore(prepared.project.landing),
    prepared.project,
    usable?.landing ?? {},
  )
  return { current: usable, manifest, landing, otherFormat: current && !usable ? current.format : undefined }
}

async function nothingToDo(
  { project, models }: Prepared,
  { current, manifest, landing }: Observed,
): Promise<boolean> {
  if (!current || !manifest || landing.fresh.length > 0) return false
  if (!definitionsUnchanged({ project, models, dialect }, manifest.builtFrom)) return false
  return lakeUnchanged(localStore(project.lake), project.contracts, current.lake)
}

async function work(context: Work): Promise<RunResult> {
  const { prepared, options, versions, runId, onEvent } = context
  onEvent({ type: 'started', runId })
  const observed = await observe(prepared, versions, options)
  if (!options.fullRefresh && (await nothingToDo(prepared, observed)))
    return finish(context, observed, { outcome: 'unchanged' })
  await versions.sweep()
  const bronze = await bringToBronze(context, observed)
  const todo = plan({
    project: prepared.project,
    models: prepared.models,
    dialect,
    lake: bronze.state,
    published: observed.manifest,
    fullRefresh: options.fullRefresh ?? false,
  })
  onEvent({ type: 'planned', steps: todo.steps.length })
  const seen = seenFiles(observed.landing, bronze.files)
  if (todo.steps.length === 0) {
    if (observed.current) await versions.point({ ...observed.current, lake: bronze.versions, landing: seen })
    return finish(context, observed, { outcome: 'unchanged', files: bronze.files })
  }
  const manifest = await build(context, observed, todo, bronze.state)
  const outcome: RunOutcome = options.publish === false ? 'candidate' : 'published'
  if (outcome === 'published') await publish(context, observed, manifest, bronze.versions, seen)
  return finish(context, observed, { outcome, manifest, files: bronze.files, plan: todo })
}

interface Bronze {
  readonly state: LakeState
  readonly versions: Readonly<Record<string, number>>
  readonly files: readonly FileOutcome[]
}

async function bringToBronze(context: Work, { landing, manifest }: Observed): Promise<Bronze> {
  const { project } = context.prepared
  await using session = await connect(context, {})
  const lake = openLake(localStore(project.lake), session, project.contracts)
  const before = await readLake(lake)
  await sweepBronze(lake.store, project.contracts, before.state, {
    folder: join(project.root, '.c360'),
    since: manifest?.runId ?? '',
  })
  const files: FileOutcome[] = []
  for (const contract of project.contracts) {
    const fresh = landing.fresh.filter((file) => file.contract === contract)
    if (fresh.length > 0)
      files.push(...(await bringSource(context, lake, session, before.state, contract, fresh)))
  }
  const after = files.some(({ outcome }) => outcome === 'delivered') ? await readLake(lake) : before
  return { ...after, files }
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
  const last = arrived.deliveries.at(-1)
  if (last)
    await lake.tables[contract.source]?.append({
      columns: arrived.columns,
      files: arrived.files,
      txn: { appId: `c360-${contract.source}`, version: last.delivery },
      operation: 'WRITE',
      boundary,
    })
  return outcomes
}

async function build(context: Work, observed: Observed, todo: Plan, state: LakeState): Promise<Manifest> {
  const { versions, runId, onEvent, boundary } = context
  const base = todo.base === undefined ? undefined : versions.database(todo.base)
  const candidate = await versions.candidate(runId, todo.base)
  try {
    const previous: Executed | undefined = todo.base === undefined ? undefined : observed.manifest
    const executed = await onCandidate(context, candidate, async (session) => {
      if (base !== undefined && observed.manifest) await assertHolds(session, observed.manifest, base)
      return executePlan(todo, previous, {
        session,
        onEvent,
        ...signalOf(context),
        boundary,
        deliveries: (source) => state.sources[source]?.deliveries ?? [],
      })
    })
    const newest = Math.max(0, observed.current?.latest ?? 0, ...(await versions.list()))
    const manifest: Manifest = {
      format: FORMAT,
      version: newest + 1,
      ...(todo.base === undefined ? {} : { parent: todo.base }),
      runId,
      createdAt: new Date(context.startedAt).toISOString(),
      builtFrom: todo.builtFrom,
      ...executed,
      newestFile: newestFiles(state),
    }
    await versions.settle(candidate, manifest)
    return manifest
  } catch (error) {
    await Promise.all([candidate, `${candidate}.wal`].map((path) => rm(path, { force: true })))
    throw inKnownTerms(error, { candidate, base, lake: context.prepared.project.lake })
  }
}

const newestFiles = ({ sources }: LakeState): Record<string, number> =>
  Object.fromEntries(
    Object.entries(sources).map(([source, { deliveries }]) => [
      source,
      Math.max(0, ...deliveries.map(({ modified }) => modified)),
    ]),
  )

async function onCandidate<T>(
  context: Work,
  candidate: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await using session = await connect(context, { database: candidate })
  const result = await work(session)
  await context.boundary('warehouse.before_checkpoint')
  await session.execute(['checkpoint'])
  await context.boundary('warehouse.after_checkpoint')
  return result
}

async function publish(
  { versions, prepared, startedAt, boundary }: Work,
  { current }: Observed,
  { version }: Manifest,
  lake: Readonly<Record<string, number>>,
  landing: Current['landing'],
): Promise<void> {
  const pinned = current?.pinned ?? false
  const next: Current = {
    format: FORMAT,
    version: pinned && current ? current.version : version,
    latest: version,
    pinned,
    lake,
    landing,
  }
  await versions.point(next, boundary)
  await versions.prune(prepared.project.keep, next, startedAt)
}

/** The engine is imported here, late: a run with nothing to do never loads it. */
async function connect({ prepared }: Work, settings: Pick<Settings, 'database'>): Promise<Session> {
  const { duckdb } = await import('../engines/duckdb/index.ts')
  const { root, memory, threads } = prepared.project
  return duckdb.connect({
    ...settings,
    scratch: join(root, '.c360', 'tmp', 'spill'),
    ...(memory === undefined ? {} : { memory }),
    ...(threads === undefined ? {} : { threads }),
  })
}

function seenFiles(landing: Landing, files: readonly FileOutcome[]): Current['landing'] {
  const seen: Record<string, SeenFile[]> = {}
  const add = (source: string, file: SeenFile) => {
    seen[source] = [...(seen[source] ?? []), file]
  }
  for (const { contract, as } of landing.seen) add(contract.source, as)
  for (const { source, path, outcome, problem } of files) {
    const landed = landing.fresh.find((file) => file.contract.source === source && file.entry.path === path)
    if (!landed || outcome === 'changed_while_read') continue
    const as = outcome === 'known' ? 'delivered' : outcome
    add(source, {
      path,
      size: landed.entry.size,
      modified: landed.entry.modified,
      format: seenHash(landed.contract, as),
      outcome: as,
      ...(outcome === 'refused' && problem ? { problem } : {}),
    })
  }
  return seen
}

const stillRefused = (landing: Landing): FileOutcome[] =>
  landing.seen.flatMap(({ contract, as }) =>
    as.outcome === 'refused' && as.problem
      ? [
          {
            source: contract.source,
            path: as.path,
            outcome: 'refused',
            problem: { ...as.problem, file: as.path },
          },
        ]
      : [],
  )

const signalOf = ({ options }: Work) => (options.signal ? { signal: options.signal } : {})

interface Ended {
  readonly outcome: RunOutcome
  /** The version that was made; the one that was there when nothing changed. */
  readonly manifest?: Manifest
  readonly files?: readonly FileOutcome[]
  readonly plan?: Plan
}

function finish(
  context: Work,
  observed: Observed,
  { outcome, manifest = observed.manifest, files = [], plan }: Ended,
): RunResult {
  const ended = (context.options.now ?? Date.now)()
  const seconds = (ended - context.startedAt) / 1000
  const version = manifest?.version
  context.onEvent({ type: 'finished', outcome, seconds, ...(version === undefined ? {} : { version }) })
  return {
    runId: context.runId,
    outcome,
    version,
    manifest,
    files: [...stillRefused(observed.landing), ...files],
    plan,
    warnings: [...context.prepared.warnings, ...remarks(context.prepared.project, observed, manifest, ended)],
    seconds,
  }
}

function newRunId(now: number): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')
  return `${stamp}-${randomBytes(3).toString('hex')}`
}
