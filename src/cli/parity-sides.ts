import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parity } from '../engines/duckdb/parity.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import { rowsOf } from '../parity/ask.ts'
import type { OpenSide, Side } from '../parity/side.ts'
import type { Project } from '../project/types.ts'
import { publishedDatabase } from '../run/history.ts'
import { warehouseOf } from '../run/stores.ts'
import { type Manifest, Versions } from '../run/versions.ts'

/** Opens `local` (the published version), `local@N` and targets. NOT_FOUND for any other name, and for a version that is not there. */
export const openSideOf =
  (project: Project): OpenSide =>
  async (name) => {
    const [local, version] = /^local(?:@(\d+))?$/.exec(name) ?? []
    if (local === undefined && name in project.targets) {
      const { targetSide } = await import('./parity-target.ts')
      return targetSide(project, name)
    }
    if (local === undefined)
      throw new C360Error('NOT_FOUND', `There is no place \`${name}\` to compare.`, {
        hint: 'Places are `local` (the published version), `local@N` (a version of `c360 runs`) and the targets of c360.yaml.',
      })
    return localSide(project, name, version === undefined ? undefined : Number(version))
  }

async function localSide(project: Project, name: string, version: number | undefined): Promise<Side> {
  const { path, manifest } = await databaseOf(project, version)
  const scratch = await scratchIn(project.root)
  const session = await connected(project, path, scratch)
  const url = new Versions(warehouseOf(project)).url(manifest.version)
  const inside = relative(project.root, url)
  return {
    name,
    engine: 'duckdb',
    place: url.includes('://') || inside.startsWith('..') ? url : inside,
    session,
    dialect: parity,
    tables: (signal) => goldTables(session, signal),
    table: (table) => `gold.${parity.ident(table)}`,
    // A version never changes once it was made.
    state: async () => ({ version: manifest.version, runId: manifest.runId, builtAt: manifest.createdAt }),
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]()
      if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** A folder of its own for what does not fit into memory; none where the project cannot be written to. */
async function scratchIn(root: string): Promise<string | undefined> {
  const folder = join(root, '.c360', 'tmp')
  return mkdir(folder, { recursive: true })
    .then(() => mkdtemp(join(folder, 'parity-')))
    .catch(() => undefined)
}

/** Two sides are open at once: each has half of the memory. */
async function connected(
  { memory, threads }: Project,
  database: string,
  scratch: string | undefined,
): Promise<Session> {
  const { duckdb } = await import('../engines/duckdb/index.ts')
  const half = memory?.replace(/^[\d.]+/, (amount) => String(Number(amount) / 2))
  return duckdb.connect({
    database,
    readOnly: true,
    ...(scratch === undefined ? {} : { scratch }),
    ...(half === undefined ? {} : { memory: half }),
    ...(threads === undefined ? {} : { threads }),
  })
}

async function databaseOf(
  project: Project,
  version: number | undefined,
): Promise<{ path: string; manifest: Manifest }> {
  if (version === undefined) return publishedDatabase(project)
  const versions = new Versions(warehouseOf(project))
  const manifest = await versions.manifest(version)
  const path = manifest && (await versions.fetch(version))
  if (!manifest || path === undefined) throw new C360Error('NOT_FOUND', `There is no version ${version}.`)
  return { path, manifest }
}

async function goldTables(session: Session, signal?: AbortSignal): Promise<string[]> {
  const sql =
    "select table_name from information_schema.tables where table_schema = 'gold' and table_catalog = current_database()"
  const names: string[] = []
  for await (const [name] of rowsOf({ session }, sql, signal)) names.push(String(name))
  return names
}
