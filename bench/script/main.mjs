// The same job as a hand-written DuckDB script: node main.mjs full|more LANDING OUT THREADS MEMORY
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { ratioMacro } from '../../dist/sql/ratio.js'
import { gold, goldSetup } from './gold.mjs'
import { sources } from './sources.mjs'
import { fullLoad, increment, toBronze } from './stage.mjs'

const [mode, landing, out, threads, memory] = process.argv.slice(2)
mkdirSync(join(out, 'bronze'), { recursive: true })
const database = await DuckDBInstance.create(':memory:', {
  threads,
  memory_limit: memory,
  temp_directory: join(out, 'spill'),
})
const connection = await database.connect()
const all = async (statements) => {
  for (const statement of statements) await connection.run(statement)
}

// A file made from nothing needs no log; one that is in use, and changed in place, does.
const options = mode === 'full' ? "(recovery_mode 'no_wal_writes')" : ''
await all([
  "set TimeZone = 'UTC'",
  `attach '${join(out, 'warehouse.duckdb')}' as warehouse ${options}`,
  'use warehouse',
  ...['silver', 'conformed', 'rules', 'gold'].map((name) => `create schema if not exists ${name}`),
  'create table if not exists silver.quarantine (source varchar, _source_file varchar, _row_number bigint, reasons varchar, raw varchar)',
  ratioMacro(),
])
await (mode === 'full' ? loadAll() : loadMore())
connection.closeSync()
database.closeSync()

async function loadAll() {
  for (const source of sources)
    await all([toBronze(source, join(landing, `${source.file}.csv`), 1, parquetOf(source, 1))])
  await all(['set preserve_insertion_order = false'])
  for (const source of sources) await all(fullLoad(source, parquetOf(source, 1)))
  await all([...goldSetup, "set search_path = 'gold,main'", ...gold(false), 'checkpoint'])
}

async function loadMore() {
  const arrived = sources.filter(({ file }) => existsSync(join(landing, `${file}-2.csv`)))
  for (const source of arrived)
    await all([toBronze(source, join(landing, `${source.file}-2.csv`), 2, parquetOf(source, 2))])
  await all(['set preserve_insertion_order = false'])
  for (const source of arrived) await all(increment(source, parquetOf(source, 2)))
  await all(["set search_path = 'gold,main'", ...gold(true), 'checkpoint'])
}

function parquetOf({ name }, delivery) {
  return join(out, 'bronze', `${name}-${delivery}.parquet`)
}
