import type { z } from 'zod'
import { C360Error } from '../../errors.ts'
import type { Query } from '../../semantic/types.ts'
import type { Scope, ServerContext } from '../context.ts'
import { audienceSql } from '../people/customers.ts'
import { answer } from '../reading/answers.ts'
import { orderBy, shownTable } from '../reading/gold-table.ts'
import type { Lease } from '../reading/snapshot.ts'
import { type ColumnType, columnType } from '../reading/tables.ts'
import type { exportRequest } from '../schemas/data.ts'
import { type Condition, condition } from '../schemas/people.ts'
import { query } from '../schemas/query.ts'
import { askSql } from '../sql/sql-service.ts'

export interface ExportColumn {
  readonly name: string
  readonly type: ColumnType
}

/** What an export has in it, before anything of a file format. */
export interface ExportSource {
  /** For the audit: a kind or a table, never a value. */
  readonly subject: string
  readonly rows: number
  readonly isMasked: boolean
  /** The SELECT, where the version itself can answer it whole; absent for rows that are in memory already. */
  readonly sql?: string
  columns(): Promise<readonly ExportColumn[]>
  /** Rows in batches, values as the engine has them. */
  batches(): AsyncIterable<readonly (readonly unknown[])[]>
}

export type ExportRequest = z.infer<typeof exportRequest>

export interface Exporting {
  readonly server: ServerContext
  readonly scope: Scope
  readonly lease: Lease
}

/** USAGE for a question that cannot be asked, NOT_FOUND for a table that is not there. */
export async function exportSource(
  exporting: Exporting,
  { what, reveal = false }: ExportRequest,
): Promise<ExportSource> {
  switch (what.kind) {
    case 'query':
      return fromQuery(exporting, checked(query, what.query) as Query)
    case 'sql':
      return fromSql(exporting, what.sql, reveal)
    case 'gold':
      return fromGold(exporting, what.table, reveal)
    case 'customers':
      return fromCustomers(exporting, checked(condition.array(), what.conditions), reveal)
    default:
      return what satisfies never
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new C360Error('USAGE', 'What is to be exported is not as the API takes it.', {
    hint: 'See /api/docs.',
  })
}

async function fromQuery({ server, scope, lease }: Exporting, asked: Query): Promise<ExportSource> {
  const { columns, rows } = await answer(lease, asked, {
    signal: scope.signal,
    closing: server.closing,
    metrics: server.metrics,
  })
  return inMemory(
    'query',
    rows,
    false,
    columns.map(({ name, kind }) => ({
      name,
      type: kind === 'measure' || kind === 'before' ? 'decimal' : 'text',
    })),
  )
}

async function fromSql({ scope, lease }: Exporting, sql: string, reveal: boolean): Promise<ExportSource> {
  scope.permit('sql')
  const asked = { sql, limit: MOST_SQL_ROWS, plan: false, reveal }
  const { table } = await askSql(scope.project(), lease, asked, scope.signal)
  return inMemory(
    'sql',
    table.rows,
    table.columns.some(({ masked }) => masked),
    table.columns,
  )
}

/** As many as the sandbox gives. */
const MOST_SQL_ROWS = 10_000

const inMemory = (
  subject: string,
  rows: readonly (readonly unknown[])[],
  isMasked: boolean,
  columns: readonly ExportColumn[],
): ExportSource => ({
  subject,
  rows: rows.length,
  isMasked,
  columns: async () => columns,
  async *batches() {
    yield rows
  },
})

async function fromGold({ scope, lease }: Exporting, table: string, reveal: boolean): Promise<ExportSource> {
  const hosted = scope.project()
  const contacts = await hosted.contacts()
  const shown = await shownTable(lease, await hosted.prepared(), contacts, table, {
    reveal,
    signal: scope.signal,
  })
  const sql = `select ${shown.list} from gold."${table}" t${orderBy(shown, contacts, undefined, false)}`
  return fromVersion(lease, scope, sql, {
    subject: table,
    rows: lease.manifest.models[table]?.rows ?? 0,
    isMasked: shown.isMasked,
  })
}

async function fromCustomers(
  { scope, lease }: Exporting,
  conditions: readonly Condition[],
  reveal: boolean,
): Promise<ExportSource> {
  const hosted = scope.project()
  const shown = await shownTable(lease, await hosted.prepared(), await hosted.contacts(), 'customer_360', {
    reveal,
    signal: scope.signal,
  })
  const sql = audienceSql(shown, conditions)
  const [counted] = await lease.rows(`select count(*) as n from (${sql})`, scope.signal)
  return fromVersion(lease, scope, sql, {
    subject: 'customers',
    rows: Number(counted?.n),
    isMasked: shown.isMasked,
  })
}

function fromVersion(
  lease: Lease,
  { signal }: Scope,
  sql: string,
  facts: Pick<ExportSource, 'subject' | 'rows' | 'isMasked'>,
): ExportSource {
  return {
    ...facts,
    sql,
    async columns() {
      for await (const { names, types } of lease.stream(`select * from (${sql}) limit 0`, signal))
        return names.map((name, c) => ({ name, type: columnType(types[c] ?? '') }))
      return []
    },
    async *batches() {
      for await (const { columns, rows } of lease.stream(sql, signal))
        yield Array.from({ length: rows }, (_, r) => columns.map((column) => column[r]))
    },
  }
}
