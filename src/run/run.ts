import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import { C360Error, type Problem } from '../errors.ts'
import { plan } from '../plan/plan.ts'
import type { Plan } from '../plan/types.ts'
import { bringToBronze } from './bronze.ts'
import { build, publish } from './build.ts'
import type { FileOutcome, OnEvent, RunOutcome } from './events.ts'
import { openLedger } from './ledger.ts'
import { withLock } from './lock.ts'
import { withoutValues } from './masked.ts'
import { nothingToDo, type Observed, observe, seenFiles, stillRefused } from './observe.ts'
import type { Prepared } from './prepare.ts'
import { remarks } from './remarks.ts'
import { newRunId } from './run-id.ts'
import { openWith, warehouseOf } from './stores.ts'
import { type Manifest, Versions } from './versions.ts'
import type { RunOptions, Work } from './work.ts'

export type { RunOptions } from './work.ts'

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

/**
 * Landing -> bronze -> silver -> gold -> a published version. Files go to bronze and are committed there first; then the plan is
 * made from what bronze holds, done on a private copy, certified, and published by one rename.
 * Throws C360Error: NOT_CERTIFIED, CANCELLED, LOCKED, DISK_FULL, NO_ACCESS, WAREHOUSE_DAMAGED, LAKE_*.
 */
export async function run(prepared: Prepared, options: RunOptions = {}): Promise<RunResult> {
  const now = options.now ?? Date.now
  const startedAt = now()
  const { signal, storage } = options
  openWith(prepared.project, { ...(signal ? { signal } : {}), ...(storage ? { policy: storage } : {}) })
  const versions = new Versions(warehouseOf(prepared.project))
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

const ATTEMPTS = 10

/** Where versions lie in a container, another runner may publish first: then all is looked at and planned anew. */
async function work(context: Work): Promise<RunResult> {
  const { runId, onEvent } = context
  onEvent({ type: 'started', runId })
  const brought: FileOutcome[] = []
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await attemptOnce(context, brought)
      return { ...result, files: withEarlier(result.files, brought) }
    } catch (error) {
      if (!(error instanceof C360Error && error.code === 'OVERTAKEN') || attempt === ATTEMPTS) throw error
      onEvent({ type: 'overtaken', attempt })
    }
  }
}

/** What an earlier attempt brought to bronze was delivered by this run, though the last one found it there. */
function withEarlier(files: readonly FileOutcome[], brought: readonly FileOutcome[]): FileOutcome[] {
  const keyOf = ({ source, path }: FileOutcome) => `${source} ${path}`
  const delivered = new Map(
    brought.filter(({ outcome }) => outcome === 'delivered').map((file) => [keyOf(file), file]),
  )
  const told = files.map((file) => delivered.get(keyOf(file)) ?? file)
  const missing = [...delivered].filter(([key]) => !files.some((file) => keyOf(file) === key))
  return [...told, ...missing.map(([, file]) => file)]
}

async function attemptOnce(context: Work, brought: FileOutcome[]): Promise<RunResult> {
  const { prepared, options, versions } = context
  const observed = await observe(prepared, versions, options)
  if (!options.fullRefresh && (await nothingToDo(prepared, observed)))
    return finish(context, observed, { outcome: 'unchanged' })
  await versions.sweep()
  const bronze = await bringToBronze(context, observed)
  brought.push(...bronze.files)
  const todo = plan({
    project: prepared.project,
    models: prepared.models,
    dialect,
    lake: bronze.state,
    published: observed.manifest,
    fullRefresh: options.fullRefresh ?? false,
  })
  context.onEvent({ type: 'planned', steps: todo.steps.length })
  const seen = seenFiles(bronze.landing, bronze.files)
  if (todo.steps.length === 0) {
    if (observed.current)
      await versions.point({ ...observed.current, lake: bronze.versions, landing: seen }, observed.tag)
    return finish(context, observed, { outcome: 'unchanged', files: bronze.files })
  }
  const manifest = await build(context, observed, todo, bronze.state)
  const outcome: RunOutcome = options.publish === false ? 'candidate' : 'published'
  if (outcome === 'published') await publish(context, observed, manifest, bronze.versions, seen)
  const problems = outcome === 'published' ? await exported(context, manifest) : []
  return finish(context, observed, { outcome, manifest, files: bronze.files, plan: todo, problems })
}

/** What is published stays so, whatever becomes of the copies for others. */
async function exported(context: Work, manifest: Manifest): Promise<readonly Problem[]> {
  if (context.prepared.project.lakeExport.length === 0) return []
  const { exportLayers } = await import('./lake-export.ts')
  const problems = await exportLayers(context, manifest)
  for (const problem of problems) context.onEvent({ type: 'problem', problem })
  return problems
}

interface Ended {
  readonly outcome: RunOutcome
  /** The version that was made; the one that was there when nothing changed. */
  readonly manifest?: Manifest
  readonly files?: readonly FileOutcome[]
  readonly plan?: Plan
  /** Warnings about what came after the publication. */
  readonly problems?: readonly Problem[]
}

function finish(
  context: Work,
  observed: Observed,
  { outcome, manifest = observed.manifest, files = [], plan, problems = [] }: Ended,
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
    warnings: [
      ...context.prepared.warnings,
      ...remarks(context.prepared.project, observed, manifest, ended),
      ...problems,
    ],
    seconds,
  }
}
