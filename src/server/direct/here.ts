import { duckdb } from '../../engines/duckdb/index.ts'
import type { RowBatch, Session } from '../../engines/engine.ts'
import { fill } from '../../run/target/fill.ts'
import { type Columns, typeName } from '../../sql/types.ts'

/** The embedded engine in memory, for the few rows that another one answered with. It reads no file. */
export async function openHere(): Promise<Session> {
  const session = await duckdb.connect({ threads: 1, memory: '256MB' })
  await session.execute(['set enable_external_access = false', ...duckdb.dialect.createSchemas()])
  return session
}

/** Puts rows into a table, with the types the embedded engine would give its columns; nothing asked is an empty table. */
export async function putHere(
  session: Session,
  table: string,
  columns: Columns | undefined,
  batches: readonly RowBatch[],
): Promise<void> {
  if (batches.length === 0) return session.execute([emptySql(table, columns ?? [])])
  await fill(session, table, columns, each(batches))
}

const emptySql = (table: string, columns: Columns): string =>
  `create table ${table} (${columns.map(([name, type]) => `${duckdb.dialect.ident(name)} ${typeName(type)}`).join(', ')})`

async function* each(batches: readonly RowBatch[]): AsyncIterable<RowBatch> {
  yield* batches
}
