import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { dialect } from '../engines/duckdb/dialect.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error, type Problem } from '../errors.ts'
import { openTable } from '../lake/table.ts'
import type { LakeTable, Snapshot } from '../lake/types.ts'
import type { PlannedModel } from '../plan/types.ts'
import type { Project } from '../project/types.ts'
import { all } from './execute.ts'
import { columnsOf } from './export-columns.ts'
import { signatures } from './export-signature.ts'
import { withoutValues } from './masked.ts'
import { lakeOf } from './stores.ts'
import type { Manifest, Versions } from './versions.ts'
import { connectTo } from './work.ts'

/** What the export needs of a run, or of the command that does it without one. */
export interface ExportWork {
  readonly prepared: { readonly project: Project; readonly models: readonly PlannedModel[] }
  readonly versions: Pick<Versions, 'fetch' | 'current'>
  readonly options?: { readonly signal?: AbortSignal }
}

export interface Exported {
  readonly table: string
  readonly outcome: 'written' | 'unchanged' | 'overtaken' | 'failed'
  readonly rows?: number
  readonly problem?: Problem
}

const APP = 'c360-export'

/**
 * Brings silver and gold in the lake in line with a published version, as far as `lake_export` asks for it: each table that
 * changed is overwritten by one commit. Nothing is thrown: what failed is told as a warning, and as the state is in the
 * tables themselves, the next publication makes up for it. While a version is pinned nothing is written: the tables stay
 * as the readers of the pinned version know them.
 */
export async function exportLayers(work: ExportWork, manifest: Manifest): Promise<readonly Problem[]> {
  if (work.prepared.project.lakeExport.length === 0) return []
  try {
    if ((await work.versions.current())?.pinned) return []
    const done = await exportVersion(work, manifest)
    return done.flatMap(({ problem }) => (problem ? [problem] : []))
  } catch (error) {
    return [failure('silver and gold', error)]
  }
}

/** The same with what became of each table. `force`: also over a later version's tables, as after a rollback. */
export async function exportVersion(
  { prepared: { project, models }, versions, options = {} }: ExportWork,
  manifest: Manifest,
  force = false,
): Promise<readonly Exported[]> {
  const { signal } = options
  const database = await versions.fetch(manifest.version, signal ? { signal } : {})
  if (database === undefined)
    throw new C360Error('VERSION_GONE', `Version ${manifest.version} is not there any more.`)
  await using session = await connectTo(project, { database, readOnly: true })
  const done: Exported[] = []
  for (const [table, signature] of signatures(project, models, manifest)) {
    const task: Task = { project, session, table, signature, manifest, force, ...(signal ? { signal } : {}) }
    done.push(
      await exportTable(task).catch((error: unknown) => ({
        table,
        outcome: 'failed' as const,
        problem: failure(table, error),
      })),
    )
  }
  return done
}

function failure(table: string, error: unknown): Problem {
  const known = withoutValues(error)
  const message = known instanceof C360Error ? known.message : String(known)
  return {
    code: 'export_failed',
    severity: 'warn',
    message: `${table} in the lake is not up to date: ${message}`,
    hint: 'The version is published all the same. The next publication tries again, or `c360 lake export` does at once.',
  }
}

interface Task {
  readonly project: Project
  readonly session: Session
  /** For example `gold/dim_customers`. */
  readonly table: string
  readonly signature: string
  readonly manifest: Manifest
  readonly force: boolean
  readonly signal?: AbortSignal
}

async function exportTable(task: Task): Promise<Exported> {
  const { project, session, table, signature, manifest } = task
  const store = lakeOf(project)
  const lake = openTable(store, table, session)
  const before = await lake.snapshot().catch(unreadable)
  if (before && isCurrent(before, signature)) return { table, outcome: 'unchanged' }
  const made = Date.parse(manifest.createdAt)
  const newest = before?.transactions.get(APP) ?? 0
  if (newest > made && !task.force) return { table, outcome: 'overtaken' }
  const version = Math.max(made, newest + 1)
  const { rows, committed } = await overwrite(task, lake, { version, after: newest })
  return committed ? { table, outcome: 'written', rows } : { table, outcome: 'overtaken' }
}

/** Of a table whose columns another program made into something we do not read, the overwrite says better what is wrong. */
function unreadable(error: unknown): undefined {
  if (error instanceof C360Error && error.code === 'LAKE_UNSUPPORTED') return undefined
  throw error
}

/** Ours, whole, and made from the same: a file another program has written says nothing of the kind. */
const isCurrent = ({ files }: Snapshot, signature: string): boolean =>
  files.length === 1 && files[0]?.tags.signature === signature

async function overwrite(
  { project, session, table, signature, manifest, signal }: Task,
  lake: LakeTable,
  txn: { readonly version: number; readonly after: number },
): Promise<{ rows: number; committed: boolean }> {
  const store = lakeOf(project)
  const columns = await columnsOf(session, table)
  const path = `${table}/${String(manifest.version).padStart(6, '0')}-${randomUUID()}.parquet`
  const file = store.file(path)
  const stop = signal ? { signal } : {}
  await mkdir(dirname(file), { recursive: true })
  const select = `select ${columns.map(({ sql, name }) => `${sql} as ${dialect.ident(name)}`).join(', ')} from ${fromOf(table)}`
  try {
    await session.execute(
      [
        'set preserve_insertion_order = false',
        `copy (${select}) to ${dialect.literal(file)} (format parquet, compression zstd)`,
      ],
      stop,
    )
    const size = await store.upload(path, file, stop)
    const [counted] = await all(session, `select count(*) as n from ${dialect.readParquet([file])}`, signal)
    const rows = Number(counted?.n ?? 0)
    const tags = { signature, version: String(manifest.version), runId: manifest.runId }
    const { committed } = await lake.overwrite({
      columns: columns.map(({ sql: _, ...column }) => column),
      files: [{ path: path.slice(table.length + 1), size, rows, tags, modified: Date.now() }],
      txn: { appId: APP, ...txn },
    })
    if (!committed) await store.remove(path)
    else await store.release(path)
    return { rows, committed }
  } catch (error) {
    if (error instanceof C360Error && error.code === 'SQL_FAILED') await rm(file, { force: true })
    throw error
  }
}

const fromOf = (table: string): string => table.split('/').map(dialect.ident).join('.')
