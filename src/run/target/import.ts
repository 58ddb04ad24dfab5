import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { duckdb } from '../../engines/duckdb/index.ts'
import type { Remote, Session } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { Project } from '../../project/types.ts'
import type { Prepared } from '../prepare.ts'
import { type Recorded, recorded } from '../recorded.ts'
import { makeRollups } from '../rollups.ts'
import type { RunResult } from '../run.ts'
import { warehouseOf } from '../stores.ts'
import { type Current, FORMAT, type Manifest, nextCurrent, Versions } from '../versions.ts'
import { connect, type RunOptions, type Work } from '../work.ts'
import { fill } from './fill.ts'
import { goldTypes } from './gold-types.ts'
import { type TargetManifest, TargetVersions } from './state.ts'

/** A version of a target as it was brought here: gold alone. */
export interface ImportedManifest extends Manifest {
  readonly importedFrom: { readonly target: string; readonly version: number; readonly at: string }
}

/** The project as readers of a target have it: its versions are copies of those that the target published. */
export const importedProject = (project: Project, target: string): Project => ({
  ...project,
  warehouse: join(project.root, '.c360', 'targets', target, 'warehouse'),
})

interface Importing {
  readonly prepared: Prepared
  readonly target: string
  readonly remote: Remote
  readonly options: RunOptions
  readonly startedAt: number
}

/**
 * Brings the gold of the version that a target has published to this machine, as a version of its own: each table as it stood when the
 * target committed it, whatever runs there meanwhile, with the types and rollups the embedded engine gives it. `unchanged` where
 * it is here already. NOT_FOUND before the first run upon the target; TARGET_*; nothing half-done is ever current.
 */
export async function importTarget(
  prepared: Prepared,
  target: string,
  remote: Remote,
  options: RunOptions = {},
): Promise<RunResult> {
  const startedAt = (options.now ?? Date.now)()
  const importing = { prepared, target, remote, options, startedAt }
  return recorded(prepared.project, options, startedAt, async (run) => {
    run.onEvent({ type: 'started', runId: run.runId })
    const { manifest, outcome } = await newest(importing, run)
    const seconds = ((options.now ?? Date.now)() - startedAt) / 1000
    run.onEvent({ type: 'finished', outcome, seconds, version: manifest.version })
    return {
      runId: run.runId,
      outcome,
      version: manifest.version,
      manifest,
      files: [],
      plan: undefined,
      warnings: prepared.warnings,
      seconds,
    }
  })
}

/** A target that publishes while it is copied is copied again. */
async function newest(importing: Importing, run: Recorded): ReturnType<typeof broughtHere> {
  for (let attempt = 2; attempt <= ATTEMPTS; attempt++)
    try {
      return await broughtHere(importing, run)
    } catch (error) {
      if (!(error instanceof C360Error && error.code === 'OVERTAKEN')) throw error
      run.onEvent({ type: 'overtaken', attempt })
    }
  return broughtHere(importing, run)
}

const ATTEMPTS = 3

async function broughtHere(
  importing: Importing,
  run: Recorded,
): Promise<{ readonly manifest: Manifest; readonly outcome: 'published' | 'unchanged' }> {
  const { remote, target, options, prepared } = importing
  const versions = new Versions(warehouseOf(importedProject(prepared.project, target)))
  await using session = await remote.connect(options.signal)
  const published = async () =>
    (await new TargetVersions(remote, session).published()) ?? nothingThere(target)
  const there = await published()
  const pointer = await versions.pointer(true)
  const current = pointer?.current
  const newest = current && (await versions.manifest(current.latest))
  if (newest && isSame(newest, there, target)) return { manifest: newest, outcome: 'unchanged' }
  const manifest: ImportedManifest = {
    ...ownParts(there),
    version: Math.max(there.version, await versions.next(current?.latest ?? 0)),
    importedFrom: { target, version: there.version, at: new Date(importing.startedAt).toISOString() },
  }
  const candidate = await versions.candidate(run.runId, undefined)
  try {
    await copyGold(importing, run, session, there, candidate).catch(async (error: unknown) => {
      throw (await published()).runId === there.runId ? error : overtakenThere(target)
    })
    // Not every engine remembers what its tables held before: what was read must be what is shown still.
    if ((await published()).runId !== there.runId) throw overtakenThere(target)
    await versions.settle(candidate, manifest)
  } catch (error) {
    for (const path of [candidate, `${candidate}.wal`]) await rm(path, { force: true })
    throw error
  }
  await point(importing, versions, manifest, current, pointer?.tag)
  return { manifest, outcome: 'published' }
}

