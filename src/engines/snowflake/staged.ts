import type { Dialect } from '../../sql/dialect.ts'
import type { DeliveryFiles, LoadInto, Session } from '../engine.ts'
import { ident, literal } from './literals.ts'

/**
 * Adds a delivery's rows from Parquet files behind an external stage: one statement, by names, and what a file lacks is NULL.
 * No row passes through this program.
 */
export async function loadStaged(
  session: Session,
  { table, columns }: LoadInto,
  { urls, delivery }: DeliveryFiles,
  dialect: Dialect,
  signal?: AbortSignal,
): Promise<void> {
  if (urls.length === 0) return
  const format = dialect.table('work', 'c360_parquet')
  const items = columns.map(([name, type]) => `$1:${inRow(name)}::${dialect.type(type)}`)
  const selects = urls.map(
    (url) =>
      `select ${items.join(', ')} from ${quoted(url)} (file_format => ${literal(format)}) where $1:"_delivery"::number = ${delivery}`,
  )
  await session.execute(
    [
      `create file format if not exists ${format} type = parquet use_logical_type = true`,
      `insert into ${table} (${columns.map(([name]) => ident(name)).join(', ')}) ${selects.join(' union all ')}`,
    ],
    signal ? { signal } : {},
  )
}

/** The file's own spelling of a column. */
const inRow = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A stage with a path, which may hold spaces. */
const quoted = (url: string): string => literal(url)
