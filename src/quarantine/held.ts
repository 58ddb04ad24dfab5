import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import { all } from '../run/execute.ts'
import type { Dialect } from '../sql/dialect.ts'

/** A held-back row: where it lies, why, and its raw texts by source column. */
export interface HeldRow {
  /** `<source>/<delivery>/<row>`: how commands name it. */
  readonly id: string
  readonly source: string
  readonly file: string
  readonly delivery: number
  readonly row: number
  readonly reasons: readonly { readonly column: string | null; readonly reason: string }[]
  readonly raw: Readonly<Record<string, string | null>>
}

export interface ReasonCount {
  readonly source: string
  readonly reason: string
  readonly column: string | null
  readonly rows: number
  /** Sum of the amounts held back, as decimal text; null where the source has none. */
  readonly valueHeld: string | null
}

export interface HeldFilter {
  readonly source?: string
  readonly reason?: string
  /** With `reason`: the column it is about; empty for a whole record. */
  readonly column?: string
  readonly limit?: number
  readonly offset?: number
}

/** Whatever reads a published version. */
type Reader = Pick<Session, 'stream'>

const exploded = `(select q.*, unnest(from_json(reasons, '[{"column":"VARCHAR","reason":"VARCHAR"}]')) as why from silver.quarantine q)`

/** Reasons by rows held and by value held, largest first. A row with two reasons counts under both. */
export async function reasonCounts(session: Reader): Promise<ReasonCount[]> {
  const rows = await all(
    session,
    `select source, why.reason as reason, why."column" as "column", count(*) as n, cast(sum(amount) as varchar) as held
     from ${exploded} group by all order by n desc, source, reason, "column"`,
  )
  return rows.map((row) => ({
    source: String(row.source),
    reason: String(row.reason),
    column: row.column === null ? null : String(row.column),
    rows: Number(row.n),
    valueHeld: row.held === null ? null : String(row.held),
  }))
}

/** Rows in the order of their files. */
export async function heldRows(session: Reader, d: Dialect, filter: HeldFilter): Promise<HeldRow[]> {
  const limit = filter.limit === undefined ? '' : `limit ${filter.limit}`
  const offset = filter.offset === undefined ? '' : `offset ${filter.offset}`
  const sql = `select * from silver.quarantine ${whereOf(d, filter)} order by source, _delivery, _row_number ${limit} ${offset}`
  return (await all(session, sql)).map(heldRow)
}

/** How many rows a filter leaves, whatever its limit. */
export async function heldCount(session: Reader, d: Dialect, filter: HeldFilter): Promise<number> {
  const [row] = await all(session, `select count(*) as n from silver.quarantine ${whereOf(d, filter)}`)
  return Number(row?.n ?? 0)
}

/** All rows held back, and the sum of the amounts that could be read, as exact text. */
export async function heldTotal(session: Reader): Promise<{ rows: number; value: string | null }> {
  const [row] = await all(
    session,
    'select count(*) as n, cast(sum(amount) as varchar) as held from silver.quarantine',
  )
  return { rows: Number(row?.n ?? 0), value: row?.held == null ? null : String(row.held) }
}

function whereOf(d: Dialect, { source, reason, column }: HeldFilter): string {
  const about = column === undefined ? '' : `{"column":${column === '' ? 'null' : JSON.stringify(column)},`
  const conditions = [
    ...(source === undefined ? [] : [`source = ${d.literal(source)}`]),
    ...(reason === undefined
      ? []
      : [`contains(reasons, ${d.literal(`${about}"reason":${JSON.stringify(reason)}`)})`]),
  ]
  return conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''
}

/** `customers/1/17` -> source, delivery, row. USAGE when it is no such id. */
export function parseRowId(id: string): Pick<HeldRow, 'source' | 'delivery' | 'row'> {
  const [, source, delivery, row] = /^([a-z][a-z0-9_]*)\/(\d+)\/(\d+)$/.exec(id) ?? []
  if (source === undefined)
    throw new C360Error('USAGE', `\`${id}\` is not the id of a row.`, {
      hint: 'Ids look like `customers/1/17`: see `c360 quarantine list`.',
    })
  return { source, delivery: Number(delivery), row: Number(row) }
}

/** Rows by their ids, in one look. USAGE for a malformed id, NOT_FOUND naming those that are not held back. */
export async function heldRowsByIds(
  session: Reader,
  d: Dialect,
  ids: readonly string[],
): Promise<readonly HeldRow[]> {
  const keys = ids
    .map(parseRowId)
    .map(({ source, delivery, row }) => `(${d.literal(source)}, ${delivery}, ${row})`)
  const rows = await all(
    session,
    `select * from silver.quarantine where (source, _delivery, _row_number) in (${keys.join(', ')})`,
  )
  const byId = new Map(rows.map(heldRow).map((row) => [row.id, row]))
  const missing = ids.filter((id) => !byId.has(id))
  if (missing.length > 0)
    throw new C360Error(
      'NOT_FOUND',
      `Not held back in this version: ${missing.map((id) => `\`${id}\``).join(', ')}.`,
    )
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** One row by its id. USAGE for a malformed id, NOT_FOUND when it is not held back. */
export async function heldRowById(session: Reader, d: Dialect, id: string): Promise<HeldRow> {
  const { source, delivery, row } = parseRowId(id)
  const where = `source = ${d.literal(source)} and _delivery = ${delivery} and _row_number = ${row}`
  const found = await all(session, `select * from silver.quarantine where ${where}`)
  if (!found[0]) throw new C360Error('NOT_FOUND', `No row \`${id}\` is held back in the published version.`)
  return heldRow(found[0])
}

const heldRow = (row: Record<string, unknown>): HeldRow => ({
  id: `${row.source}/${row._delivery}/${row._row_number}`,
  source: String(row.source),
  file: String(row._source_file),
  delivery: Number(row._delivery),
  row: Number(row._row_number),
  reasons: JSON.parse(String(row.reasons)) as HeldRow['reasons'],
  raw: JSON.parse(String(row.raw)) as HeldRow['raw'],
})

/** Rows as CSV: id, source, file, row, reasons, then every raw column that occurs. A leading = + - @ is disarmed for spreadsheets. */
export function heldCsv(rows: readonly HeldRow[]): string {
  const columns = [...new Set(rows.flatMap(({ raw }) => Object.keys(raw)))]
  const lines = rows.map((row) => [
    row.id,
    row.source,
    row.file,
    String(row.row),
    row.reasons.map(({ column, reason }) => (column === null ? reason : `${column}: ${reason}`)).join('; '),
    ...columns.map((column) => row.raw[column] ?? ''),
  ])
  return [['id', 'source', 'file', 'row', 'reasons', ...columns], ...lines]
    .map((line) => `${line.map(csvCell).join(',')}\n`)
    .join('')
}

function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) && !/^[+-]?\d+(\.\d+)?$/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
