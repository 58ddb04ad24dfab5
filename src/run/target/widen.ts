import type { LoadInto, RowBatch, Session } from '../../engines/engine.ts'
import type { Dialect } from '../../sql/dialect.ts'

/** Adds to a table the columns it lacks: files of later deliveries may have more than those before. */
export async function widen(
  session: Session,
  d: Dialect,
  into: LoadInto,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const [{ names } = { names: [] }] = await first(session, `select * from ${into.table} where 1 = 0`, signal)
  const known = new Set(names.map((name) => name.toLowerCase()))
  const missing = into.columns.filter(([name]) => !known.has(name.toLowerCase()))
  if (missing.length > 0) await session.execute([d.addColumns(into.table, missing)], signal ? { signal } : {})
}

async function first(session: Session, sql: string, signal?: AbortSignal): Promise<RowBatch[]> {
  const batches: RowBatch[] = []
  for await (const batch of session.stream(sql, signal)) batches.push(batch)
  return batches
}