/** A target that was made anew counts from 1 again: the run tells its versions apart. */
function isSame(newest: Manifest, there: TargetManifest, target: string): boolean {
  const { importedFrom } = newest as Partial<ImportedManifest>
  return importedFrom?.target === target && newest.runId === there.runId
}

/** What only the target itself goes by stays there. */
function ownParts({
  tables: _tables,
  gold: _gold,
  afterwards: _afterwards,
  lake: _lake,
  landing: _landing,
  parent: _parent,
  ...manifest
}: TargetManifest): Manifest {
  return { ...manifest, format: FORMAT }
}

async function copyGold(
  { prepared, remote, options, startedAt }: Importing,
  { runId, onEvent }: Recorded,
  session: Session,
  { gold, models }: TargetManifest,
  candidate: string,
): Promise<void> {
  const { signal } = options
  const types = await goldTypes(prepared)
  const boundary = options.boundary ?? (() => undefined)
  const work: Work = { prepared, options, runId, startedAt, onEvent, boundary }
  await using here = await connect(work, { database: candidate })
  const { dialect } = duckdb
  await here.execute(dialect.createSchemas())
  const names = Object.keys(gold)
  for (const [index, name] of names.entries()) {
    const began = performance.now()
    onEvent({ type: 'step', index: index + 1, of: names.length, name, kind: 'import', why: ['published'] })
    const rows = remote.marks.at(remote.dialect.table('gold', name), gold[name] ?? '')
    const table = dialect.table('gold', name)
    const found = await fill(here, table, types.get(name), session.stream(rows, signal), signal)
    const expected = models[name]?.rows
    if (expected !== undefined && expected !== found) throw incomplete(name, found, expected)
    await boundary('import.table')
    onEvent({ type: 'step_done', index: index + 1, name, seconds: (performance.now() - began) / 1000 })
  }
  await makeRollups(here, dialect, [], options)
  await here.execute(['checkpoint'], signal ? { signal } : {})
}

async function point(
  { prepared, startedAt }: Importing,
  versions: Versions,
  { version }: Manifest,
  current: Current | undefined,
  tag: string | undefined,
): Promise<void> {
  const next = nextCurrent(version, current, { lake: {}, landing: {} })
  await versions.point(next, tag)
  if (current) await versions.dropBetween(current.latest, version)
  await versions.prune(prepared.project.keep, next, startedAt)
  await versions.sweep()
}

function nothingThere(target: string): never {
  throw new C360Error('NOT_FOUND', `Nothing was published in target \`${target}\` yet.`, {
    hint: `Build it first: c360 run --target ${target}.`,
  })
}

const overtakenThere = (target: string): C360Error =>
  new C360Error('OVERTAKEN', `Target \`${target}\` published a newer version while this one was copied.`, {
    hint: 'Nothing was published here; copy it again.',
  })

const incomplete = (model: string, found: number, expected: number): C360Error =>
  new C360Error(
    'CONFLICT',
    `The target gave ${found} rows of ${model}, and its version says ${expected}. Nothing was published here.`,
    { hint: 'Somebody changed the table there: `c360 run --target .. --full-refresh` builds it anew.' },
  )
