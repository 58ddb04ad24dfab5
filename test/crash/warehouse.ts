import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Current, Manifest } from '../../src/run/versions.ts'

const name = (version: number): string => String(version).padStart(6, '0')
export const databasePath = (warehouse: string, version: number): string =>
  join(warehouse, `${name(version)}.duckdb`)

export async function readCurrent(warehouse: string): Promise<Current | undefined> {
  const text = await readFile(join(warehouse, 'current.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Current)
}

export const readManifest = async (warehouse: string, version: number): Promise<Manifest> =>
  JSON.parse(await readFile(join(warehouse, `${name(version)}.json`), 'utf8')) as Manifest

/** Opens a database as any reader would, and never to write. */
export async function reading<T>(
  path: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '1' })
  const connection = await instance.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

export const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> =>
  (await connection.runAndReadAll(sql)).getRowObjectsJS()

/** Rows and a digest of every silver and gold table of the current version; the id of the run is no part of it. */
export async function contents(warehouse: string): Promise<Record<string, string>> {
  const current = await readCurrent(warehouse)
  if (!current) throw new Error(`nothing is published in ${warehouse}`)
  return reading(databasePath(warehouse, current.version), async (connection) => {
    const tables = await rowsOf(
      connection,
      `select schema_name || '.' || table_name as t, bool_or(column_name = '_run_id') as stamped
       from duckdb_columns() where schema_name in ('silver', 'gold') group by 1 order by 1`,
    )
    const queries = tables.map(({ t, stamped }) => {
      const columns = stamped ? '* exclude (_run_id)' : '*'
      return `select '${t}' as t, count(*) || ' rows ' || coalesce(sum(hash(r)::hugeint), 0) as d from (select ${columns} from ${t}) r`
    })
    const digests = await rowsOf(connection, queries.join(' union all '))
    return Object.fromEntries(digests.map(({ t, d }) => [String(t), String(d)]))
  })
}

/** Every file below a folder. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return files.map((path) => relative(folder, path)).sort()
}

/** Every file below a folder with the hash of its content. */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const hashed = (await listFiles(folder)).map(async (path) => {
    const hash = createHash('sha256')
    hash.update(await readFile(join(folder, path)))
    return [path, hash.digest('hex')] as const
  })
  return Object.fromEntries(await Promise.all(hashed))
}

const lasting = [
  /^c360\.yaml$/,
  /^(contracts|landing|landing\.manifest|models)\//,
  /^warehouse\/(\d{6}\.(duckdb|json)|current\.json)$/,
  /^lake\/bronze\/[a-z_]+\/(\d{6}-[\w-]+\.parquet|_delta_log\/(\d{20}(\.checkpoint\.parquet|\.json)|_last_checkpoint))$/,
  /^\.c360\/(runs\/[\w-]+\.jsonl|cache\/models\.json)$/,
  // Named so that nobody reads or lists them, and made for a moment; a kill in that moment leaves a few bytes.
  /^\.c360\/lock\.\d+\.\w+$|_delta_log\/\.tmp-[\w-]+(\.parquet)?$/,
]

/** What lies in a project and should not when no run is at work: temporary files, candidates, Parquet that no commit names. */
export async function leftovers(project: string): Promise<string[]> {
  const files = await listFiles(project)
  const strange = files.filter((path) => !lasting.some((pattern) => pattern.test(path)))
  const versions = new Set(files.flatMap((path) => /^warehouse\/(\d{6})\.duckdb$/.exec(path)?.[1] ?? []))
  const lone = files.filter((path) => {
    const version = /^warehouse\/(\d{6})\.json$/.exec(path)?.[1]
    return version !== undefined && !versions.has(version)
  })
  return [...strange, ...lone, ...(await uncommitted(project, files))]
}

async function uncommitted(project: string, files: readonly string[]): Promise<string[]> {
  const commits = files.filter((path) => /_delta_log\/\d{20}\.json$/.test(path))
  const named = new Set<string>()
  for (const commit of commits) {
    const table = commit.slice(0, commit.indexOf('_delta_log/'))
    for (const line of (await readFile(join(project, commit), 'utf8')).trim().split('\n')) {
      const { add } = JSON.parse(line) as { add?: { path: string } }
      if (add) named.add(table + decodeURIComponent(add.path))
    }
  }
  return files.filter((path) => /^lake\/.*\/\d{6}-[^/]*\.parquet$/.test(path) && !named.has(path))
}
