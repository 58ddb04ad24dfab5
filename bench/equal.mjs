import { DuckDBInstance } from '@duckdb/node-api'
import { modelNames, silverNames } from './script/gold.mjs'

/** Silver columns that say how a row came, not what it is. */
const TECHNICAL = ['_source_file', '_row_number', '_delivery']

/**
 * Throws, naming every table that differs, unless `theirs` holds the same gold, silver and quarantine as c360's `ours`:
 * every row, every column, every reason and raw value. Gives what was compared.
 */
export async function assertEqual(ours, theirs) {
  const database = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await database.connect()
  const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows()
  await connection.run(`attach '${ours}' as a (read_only); attach '${theirs}' as b (read_only)`)
  const different = []
  for (const { name, columns } of await comparisons(rows)) {
    const [[here, there]] = await rows(difference(name, columns.join(', ')))
    if (here > 0n || there > 0n) different.push(`${name}: ${here} rows only in ours, ${there} only in theirs`)
  }
  const [[sales, held]] = await rows(
    'select (select count(*) from a.gold.fact_transactions), (select count(*) from a.silver.quarantine)',
  )
  connection.closeSync()
  database.closeSync()
  if (sales === 0n || held === 0n)
    different.push('nothing was compared: there are no sales or no quarantined rows')
  if (different.length > 0) throw new Error(`${ours} and ${theirs} differ:\n${different.join('\n')}`)
  return { tables: modelNames.length + silverNames.length, held: Number(held) }
}

/** Gold by c360's columns, silver by the other's, which has no more than the values. */
async function comparisons(rows) {
  const columnsOf = async (side, schema, table) =>
    (
      await rows(
        `select column_name from duckdb_columns() where database_name = '${side}' and schema_name = '${schema}' and table_name = '${table}'`,
      )
    ).map(([column]) => column)
  const list = [
    { name: 'silver.quarantine', columns: ['source', '_source_file', '_row_number', 'reasons', 'raw'] },
  ]
  for (const name of modelNames)
    list.push({ name: `gold.${name}`, columns: await columnsOf('a', 'gold', name) })
  for (const name of silverNames) {
    const columns = await columnsOf('b', 'silver', name)
    list.push({ name: `silver.${name}`, columns: columns.filter((column) => !TECHNICAL.includes(column)) })
  }
  return list
}

const difference = (name, columns) => {
  const [a, b] = ['a', 'b'].map((side) => `select ${columns} from ${side}.${name}`)
  return `select (select count(*) from (${a} except all ${b})), (select count(*) from (${b} except all ${a}))`
}
