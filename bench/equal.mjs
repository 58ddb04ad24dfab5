import { DuckDBInstance } from '@duckdb/node-api'
import { modelNames, silverNames } from './script/gold.mjs'

/** Silver columns that only one side has. */
const OWN = ['_source_file', '_row_number', '_delivery', '_run_id']

/** Throws, naming every difference, unless both warehouses hold the same gold, silver and quarantine. */
export async function assertEqual(ours, theirs) {
  const database = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await database.connect()
  const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows()
  await connection.run(`attach '${ours}' as a (read_only); attach '${theirs}' as b (read_only)`)
  const different = []
  const compare = async (name, select) => {
    const [[onlyA, onlyB, count]] = await rows(
      `select (select count(*) from (${select('a')} except all ${select('b')})), (select count(*) from (${select('b')} except all ${select('a')})), (select count(*) from (${select('b')}))`,
    )
    if (onlyA > 0n || onlyB > 0n) different.push(`${name}: ${onlyA} rows only in c360, ${onlyB} only in the other, of ${count}`)
    return count
  }
  for (const name of modelNames) {
    const columns = (await rows(`select column_name from duckdb_columns() where database_name = 'a' and schema_name = 'gold' and table_name = '${name}' order by column_index`)).map(([column]) => `"${column}"`)
    await compare(`gold.${name}`, (side) => `select ${columns.join(', ')} from ${side}.gold.${name}`)
  }
  for (const name of silverNames) {
    const columns = (await rows(`select column_name from duckdb_columns() where database_name = 'b' and schema_name = 'silver' and table_name = '${name}'`)).map(([column]) => column).filter((column) => !OWN.includes(column))
    await compare(`silver.${name}`, (side) => `select ${columns.join(', ')} from ${side}.silver.${name}`)
  }
  const held = await compare('quarantine', (side) => `select source, _source_file, _row_number, reasons, raw from ${side}.silver.quarantine`)
  connection.closeSync()
  database.closeSync()
  if (different.length > 0) throw new Error(`The outputs differ:\n${different.join('\n')}`)
  return { tables: modelNames.length + silverNames.length, held: Number(held) }
}
