import { basename, dirname, join } from 'node:path'
import { duckdb } from '../engines/duckdb/index.ts'
import type { RowBatch, Session } from '../engines/engine.ts'

export type Format = 'table' | 'csv' | 'json' | 'parquet'

export interface QueryOptions {
  readonly database: string
  readonly signal?: AbortSignal
}

type Layout = (
  columns: readonly { title: string; align?: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
) => string

/** At most this many rows are laid out as a table; csv and json have no limit. */
const TABLE_ROWS = 1000

/** The result of one query as text, in chunks. SQL_FAILED carries the engine's own words. */
export async function* queryPublished(
  { database, signal }: QueryOptions,
  query: string,
  format: Exclude<Format, 'parquet'>,
  layout: Layout,
): AsyncIterable<string> {
  await using session = await openSandbox(database)
  const batches = session.stream(query, signal)
  if (format === 'table') yield await asTable(batches, layout)
  else yield* format === 'csv' ? asCsv(batches) : asJson(batches)
}

/** Writes the result to a Parquet file; the query may write no other, and read none. */
export const toParquet = (options: QueryOptions, query: string, out: string): Promise<void> =>
  toFile(options, query, out, 'format parquet, compression zstd')

/** The same as CSV: UTF-8, a header, commas; NULL is an empty field. */
export const toCsv = (options: QueryOptions, query: string, out: string): Promise<void> =>
  toFile(options, query, out, 'format csv, header true')

async function toFile(
  { database, signal }: QueryOptions,
  query: string,
  out: string,
  format: string,
): Promise<void> {
  const { literal } = duckdb.dialect
  await using session = await openSandbox(database, out)
  await session.execute(
    [`copy (\n${query.replace(/[;\s]+$/, '')}\n) to ${literal(out)} (${format})`],
    signal ? { signal } : {},
  )
}

async function openSandbox(database: string, writable?: string): Promise<Session> {
  const session = await duckdb.connect({ database, readOnly: true })
  const { literal } = duckdb.dialect
  await session.execute([
    "set search_path = 'gold,main'",
    ...(writable === undefined
      ? []
      : [`set allowed_paths = [${[writable, replacing(writable)].map(literal).join(', ')}]`]),
    'set enable_external_access = false',
    'set lock_configuration = true',
  ])
  return session
}

/** Where the engine writes first when the file is there already. */
const replacing = (path: string): string => join(dirname(path), `tmp_${basename(path)}`)

async function asTable(batches: AsyncIterable<RowBatch>, layout: Layout): Promise<string> {
  let columns: { title: string; align?: 'left' | 'right' }[] = []
  const rows: string[][] = []
  let total = 0
  for await (const batch of batches) {
    columns = batch.names.map((title, c) => ({
      title,
      align: isNumeric(batch.columns[c]) ? 'right' : 'left',
    }))
    for (let r = 0; r < batch.rows && rows.length < TABLE_ROWS; r++)
      rows.push(batch.columns.map((column) => shown(column[r])))
    total += batch.rows
  }
  const remark = total > rows.length ? `\n... ${total - rows.length} more rows: use --format csv` : ''
  return total === 0 ? '(no rows)\n' : `${layout(columns, rows)}${remark}\n`
}

const isNumeric = (column: readonly unknown[] | undefined): boolean => {
  const value = column?.find((item) => item !== null)
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    (typeof value === 'string' && /^-?\d+\.\d+$/.test(value))
  )
}

const shown = (value: unknown): string => (value === null || value === undefined ? '' : String(value))

async function* asCsv(batches: AsyncIterable<RowBatch>): AsyncIterable<string> {
  let first = true
  for await (const { names, columns, rows } of batches) {
    if (first) yield `${names.map(quoted).join(',')}\n`
    first = false
    const lines: string[] = []
    for (let r = 0; r < rows; r++) lines.push(`${columns.map((column) => csvCell(column[r])).join(',')}\n`)
    yield lines.join('')
  }
}

/** NULL is nothing, an empty text is a pair of quotes. */
const csvCell = (value: unknown): string => (value === null ? '' : value === '' ? '""' : quoted(shown(value)))

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value

async function* asJson(batches: AsyncIterable<RowBatch>): AsyncIterable<string> {
  let separator = '['
  for await (const { names, columns, rows } of batches) {
    for (let r = 0; r < rows; r++) {
      yield `${separator}\n${JSON.stringify(Object.fromEntries(names.map((name, c) => [name, plain(columns[c]?.[r])])))}`
      separator = ','
    }
  }
  yield separator === '[' ? '[]\n' : '\n]\n'
}

const plain = (value: unknown): unknown =>
  typeof value === 'bigint' ? (Number.isSafeInteger(Number(value)) ? Number(value) : String(value)) : value
