import { relative } from 'node:path'
import { parity } from '../engines/duckdb/parity.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import { rowsOf } from '../parity/ask.ts'
import type { OpenSide, Side } from '../parity/side.ts'
import type { Project } from '../project/types.ts'
import { publishedDatabase } from '../run/history.ts'
import { warehouseOf } from '../run/stores.ts'
import { type Manifest, Versions } from '../run/versions.ts'
import { connectTo } from '../run/work.ts'

/** Opens `local` (the published version) and `local@N`. NOT_FOUND for any other name, and for a version that is not there. */
export const openSideOf =
  (project: Project): OpenSide =>
  async (name) => {
    const [local, version] = /^local(?:@(\d+))?$/.exec(name) ?? []
    if (local === undefined)
      throw new C360Error('NOT_FOUND', `There is no place \`${name}\` to compare.`, {
        hint: 'Places are `local` (the published version) and `local@N` (a version of `c360 runs`).',
      })
    return localSide(project, name, version === undefined ? undefined : Number(version))
  }

async function localSide(project: Project, name: string, version: number | undefined): Promise<Side> {
  const { path, manifest } = await databaseOf(project, version)
  const session = await connectTo(project, { database: path, readOnly: true })
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
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  }
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
