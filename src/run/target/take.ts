import type { EngineFiles } from '../../engines/files.ts'
import type { Delivery } from '../../plan/types.ts'
import type { FileOutcome } from '../events.ts'
import { all } from '../execute.ts'
import { unchanged } from '../look.ts'
import { landingOf } from '../stores.ts'
import { signalOf } from '../work.ts'
import type { Reading } from './ingest.ts'
import type { FoundFile } from './look.ts'

interface Taken {
  readonly outcome: FileOutcome
  /** Absent where the file changed while it was read; then none of its rows stay. */
  readonly delivery?: Delivery
}

/** Has the engine add a file's records to bronze, and counts them: they must be those of the first look, numbered 1 to n. */
export async function take(
  context: Reading,
  files: EngineFiles,
  { landed, file, fields, stretches, names, delivery, remarks }: FoundFile,
  table: string,
): Promise<Taken> {
  const { session, runId, startedAt, prepared } = context
  const { source } = landed.contract
  const { path, rows } = delivery
  const own = signalOf(context)
  const about = { source, path }
  const into = {
    table,
    columns: names,
    delivery: delivery.delivery,
    ...{ path, runId, loadedAt: new Date(startedAt).toISOString() },
  }
  if (rows > 0) await session.execute([files.bring(file, fields, stretches, into)], own)
  const found = rows > 0 ? await countOf(context, table, delivery) : { good: true, malformed: 0 }
  if (!found.good || !(await unchanged(landingOf(prepared.project), landed.entry))) {
    await session.execute([`delete from ${table} where _delivery = ${delivery.delivery}`], own)
    return { outcome: { ...about, outcome: 'changed_while_read' } }
  }
  const { malformed } = found
  return {
    delivery: { ...delivery, malformed },
    outcome: { ...about, outcome: 'delivered', delivery: delivery.delivery, rows, malformed, ...remarks },
  }
}

async function countOf(
  context: Reading,
  table: string,
  { delivery, rows }: Delivery,
): Promise<{ good: boolean; malformed: number }> {
  const sum = 'cast(sum(cast(_row_number as decimal(38,0))) as string)'
  const query = `select count(*) as n, count(_raw_error) as malformed, min(_row_number) as low, max(_row_number) as high, ${sum} as total from ${table} where _delivery = ${delivery}`
  const [row = {}] = await all(context.session, query, signalOf(context).signal)
  const total = (BigInt(rows) * BigInt(rows + 1)) / 2n
  const good =
    Number(row.n) === rows &&
    Number(row.low) === 1 &&
    Number(row.high) === rows &&
    BigInt(String(row.total ?? 0)) === total
  return { good, malformed: Number(row.malformed) }
}
