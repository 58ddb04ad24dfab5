import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import type { Remote } from '../../src/engines/engine.ts'
import { sparkTarget } from '../../src/engines/spark/sql-target.ts'
import { all } from '../../src/run/execute.ts'
import { publishedDatabase } from '../../src/run/history.ts'
import type { Prepared } from '../../src/run/prepare.ts'
import { warehouseOf } from '../../src/run/stores.ts'
import { goldTypes } from '../../src/run/target/gold-types.ts'
import { type TargetManifest, TargetVersions } from '../../src/run/target/state.ts'
import { Versions } from '../../src/run/versions.ts'

/**
 * Gives a Spark that reads this machine's files the gold that the embedded engine published, as a run upon it would leave
 * it: typed Delta tables, marks, views and a version. A whole run takes ten times as long.
 */
export async function publishOnSpark(
  prepared: Prepared,
  remote: Remote,
  folder: string,
  version = 1,
): Promise<TargetManifest> {
  const { project } = prepared
  const { path } = await publishedDatabase(project)
  const versions = new Versions(warehouseOf(project))
  const manifest = await versions.manifest((await versions.current())?.version ?? 0)
  if (!manifest) throw new Error('the embedded engine has published nothing')
  const types = await goldTypes(prepared)
  await mkdir(folder, { recursive: true })
  await using here = await duckdb.connect({ database: path, readOnly: true })
  await using there = await remote.connect()
  const { dialect: d, marks } = remote
  if (!('read' in marks)) throw new Error('this is for Spark')
  const state = new TargetVersions(remote, there)
  await state.read()
  await there.execute(remote.showing)
  const gold: Record<string, string> = {}
  for (const [name, columns] of types) {
    const file = join(folder, `${version}-${name}.parquet`)
    const wide = columns.map(([column, type]) =>
      type.kind === 'integer' && type.bits === 128
        ? `cast("${column}" as bigint) as "${column}"`
        : `"${column}"`,
    )
    await here.execute([`copy (select ${wide.join(', ')} from gold."${name}") to '${file}'`])
    const casts = columns.map(([column, type]) => {
      const own = d.ident(column)
      return `cast(${own} as ${sparkTarget.type(type)}) as ${own}`
    })
    const table = d.table('gold', name)
    await there.execute(d.tableAs(table, `select ${casts.join(', ')} from parquet.\`${file}\``))
    const [row = {}] = await all(there, marks.read(table))
    gold[name] = marks.of(row)
    await there.execute(d.viewAs(remote.shown(name), marks.at(table, gold[name] ?? '')))
  }
  const runId = `there-${version}`
  const made: TargetManifest = {
    ...manifest,
    version,
    runId,
    tables: {},
    gold,
    afterwards: [],
    lake: {},
    landing: {},
  }
  await state.claim(runId, version)
  await state.commit(made)
  await state.shown(made)
  return made
}
