import { dialect as d } from '../../engines/duckdb/dialect.ts'
import type { RowBatch, Session } from '../../engines/engine.ts'
import type { Columns } from '../../sql/types.ts'
import { typeHere } from './gold-types.ts'

/** Cells written at a time: a statement of a few megabytes. */
const CELLS = 100_000

/**
 * Makes a table of the embedded engine from rows that another engine sends, each column with the type the embedded engine would
 * give it; returns how many rows. Values go by their texts, so that no decimal, day or 64-bit number changes on the way.
 */
export async function fill(
  session: Session,
  table: string,
  columns: Columns | undefined,
  batches: AsyncIterable<RowBatch>,
  signal?: AbortSignal,
): Promise<number> {
  const own = signal ? { signal } : {}
  let rows = 0
  let types: readonly string[] | undefined
  for await (const batch of batches) {
    if (types === undefined) {
      types = batch.names.map((name, c) => typeHere(columns, name, batch.types[c] ?? ''))
      const list = batch.names.map((name, c) => `${d.ident(spelled(columns, name))} ${types?.[c]}`)
      await session.execute([`create table ${table} (${list.join(', ')})`], own)
    }
    const step = Math.max(1, Math.floor(CELLS / Math.max(1, batch.names.length)))
    for (let from = 0; from < batch.rows; from += step)
      await session.execute([insertSql(table, types, batch, from, from + step)], own)
    rows += batch.rows
  }
  return rows
}

/** Some engines answer in capitals. */
function spelled(columns: Columns | undefined, name: string): string {
  const known = columns?.find(([own]) => own.toLowerCase() === name.toLowerCase())
  return known?.[0] ?? (/[a-z]/.test(name) ? name : name.toLowerCase())
}

/** One list of texts per column, unnested side by side. */
function insertSql(
  table: string,
  types: readonly string[],
  { columns }: RowBatch,
  from: number,
  to: number,
): string {
  const lists = columns.map((column, c) => {
    const texts = JSON.stringify(column.slice(from, to).map(textOf))
    return `unnest(from_json(${d.literal(texts)}, '["VARCHAR"]')) as c${c}`
  })
  const casts = types.map((type, c) => `cast(c${c} as ${type})`)
  return `insert into ${table} select ${casts.join(', ')} from (select ${lists.join(', ')})`
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : value instanceof Date ? value.toISOString() : String(value)
