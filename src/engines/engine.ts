import type { FieldType } from '../model/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import type { ColumnsOf, PrintedQuery, TableName } from '../sql/print.ts'
import type { Columns } from '../sql/types.ts'
import type { SqlNode } from '../sql/walk.ts'
import type { EngineFiles } from './files.ts'

export type EngineName = 'duckdb' | RemoteName

/** Engines that are systems of their own. */
export type RemoteName = 'spark' | 'databricks' | 'snowflake' | 'azure_sql'

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
  /** Only where a whole run may be one transaction: it is all there afterwards, or nothing is. */
  readonly transact?: Transact
  /** Another connection to the same, with scratch tables and settings of its own; to be closed before this one. Absent where there is none to be had. */
  beside?(): Promise<Session>
}

/** One transaction over many calls of a session. */
export interface Transact {
  begin(): Promise<void>
  commit(): Promise<void>
  /** Also where none was begun, or the server has ended it already. */
  rollback(): Promise<void>
}

/** Where a session works: a database file (or none, for work in memory) and its limits. */
export interface Settings {
  /** Absolute path of the database file; absent = in memory. What is written to it is kept by `checkpoint` only. */
  readonly database?: string
  readonly readOnly?: boolean
  readonly memory?: string
  readonly threads?: number
  /** Little is written: how texts are compressed should be found quickly, though it read a little slower. A file once made so stays so. */
  readonly isLittle?: boolean
  /** Folder for what does not fit into memory. */
  readonly scratch?: string
}

/** A warehouse open for several sessions at once; closing it closes them all. */
export interface Warehouse extends AsyncDisposable {
  /** Another connection; the caller closes it, or leaves it to the warehouse. */
  session(): Promise<Session>
}

/** How an engine goes back to what a table held at a mark. Text only. */
interface Marked {
  /** Statements after which the table holds what it held at a mark. */
  restore(table: string, mark: string): string[]
  /** SELECT of what the table held at a mark. */
  at(table: string, mark: string): string
}

/** An engine that remembers by itself: a mark is asked for. */
export interface Remembering extends Marked {
  /** Query: one row, from which `of` takes the mark. */
  read(table: string): string
  of(row: Readonly<Record<string, unknown>>): string
}

/** An engine that forgets: a mark is made, by a copy for each version that changed the table. */
export interface Keeping extends Marked {
  /** Statements after which `mark` stands for what the table holds now. */
  keep(table: string, mark: string): string[]
  /** Statements that give a mark up, whether it was made or not. */
  forget(table: string, mark: string): string[]
}

export type Marks = Remembering | Keeping

/** A warehouse in a system of its own, as a target of the project describes it. */
export interface Remote {
  readonly engine: RemoteName
  /** For people: what and where, without secrets. */
  readonly where: string
  /** Tables are named as this target wants them; layer `gold` is where models are built, not where readers look. */
  readonly dialect: Dialect
  /** The view or table under which readers find a model. */
  shown(model: string): string
  /** Statements that make the place of what is shown. */
  readonly showing: readonly string[]
  /** Only where readers see tables of their own, not views: statements, for one transaction, that bring these to what was built. */
  readonly publishing?: (tables: readonly GoldTable[]) => string[]
  /** With `publishing`: statements that take a model away. */
  readonly hiding?: (model: string) => string[]
  readonly marks: Marks
  /** Shows readers these models, by the queries given, and no others, all at one moment; without it they are shown one by one. */
  showAll?(session: Session, models: ReadonlyMap<string, string>, signal?: AbortSignal): Promise<void>
  /** A query of the portable subset in the words of this engine. PROJECT_INVALID where it has none. */
  print(query: SqlNode, table: TableName, columns: ColumnsOf): PrintedQuery
  /** Statements that a session does side by side; absent = one after the other. */
  readonly atOnce?: number
  /** TARGET_UNREACHABLE, TARGET_DENIED, SECRET_MISSING, CANCELLED. */
  connect(signal?: AbortSignal): Promise<Session>
  /** Where the engine itself reads the project's lake; without it rows go through `load`. */
  readonly lakeUrl?: string
  /** Reads landing files itself; without it they come through this program. */
  readonly files?: EngineFiles
  /** Adds the rows of one delivery from Parquet files that the engine reads, columns by name; those a file lacks are NULL. */
  loadFiles(session: Session, into: LoadInto, files: DeliveryFiles, signal?: AbortSignal): Promise<void>
  /** Adds rows to a table that is there, columns by name; returns how many. */
  load(
    session: Session,
    into: LoadInto,
    batches: AsyncIterable<RowBatch>,
    signal?: AbortSignal,
  ): Promise<number>
}

/** A gold model as a warehouse with keys and indexes keeps it. */
export interface GoldTable {
  readonly name: string
  readonly columns: Columns
  /** Columns that tell rows apart; never NULL, never twice. */
  readonly grain: readonly string[]
  /** Columns whose values, unless NULL, are those of the one column of another model's grain. */
  readonly references: readonly { readonly column: string; readonly table: string }[]
  /** Columns that readers filter by. */
  readonly indexed: readonly string[]
}

export interface LoadInto {
  readonly table: string
  readonly columns: readonly (readonly [name: string, type: FieldType])[]
}

export interface DeliveryFiles {
  readonly urls: readonly string[]
  readonly delivery: number
}

export interface Engine {
  readonly name: EngineName
  readonly traits: Traits
  readonly dialect: Dialect
  connect(settings: Settings): Promise<Session>
  /** For readers only: where `traits.parallelSessions` is false, sessions that write take turns elsewhere. */
  open(settings: Settings): Promise<Warehouse>
}
