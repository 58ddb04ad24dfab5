import type { DeliveryFiles, RowBatch, Session } from '../engine.ts'
import { cancelled } from '../statement.ts'

/** A column to be filled: its name in the table, and the engine's type. */
export interface LoadColumn {
  readonly name: string
  readonly type: string
}

/** Rows by column, in the order of the columns to be filled; values as a session streams them. */
export type Rows = Pick<RowBatch, 'columns' | 'rows'>

/**
 * Appends rows to a table without any storage both sides can see: as JSON inside statements of about 8 MB each. `table` is
 * quoted. Returns how many. What was sent before a failure stays in the
 * table, a statement whole or not at all.
 */
export async function loadRows(
  session: Session,
  table: string,
  columns: readonly LoadColumn[],
  batches: AsyncIterable<Rows>,
  signal?: AbortSignal,
): Promise<number> {
  const pack = new Pack()
  let rows = 0
  const send = async () => {
    const statement = insertOf(table, columns, pack.taken())
    await session.execute([statement], signal ? { signal } : {})
  }
  for await (const batch of batches) {
    for (let row = 0; row < batch.rows; row++) {
      pack.add(rowText(batch, row))
      if (pack.isFull) await send()
    }
    rows += batch.rows
    if (signal?.aborted) throw cancelled()
  }
  if (!pack.isEmpty) await send()
  return rows
}

/**
 * Appends a delivery's rows from Parquet files that the engine itself can read; `urls` are in its words (abfss://.., file:/..).
 * Columns go by name, one that a file lacks is NULL. One statement, one commit.
 */
export async function loadFiles(
  session: Session,
  table: string,
  columns: readonly LoadColumn[],
  { urls, delivery }: DeliveryFiles,
  signal?: AbortSignal,
): Promise<void> {
  if (urls.length === 0) return
  const selects: string[] = []
  for (const url of urls)
    selects.push(`${await fileSelect(session, columns, url, signal)} WHERE \`_delivery\` = ${delivery}`)
  const into = `INSERT INTO ${table} (${columns.map(({ name }) => ident(name)).join(', ')})`
  await session.execute([`${into} ${selects.join(' UNION ALL ')}`], signal ? { signal } : {})
}

async function fileSelect(
  session: Session,
  columns: readonly LoadColumn[],
  url: string,
  signal?: AbortSignal,
): Promise<string> {
  const from = `FROM parquet.${ident(url)}`
  let names: readonly string[] = []
  for await (const batch of session.stream(`SELECT * ${from} LIMIT 0`, signal)) names = batch.names
  const known = new Set(names.map((name) => name.toLowerCase()))
  const items = columns.map(
    ({ name, type }) => `CAST(${known.has(name.toLowerCase()) ? ident(name) : 'NULL'} AS ${type})`,
  )
  return `SELECT ${items.join(', ')} ${from}`
}

const ident = (name: string): string => `\`${name.replaceAll('`', '``')}\``

/** Bytes of JSON in one literal, and in one statement: several literals are read by several threads. */
const LITERAL = 1_000_000
const STATEMENT = 8_000_000

/** Rows as JSON arrays of texts, gathered into literals. */
class Pack {
  private full: string[] = []
  private open: string[] = []
  private openSize = 0
  private size = 0

  add(row: string): void {
    if (this.openSize > 0 && this.openSize + row.length > LITERAL) this.shut()
    this.open.push(row)
    this.openSize += row.length + 1
    this.size += row.length + 1
  }

  get isFull(): boolean {
    return this.size >= STATEMENT
  }

  get isEmpty(): boolean {
    return this.size === 0
  }

  /** The literals so far; the pack is empty then. */
  taken(): readonly string[] {
    this.shut()
    const literals = this.full
    this.full = []
    this.size = 0
    return literals
  }

  private shut(): void {
    if (this.open.length > 0) this.full.push(`r'[${this.open.join(',')}]'`)
    this.open = []
    this.openSize = 0
  }
}

/** Inside a raw literal nothing is escaped, so that JSON's own backslashes stay; `'` would end it, and `${` may mean a variable. */
const rowText = ({ columns }: Rows, row: number): string =>
  JSON.stringify(columns.map((column) => textOf(column[row])))
    .replaceAll("'", '\\u0027')
    .replaceAll('$', '\\u0024')

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value)

/**
 * The literals are rows of a relation, not an argument: a constant would be folded, printed and serialized by the planner, which
 * takes longer than all the rest.
 */
function insertOf(table: string, columns: readonly LoadColumn[], literals: readonly string[]): string {
  const items = columns.map(({ type }, index) => `CAST(r[${index}] AS ${type})`)
  const rows = `SELECT explode(from_json(j, 'array<array<string>>', map('mode', 'FAILFAST'))) AS r FROM VALUES ${literals.map((one) => `(${one})`).join(', ')} AS v(j)`
  return `INSERT INTO ${table} (${columns.map(({ name }) => ident(name)).join(', ')}) SELECT ${items.join(', ')} FROM (${rows})`
}
