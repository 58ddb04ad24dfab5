import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { duckdbTarget } from '../../src/engines/duckdb/sql-target.ts'
import type { Remote, Session } from '../../src/engines/engine.ts'
import { prepare } from '../../src/run/prepare.ts'
import { warehouseOf } from '../../src/run/stores.ts'
import { Versions } from '../../src/run/versions.ts'
import { printed } from '../../src/sql/print.ts'

/** Statements that are being answered now, and all that were asked. */
export interface Load {
  active: number
  most: number
  readonly asked: string[]
  cancelled: number
}

/**
 * A target whose engine is the embedded one, in a file of its own: SQL goes through printer, marks and `_versions` as to any
 * target, and costs milliseconds. Spark, for real, is in test/engines.
 */
export interface There {
  readonly remote: Remote
  /** Shows readers what the project's embedded engine has published, as this version of the target. */
  publish(version: number): Promise<void>
  readonly load: Load
  /** While set, questions wait for it. */
  hold: Promise<void> | undefined
}

/** Adds target `there` to a project that has run. */
export async function there(root: string): Promise<There> {
  const config = await readFile(join(root, 'c360.yaml'), 'utf8')
  await writeFile(
    join(root, 'c360.yaml'),
    `${config}\ntargets:\n  there: { engine: spark, host: there.invalid, port: 10001 }\n`,
  )
  let file = ''
  const load: Load = { active: 0, most: 0, asked: [], cancelled: 0 }
  const state: { hold: Promise<void> | undefined } = { hold: undefined }
  const remote: Remote = {
    engine: 'spark',
    where: 'the place there',
    dialect: { ...dialect, table: (layer, name) => `${layer}_there.${dialect.ident(name)}` },
    shown: (model) => `gold_there.${dialect.ident(model)}`,
    showing: [],
    marks: {
      read: (table) => `select 1 as mark from ${table}`,
      of: () => '1',
      restore: () => [],
      at: (table) => `select * from ${table}`,
    },
    print: (query, table, columns) => printed(query, duckdbTarget, table, columns),
    connect: async () => watched(await duckdb.connect({ database: file, readOnly: true }), load, state),
    loadFiles: () => Promise.reject(new Error('not here')),
    load: () => Promise.reject(new Error('not here')),
  }
  return {
    remote,
    load,
    get hold() {
      return state.hold
    },
    set hold(promise) {
      state.hold = promise
    },
    async publish(version) {
      const next = join(root, `there-${version}.duckdb`)
      await copyOf(root, next, version)
      file = next
    },
  }
}

async function copyOf(root: string, file: string, version: number): Promise<void> {
  const { project } = await prepare(root)
  const versions = new Versions(warehouseOf(project))
  const current = (await versions.current())?.version ?? 0
  const manifest = await versions.manifest(current)
  if (!manifest) throw new Error('nothing published')
  const gold = Object.keys(manifest.models)
  const row = {
    ...manifest,
    version,
    runId: `there-${version}`,
    tables: {},
    gold: Object.fromEntries(gold.map((name) => [name, '1'])),
    afterwards: [],
    lake: {},
    landing: {},
  }
  await using session = await duckdb.connect({ database: file })
  await session.execute([
    ...dialect.createSchemas(),
    'create schema gold_there',
    'create schema bronze_there',
    `attach ${dialect.literal(versions.database(current))} as published (read_only)`,
    ...gold.map((name) => `create table gold_there."${name}" as from published.gold."${name}"`),
    `create table bronze_there._versions as select ${version} as version, 'there-${version}' as run_id, 'published' as status, 'h' as host, '' as since, ${dialect.literal(JSON.stringify(row))} as manifest`,
    'detach published',
    'checkpoint',
  ])
}

export function watched(session: Session, load: Load, state: { hold: Promise<void> | undefined }): Session {
  return {
    execute: (statements, options) => session.execute(statements, options),
    async *stream(sql, signal) {
      load.asked.push(sql)
      load.active++
      load.most = Math.max(load.most, load.active)
      try {
        if (state.hold) await Promise.race([state.hold, aborted(signal)])
        yield* session.stream(sql, signal)
      } catch (error) {
        if (signal?.aborted) load.cancelled++
        throw error
      } finally {
        load.active--
      }
    },
    [Symbol.asyncDispose]: async () => session[Symbol.asyncDispose](),
  }
}

const aborted = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
