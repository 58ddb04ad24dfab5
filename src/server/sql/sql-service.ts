import type { Prepared } from '../../run/prepare.ts'
import type { Hosted } from '../projects/hosted.ts'
import type { Lease } from '../reading/snapshot.ts'
import type { SandboxAnswer, SandboxQuestion } from './sql-messages.ts'
import { SqlSandbox } from './sql-sandbox.ts'
import { hiddenColumns, type StoredTable, sandboxViews, storedTables } from './sql-views.ts'

/** A project keeps at most one sandbox per way of showing contacts, of the version asked last. */
interface Kept {
  readonly key: string
  readonly prepared: Prepared
  readonly sandbox: SqlSandbox
}

const kept = new WeakMap<Hosted, { masked?: Kept; clear?: Kept }>()

export interface SqlAsked extends SandboxQuestion {
  /** Contacts in clear. */
  readonly reveal: boolean
}

/** Asks the leased version; failures as `SqlSandbox.ask`. Columns that hold masks say so. */
export async function askSql(
  hosted: Hosted,
  lease: Lease,
  { reveal, ...question }: SqlAsked,
  signal: AbortSignal,
): Promise<SandboxAnswer> {
  const prepared = await hosted.prepared()
  const tables = await storedTables(lease)
  const isHidden = await hiddenColumns(hosted)
  const sandbox = sandboxFor(hosted, prepared, lease, tables, reveal ? undefined : isHidden)
  const answer = await sandbox.ask(question, signal)
  return reveal
    ? answer
    : { ...answer, table: { ...answer.table, columns: withMasks(answer, tables, isHidden) } }
}

function sandboxFor(
  hosted: Hosted,
  prepared: Prepared,
  lease: Lease,
  tables: readonly StoredTable[],
  isHidden: ((table: StoredTable, column: string) => boolean) | undefined,
): SqlSandbox {
  const mine = kept.get(hosted) ?? {}
  kept.set(hosted, mine)
  const way = isHidden ? 'masked' : 'clear'
  const known = mine[way]
  // A changed contract may say that a column is personal: the views are made anew.
  if (known?.key === lease.database && known.prepared === prepared) return known.sandbox
  known?.sandbox.close()
  const sandbox = new SqlSandbox({ database: lease.database, ...sandboxViews(tables, isHidden) })
  mine[way] = { key: lease.database, prepared, sandbox }
  return sandbox
}

/** Ends the sandboxes of a project. */
export function closeSql(hosted: Hosted): void {
  const mine = kept.get(hosted)
  mine?.masked?.sandbox.close()
  mine?.clear?.sandbox.close()
  kept.delete(hosted)
}

function withMasks(
  { table, tables: asked }: SandboxAnswer,
  tables: readonly StoredTable[],
  isHidden: (table: StoredTable, column: string) => boolean,
) {
  const hidden = new Set(
    tables
      .filter(({ schema, name }) => asked.includes(`${schema}.${name}`.toLowerCase()))
      .flatMap((found) => found.columns.map(({ name }) => name).filter((name) => isHidden(found, name))),
  )
  return table.columns.map((column) => (hidden.has(column.name) ? { ...column, masked: true } : column))
}
