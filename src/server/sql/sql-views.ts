import { randomBytes } from 'node:crypto'
import { dialect } from '../../engines/duckdb/dialect.ts'
import { silverFields } from '../../plan/stage.ts'
import type { Prepared } from '../../run/prepare.ts'
import { type Contacts, maskedSql } from '../people/contacts.ts'
import type { Hosted } from '../projects/hosted.ts'
import type { Lease } from '../reading/snapshot.ts'

/** A column of silver or gold as the published version has it. */
export interface StoredColumn {
  readonly name: string
  readonly type: string
}

export interface StoredTable {
  readonly schema: 'silver' | 'gold'
  readonly name: string
  readonly rows: number | null
  readonly columns: readonly StoredColumn[]
}

/** The tables of silver and gold in a version. */
export const storedTables = (lease: Lease): Promise<readonly StoredTable[]> =>
  lease.once('stored tables', async () => {
    const never = new AbortController().signal
    const columns = await lease.rows(
      `select schema_name as s, table_name as t, column_name as c, data_type as d from duckdb_columns()
       where database_name = current_database() and schema_name in ('silver', 'gold') order by s, t, column_index`,
      never,
    )
    const sizes = await lease.rows(
      `select schema_name as s, table_name as t, estimated_size as n from duckdb_tables() where database_name = current_database()`,
      never,
    )
    const rows = new Map(sizes.map(({ s, t, n }) => [`${s}.${t}`, Number(n)]))
    const tables = new Map<string, { schema: 'silver' | 'gold'; name: string; columns: StoredColumn[] }>()
    for (const { s, t, c, d } of columns) {
      const key = `${s}.${t}`
      const table = tables.get(key) ?? {
        schema: s === 'gold' ? 'gold' : 'silver',
        name: String(t),
        columns: [],
      }
      table.columns.push({ name: String(c), type: String(d) })
      tables.set(key, table)
    }
    return [...tables].map(([key, table]) => ({ ...table, rows: rows.get(key) ?? null }))
  })

const TECHNICAL = new Set(['_source_file', '_row_number', '_delivery', '_run_id'])
/** Columns of the tables that belong to no source; all but `raw` are counts, names of sources and reasons. */
const OF_THE_RUN = new Set(['quarantine', '_fates', '_held'])

/**
 * Which columns are hidden in SQL: contacts, the raw texts of held-back rows, and whatever the project does not know any more (a version
 * may be older than its contracts).
 */
export async function hiddenColumns(
  hosted: Hosted,
): Promise<(table: StoredTable, column: string) => boolean> {
  const prepared = await hosted.prepared()
  const contacts = await hosted.contacts()
  return (table, column) =>
    (table.schema === 'gold' ? inGold : inSilver)(prepared, contacts, table.name, column)
}

function inGold({ catalogue }: Prepared, contacts: Contacts, table: string, column: string): boolean {
  const model = catalogue.find(({ name }) => name.toLowerCase() === table.toLowerCase())
  const known = model?.columns.some(({ name }) => name.toLowerCase() === column.toLowerCase())
  return !known || contacts.isContact(table, column)
}

function inSilver({ project }: Prepared, contacts: Contacts, table: string, column: string): boolean {
  if (OF_THE_RUN.has(table)) return column === 'raw'
  const contract = project.contracts.find(({ source }) => source === table)
  if (contract && TECHNICAL.has(column)) return false
  if (!contract || !silverFields(contract).includes(column)) return true
  return contacts.isContact(`silver.${table}`, column)
}

/** What the sandbox shows of a version, and the secret that its masks are made with. */
export interface SandboxViews {
  readonly statements: readonly string[]
  /** `gold.customer_360`. */
  readonly tables: readonly string[]
  readonly secret: string
}

/**
 * Views with the names of the tables over the attached version `published`. A hidden value keeps a mark that is the same wherever the
 * value is the same, so that duplicates and joins can be looked for without reading it.
 */
export function sandboxViews(
  tables: readonly StoredTable[],
  isHidden: ((table: StoredTable, column: string) => boolean) | undefined,
): SandboxViews {
  const secret = randomBytes(24).toString('hex')
  const views = tables.map((table) => {
    const list = table.columns.map(({ name }) => {
      const x = dialect.ident(name)
      if (!isHidden?.(table, name)) return x
      return `${name === 'raw' ? `case when ${x} is not null then '***' end` : marked(name, secret)} as ${x}`
    })
    const at = `${dialect.ident(table.schema)}.${dialect.ident(table.name)}`
    return `create view ${at} as select ${list.join(', ')} from published.${at}`
  })
  return {
    statements: ['create schema silver', 'create schema gold', ...views],
    tables: tables.map(({ schema, name }) => `${schema}.${name}`),
    secret,
  }
}

const marked = (name: string, secret: string): string =>
  `${maskedSql(dialect, name)} || ' #' || left(sha256(${dialect.literal(secret)} || cast(${dialect.ident(name)} as varchar)), 12)`
