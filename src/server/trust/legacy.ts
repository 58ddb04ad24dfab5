import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error } from '../../errors.ts'
import { warehouseOf } from '../../run/stores.ts'
import { Versions } from '../../run/versions.ts'
import { helperOf } from '../helper/helper.ts'
import type { TaskResult } from '../helper/helper-worker.ts'
import { RequestPool } from '../http/requests.ts'
import type { Hosted } from '../projects/hosted.ts'

export interface LegacyFile {
  /** Relative to the project. */
  readonly file: string
  readonly name: string
}

export type ReconcileReport = TaskResult<'reconcile'>

/** The views in the project's folder `legacy`. Links are no files: what they point to may lie elsewhere. */
export async function legacyFiles(root: string): Promise<LegacyFile[]> {
  const entries = await readdir(join(root, 'legacy'), { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() && /\.sql$/i.test(entry.name))
    .map(({ name }) => ({ file: `legacy/${name}`, name: name.replace(/\.sql$/i, '') }))
    .sort((a, b) => a.file.localeCompare(b.file))
}

const MOST_BYTES = 1024 * 1024
const REPORTS = 32

/** One at a time: a view runs over the whole of silver. */
const turns = new RequestPool({ parallel: 1, queue: 4 })
const reports = new WeakMap<Hosted, Map<string, ReconcileReport>>()

/** The report on one of the listed files; remembered for as long as version, view and project stay as they are. */
export async function reconciled(
  hosted: Hosted,
  file: string,
  signal: AbortSignal,
): Promise<ReconcileReport> {
  const known = (await legacyFiles(hosted.root)).find((legacy) => legacy.file === file)
  if (!known) throw new C360Error('NOT_FOUND', 'There is no such view in the folder `legacy`.')
  const path = join(hosted.root, known.file)
  if ((await stat(path)).size > MOST_BYTES)
    throw new C360Error('TOO_LARGE', 'The file is too large for a view.')
  const text = await readFile(path, 'utf8')
  const prepared = await hosted.prepared()
  const current = await new Versions(warehouseOf(prepared.project)).current()
  const models = prepared.models.map(({ name, hash }) => [name, hash])
  const key = createHash('sha256')
    .update(JSON.stringify([current?.version, file, text, models, prepared.project.contracts]))
    .digest('hex')
  const mine = reports.get(hosted) ?? new Map<string, ReconcileReport>()
  reports.set(hosted, mine)
  const before = mine.get(key)
  if (before) return before
  const report = await turns.run(signal, () => helperOf(hosted.root).do('reconcile', { text, file }, signal))
  mine.set(key, report)
  for (const old of [...mine.keys()].slice(0, -REPORTS)) mine.delete(old)
  return report
}
