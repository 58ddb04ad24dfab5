import type { Dialect } from '../sql/dialect.ts'

export type EngineName = 'duckdb'

/** What an engine can do, as data: the planner reads it, nobody asks for the engine's name. */
export interface Traits {
  /** The engine reads bronze Parquet files by path in a SELECT. */
  readonly readsParquet: boolean
  /** Several connections may work on one warehouse at the same time. */
  readonly parallelSessions: boolean
}

/** A batch of rows by column: `columns[c][r]`, values as plain JavaScript (bigint for 64-bit, string for decimals and times). */
export interface RowBatch {
  readonly names: readonly string[]
  /** The engine's words for the columns' types. */
  readonly types: readonly string[]
  readonly columns: readonly (readonly unknown[])[]
  readonly rows: number
}

export interface ExecuteOptions {
  /** All statements or none. */
  readonly atomic?: boolean
  readonly signal?: AbortSignal
}

/** One connection to a warehouse. Failures are C360Error; an aborted signal is CANCELLED. */
export interface Session extends AsyncDisposable {
  execute(statements: readonly string[], options?: ExecuteOptions): Promise<void>
  /** At least one batch, so that the names are known even when there are no rows. */
  stream(sql: string, signal?: AbortSignal): AsyncIterable<RowBatch>
}

/** Where a session works: a database file (or none, for work in memory) and its limits. */
export interface Settings {
  /** Absolute path of the database file; absent = in memory. What is written to it is kept by `checkpoint` only. */
  readonly database?: string
  readonly readOnly?: boolean
  readonly memory?: string
  readonly threads?: number
  /** Folder for what does not fit into memory. */
  readonly scratch?: string
}

/** A warehouse open for several sessions at once; closing it closes them all. */
export interface Warehouse extends AsyncDisposable {
  /** Another connection; the caller closes it, or leaves it to the warehouse. */
  session(): Promise<Session>
}

export interface Engine {
  readonly name: EngineName
  readonly traits: Traits
  readonly dialect: Dialect
  connect(settings: Settings): Promise<Session>
  /** For readers only: where `traits.parallelSessions` is false, sessions that write take turns elsewhere. */
  open(settings: Settings): Promise<Warehouse>
}
