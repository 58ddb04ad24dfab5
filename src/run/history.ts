import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import type { RunEvent } from './events.ts'
import { type LockOptions, withLock } from './lock.ts'
import { warehouseOf } from './stores.ts'
import { type Current, type Manifest, Versions } from './versions.ts'

export interface VersionInfo {
  readonly manifest: Manifest
  readonly state: 'current' | 'newest' | 'kept' | 'candidate'
}

/** Versions on disk, newest first. */
export async function listVersions(
  project: Project,
): Promise<{ current: Current | undefined; versions: VersionInfo[] }> {
  const folder = new Versions(warehouseOf(project))
  const current = await folder.current()
  const versions: VersionInfo[] = []
  for (const number of await folder.list()) {
    const manifest = await folder.manifest(number)
    if (manifest) versions.push({ manifest, state: stateOf(number, current) })
  }
  return { current, versions }
}

function stateOf(version: number, current: Current | undefined): VersionInfo['state'] {
  if (!current || version > current.latest) return 'candidate'
  if (version === current.version) return 'current'
  return version === current.latest ? 'newest' : 'kept'
}

/** Makes an older version current and keeps it so until `unpin`; runs go on publishing newer ones behind it. */
export async function rollback(project: Project, version: number, lock: LockOptions = {}): Promise<void> {
  await change(project, lock, `rollback to ${version}`, async (folder, current) => {
    if (
      !(await folder.manifest(version)) ||
      !(await folder.list()).includes(version) ||
      version > current.latest
    )
      throw new C360Error('NOT_FOUND', `There is no published version ${version}.`)
    return { ...current, version, pinned: true }
  })
}

/** Back to the newest version. */
export async function unpin(project: Project, lock: LockOptions = {}): Promise<Current> {
  return change(project, lock, 'unpin', async (_, current) => ({
    ...current,
    version: current.latest,
    pinned: false,
  }))
}

function change(
  project: Project,
  lock: LockOptions,
  what: string,
  next: (folder: Versions, current: Current) => Promise<Current>,
): Promise<Current> {
  return withLock(join(project.root, '.c360'), `c360 ${what}`, lock, async () => {
    const folder = new Versions(warehouseOf(project))
    const pointer = await folder.pointer()
    if (!pointer?.current)
      throw new C360Error('NOT_FOUND', 'Nothing was published yet.', { hint: 'Run `c360 run` first.' })
    const changed = await next(folder, pointer.current)
    await folder.point(changed, pointer.tag)
    return changed
  })
}

export interface LoggedRun {
  readonly runId: string
  readonly at: string
  readonly outcome: string
  readonly seconds?: number
  readonly message?: string
}

/** The newest runs of the ledger, newest first: what they came to. Unreadable lines are passed over. */
export async function recentRuns(project: Project, limit: number): Promise<LoggedRun[]> {
  const folder = join(project.root, '.c360', 'runs')
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.jsonl')).sort()
  return Promise.all(
    files
      .slice(-limit)
      .reverse()
      .map((name) => loggedRun(folder, name)),
  )
}

async function loggedRun(folder: string, name: string): Promise<LoggedRun> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => '')
  const events = text.split('\n').flatMap((line) => parseEvent(line))
  const runId = name.slice(0, -'.jsonl'.length)
  const at = events[0]?.at ?? ''
  const last = events.at(-1)
  if (last?.type === 'finished') return { runId, at, outcome: last.outcome, seconds: last.seconds }
  if (last?.type === 'failed') return { runId, at, outcome: last.code, message: last.message }
  return { runId, at, outcome: 'interrupted' }
}

function parseEvent(line: string): (RunEvent & { at: string })[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as RunEvent & { at: string }]
  } catch {
    return []
  }
}

/** The version's database on this machine. WAREHOUSE_DAMAGED when a published one is not where versions lie. */
export async function databaseOf(folder: Versions, version: number): Promise<string> {
  const path = await folder.fetch(version)
  if (path === undefined) throw folder.missing(version)
  return path
}

/** The version readers open now. NOT_FOUND before the first run. */
export async function publishedDatabase(
  project: Project,
): Promise<{ version: number; path: string; manifest: Manifest }> {
  const folder = new Versions(warehouseOf(project))
  const current = await folder.current()
  const manifest = current && (await folder.manifest(current.version))
  if (!current || !manifest)
    throw new C360Error('NOT_FOUND', 'Nothing was published yet.', { hint: 'Run `c360 run` first.' })
  return { version: current.version, path: await databaseOf(folder, current.version), manifest }
}
