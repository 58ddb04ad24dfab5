import type { RowBatch } from '../engines/engine.ts'
import type { Side } from './side.ts'

/** The only row of a query, by position: engines spell the names of columns differently. */
export async function onlyRow(
  { session }: Pick<Side, 'session'>,
  sql: string,
  signal?: AbortSignal,
): Promise<readonly unknown[]> {
  let row: readonly unknown[] = []
  for await (const { columns, rows } of session.stream(sql, signal))
    if (rows > 0) row = columns.map((column) => column[0])
  return row
}

/** The rows of a query, by position, a batch at a time. */
export async function* rowsOf(
  { session }: Pick<Side, 'session'>,
  sql: string,
  signal?: AbortSignal,
): AsyncIterable<readonly unknown[]> {
  for await (const { columns, rows } of session.stream(sql, signal))
    for (let r = 0; r < rows; r++) yield columns.map((column) => column[r])
}

export interface EngineColumn {
  readonly name: string
  readonly type: string
}

/** The columns of a table in its order, with the engine's words for their types. */
export async function columnsOf(side: Side, table: string, signal?: AbortSignal): Promise<EngineColumn[]> {
  let first: RowBatch | undefined
  for await (const batch of side.session.stream(`select * from ${side.table(table)} where 1 = 0`, signal))
    first ??= batch
  return (first?.names ?? []).map((name, index) => ({ name, type: first?.types[index] ?? '' }))
}
