import { duckdb } from '../engines/duckdb/index.ts'
import type { Session } from '../engines/engine.ts'
import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { all } from './execute.ts'
import { warehouseOf } from './stores.ts'
import { Versions } from './versions.ts'

/** How one gold table differs between two versions: rows as whole rows, totals per decimal column. */
export interface TableDiff {
  readonly table: string
  /** undefined: the table is not in that version. */
  readonly rows: readonly [before: number | undefined, after: number | undefined]
  readonly removed: number
  readonly added: number
  readonly totals: readonly {
    readonly column: string
    readonly before: string | null
    readonly after: string | null
  }[]
}

interface Columns {
  readonly [table: string]: readonly { readonly name: string; readonly type: string }[]
}

/** Compares gold of two versions (published or candidates). NOT_FOUND names a version that is not there. */
export async function diffVersions(project: Project, before: number, after: number): Promise<TableDiff[]> {
  const folder = new Versions(warehouseOf(project))
  await using session = await duckdb.connect({})
  for (const [name, version] of [
    ['a', before],
    ['b', after],
  ] as const) {
    const path = await folder.fetch(version)
    if (path === undefined) throw new C360Error('NOT_FOUND', `There is no version ${version}.`)
    await session.execute([`attach ${duckdb.dialect.literal(path)} as ${name} (read_only)`])
  }
  const [left, right] = [await goldColumns(session, 'a'), await goldColumns(session, 'b')]
  const tables = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
  const diffs: TableDiff[] = []
  for (const table of tables) diffs.push(await diffTable(session, table, left[table], right[table]))
  return diffs
}

async function goldColumns(session: Session, database: string): Promise<Columns> {
  const rows = await all(
    session,
    `select table_name, column_name, data_type from duckdb_columns() where database_name = '${database}' and schema_name = 'gold' order by table_name, column_index`,
  )
  const tables: Record<string, { name: string; type: string }[]> = {}
  for (const row of rows) {
    const table = String(row.table_name)
    tables[table] = [...(tables[table] ?? []), { name: String(row.column_name), type: String(row.data_type) }]
  }
  return tables
}

async function diffTable(
  session: Session,
  table: string,
  left: Columns[string] | undefined,
  right: Columns[string] | undefined,
): Promise<TableDiff> {
  const { ident } = duckdb.dialect
  const shared = (left ?? []).filter(({ name }) => right?.some((column) => column.name === name))
  const rows = [
    left && (await countRows(session, `a.gold.${ident(table)}`)),
    right && (await countRows(session, `b.gold.${ident(table)}`)),
  ] as const
  if (shared.length === 0) return { table, rows, removed: rows[0] ?? 0, added: rows[1] ?? 0, totals: [] }
  const list = shared.map(({ name }) => ident(name)).join(', ')
  const only = async (from: string, other: string) =>
    Number(
      (
        await all(
          session,
          `select count(*) as n from (select ${list} from ${from}.gold.${ident(table)} except all select ${list} from ${other}.gold.${ident(table)})`,
        )
      )[0]?.n,
    )
  return {
    table,
    rows,
    removed: await only('a', 'b'),
    added: await only('b', 'a'),
    totals: await totals(session, table, shared),
  }
}

const countRows = async (session: Session, table: string): Promise<number> =>
  Number((await all(session, `select count(*) as n from ${table}`))[0]?.n)

/** Money columns whose sum changed. */
async function totals(
  session: Session,
  table: string,
  columns: readonly { name: string; type: string }[],
): Promise<TableDiff['totals']> {
  const { ident } = duckdb.dialect
  const decimals = columns.filter(({ type }) => type.startsWith('DECIMAL'))
  if (decimals.length === 0) return []
  const sums = decimals
    .map(({ name }, index) => `cast(sum(${ident(name)}) as varchar) as s${index}`)
    .join(', ')
  const [a] = await all(session, `select ${sums} from a.gold.${ident(table)}`)
  const [b] = await all(session, `select ${sums} from b.gold.${ident(table)}`)
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return decimals
    .map(({ name }, index) => ({
      column: name,
      before: text(a?.[`s${index}`]),
      after: text(b?.[`s${index}`]),
    }))
    .filter(({ before, after }) => before !== after)
}
