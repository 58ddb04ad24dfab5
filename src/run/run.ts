import { dialect } from '../engines/duckdb/dialect.ts'
import { C360Error, type Problem } from '../errors.ts'
import { plan } from '../plan/plan.ts'
import { bringToBronze } from './bronze.ts'
import { build, publish } from './build.ts'
import type { FileOutcome, RunOutcome } from './events.ts'
import { finish, type RunResult } from './finish.ts'
import { nothingToDo, observe, seenFiles } from './observe.ts'
import type { Prepared } from './prepare.ts'
import { recorded } from './recorded.ts'
import { openWith, warehouseOf } from './stores.ts'
import { type Manifest, Versions } from './versions.ts'
import type { LocalWork, RunOptions } from './work.ts'

export type { RunResult } from './finish.ts'
export type { RunOptions } from './work.ts'

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
  return recorded(prepared.project, options, startedAt, (ledger) => work({ ...base, ...ledger }))
}

const ATTEMPTS = 10

/** Where versions lie in a container, another runner may publish first: then all is looked at and planned anew. */
async function work(context: LocalWork): Promise<RunResult> {
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

async function attemptOnce(context: LocalWork, brought: FileOutcome[]): Promise<RunResult> {
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
async function exported(context: LocalWork, manifest: Manifest): Promise<readonly Problem[]> {
  if (context.prepared.project.lakeExport.length === 0) return []
  const { exportLayers } = await import('./lake-export.ts')
  const problems = await exportLayers(context, manifest)
  for (const problem of problems) context.onEvent({ type: 'problem', problem })
  return problems
}
