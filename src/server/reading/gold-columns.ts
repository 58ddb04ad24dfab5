import { dialect as d } from '../../engines/duckdb/dialect.ts'
import { C360Error } from '../../errors.ts'
import { typeName } from '../../sql/types.ts'
import type { Lease, Live } from './snapshot.ts'
import { type ColumnType, columnType } from './tables.ts'

export interface GoldColumn {
  readonly name: string
  readonly type: ColumnType
  /** The engine's own word for the type. */
  readonly engineType: string
}

/** The columns a table of gold has in this very version. NOT_FOUND when it has no such table. */
export async function goldColumns(lease: Lease, table: string, signal: AbortSignal): Promise<GoldColumn[]> {
  const all = await lease.once('gold columns', async () =>
    lease.live ? typedColumns(lease.live) : readColumns(lease, signal),
  )
  const columns = all.get(table)
  if (!columns)
    throw new C360Error('NOT_FOUND', 'There is no such table in gold.', { hint: 'See /api/tables.' })
  return columns
}

const typedColumns = ({ types }: Live): Map<string, GoldColumn[]> =>
  new Map(
    [...types].map(([table, columns]) => [
      table,
      columns.map(([name, type]) => ({ name, type: columnType(typeName(type)), engineType: typeName(type) })),
    ]),
  )

async function readColumns(lease: Lease, signal: AbortSignal): Promise<Map<string, GoldColumn[]>> {
  const rows = await lease.rows(
    `select table_name, column_name, data_type from duckdb_columns() where schema_name = ${d.literal('gold')} and database_name = current_database() order by table_name, column_index`,
    signal,
  )
  const tables = new Map<string, GoldColumn[]>()
  for (const { table_name, column_name, data_type } of rows) {
    const list = tables.get(String(table_name)) ?? []
    list.push({
      name: String(column_name),
      type: columnType(String(data_type)),
      engineType: String(data_type),
    })
    tables.set(String(table_name), list)
  }
  return tables
}
