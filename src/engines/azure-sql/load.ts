import { C360Error } from '../../errors.ts'
import type { FieldType } from '../../model/types.ts'
import type { LoadInto, RowBatch, Session } from '../engine.ts'
import { ident } from './names.ts'
import { AzureSqlSession } from './session.ts'
import { collated } from './sql-casts.ts'
import { fieldTypes } from './tables.ts'
import { parseTimestamp } from './times.ts'

const STAGE = '#c360_stage'

/** Rows sent at a time: a batch of these and the driver's copy of it are in memory. */
const STAGE_ROWS = 20_000

/**
 * Adds rows to a table, all or none: they go in bulk to a temporary table of texts, and from there, converted, where they
 * belong. Returns how many.
 */
export async function loadRows(
  session: Session,
  { table, columns }: LoadInto,
  batches: AsyncIterable<RowBatch>,
  signal?: AbortSignal,
): Promise<number> {
  if (!(session instanceof AzureSqlSession))
    throw new C360Error('INTERNAL', 'Rows are loaded by a session of Azure SQL.')
  const own = signal ? { signal } : {}
  const names = columns.map((_, place) => `c${place}`)
  const values = columns.map(([, type], place) => fromText(names[place] ?? '', type))
  const move = [
    `insert into ${table} with (tablock) (${columns.map(([name]) => ident(name)).join(', ')}) select ${values.join(', ')} from ${STAGE}`,
    `truncate table ${STAGE}`,
  ]
  return session.transaction(async () => {
    await session.execute(
      [`create table ${STAGE} (${names.map((name) => `${name} nvarchar(max) null`).join(', ')})`],
      own,
    )
    let rows = 0
    let stage = session.textTable(STAGE, names)
    const send = async () => {
      await session.bulk(stage, signal)
      await session.execute(move, own)
      stage = session.textTable(STAGE, names)
    }
    for await (const batch of batches) {
      for (let row = 0; row < batch.rows; row++) {
        stage.rows.add(...batch.columns.map((column) => textOf(column[row])))
        if (stage.rows.length >= STAGE_ROWS) await send()
      }
      rows += batch.rows
    }
    if (stage.rows.length > 0) await send()
    await session.execute([`drop table ${STAGE}`], own)
    return rows
  })
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : value instanceof Date ? value.toISOString() : String(value)

function fromText(name: string, type: FieldType): string {
  const text = `cast(${collated(name)} as varchar(max))`
  if (type === 'text') return text
  return type === 'timestamp' ? parseTimestamp(text, [], 'UTC') : `convert(${fieldTypes[type]}, ${name})`
}
