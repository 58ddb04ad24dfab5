import type { Session } from '../engines/engine.ts'

/** `timestamp` is an instant (UTC, microseconds); `long` has 64 bits, `integer` 32; a decimal has up to 38 digits. */
export type LakeType =
  | 'string'
  | 'long'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'double'
  | `decimal(${number},${number})`

export interface LakeColumn {
  /** Physical name, as in the Parquet files. */
  readonly name: string
  readonly type: LakeType
  /** The name the column had at its source, where it differs. */
  readonly original?: string
}

export type StatValue = string | number | boolean | null

/** What is known of a file's columns, by physical name; nothing is ever invented. */
export interface ColumnStats {
  readonly minValues?: Readonly<Record<string, StatValue>> | undefined
  readonly maxValues?: Readonly<Record<string, StatValue>> | undefined
  readonly nullCount?: Readonly<Record<string, number>> | undefined
}

/** A Parquet file of the table. */
export interface LakeFile {
  /** Relative to the table, with forward slashes, not encoded. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970 UTC. */
  readonly modified: number
  /** undefined where another writer did not say. */
  readonly rows: number | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly stats?: ColumnStats
}

/** A file already written into the table's folder, to be made part of the table. */
export type NewFile = LakeFile & { readonly rows: number }

/** The table as of one version. `files` are sorted by path, `transactions` hold the last version of each application. */
export interface Snapshot {
  readonly version: number
  readonly columns: readonly LakeColumn[]
  readonly files: readonly LakeFile[]
  readonly transactions: ReadonlyMap<string, number>
  /** Files that were taken out and may still lie there for readers of older versions, by path: when, in milliseconds since 1970 UTC. */
  readonly removed: ReadonlyMap<string, number | undefined>
}

/** Called at 'lake.before_commit', 'lake.after_commit', 'lake.before_checkpoint', 'lake.after_checkpoint'. */
type Boundary = (name: string) => void | Promise<void>

export interface Transaction {
  readonly appId: string
  readonly version: number
  readonly after?: number
}

export interface AppendRequest {
  /** The columns of the files; those the table lacks are added to it. */
  readonly columns: readonly LakeColumn[]
  readonly files: readonly NewFile[]
  /**
   * Makes the append idempotent: done once per application and version, versions rise. With `after`, the application's
   * version the request was made from (0 = none), it is only done while that is still the newest: otherwise another
   * writer of the application came first, and the request is void.
   */
  readonly txn?: Transaction
  /** For the table's history. */
  readonly operation: string
  readonly boundary?: Boundary
}

/** The same rows in other files. */
export interface CompactRequest {
  readonly files: readonly NewFile[]
  /** The table's files they stand for. Where one of them is no longer there, another writer was first and the request is void. */
  readonly replaced: readonly string[]
  readonly boundary?: Boundary
}

/** Other rows instead of all there are. `txn` as for an append; with `after`, the table must not have been overwritten meanwhile. */
export interface OverwriteRequest {
  /** The table's columns from now on. */
  readonly columns: readonly LakeColumn[]
  readonly files: readonly NewFile[]
  readonly txn?: Transaction
  readonly boundary?: Boundary
}

export interface AppendResult {
  /** The version the rows are in, or the table's current one if they were there already. */
  readonly version: number
  /** false: the transaction was in the table already, or another writer came first; nothing was written. */
  readonly committed: boolean
  /** Why the checkpoint that was due could not be written; the commit stands, the next checkpoint makes up for it. */
  readonly checkpointFailure?: unknown
}

export interface LakeTable {
  /** undefined: there is no table. */
  snapshot(): Promise<Snapshot | undefined>
  append(request: AppendRequest): Promise<AppendResult>
  /** Readers of older versions go on reading the files that were replaced, until they are vacuumed. */
  compact(request: CompactRequest): Promise<AppendResult>
  /** Makes the table where there is none. */
  overwrite(request: OverwriteRequest): Promise<AppendResult>
}

/** What the lake needs of an engine: Parquet checkpoints are read and written by SQL (DuckDB's). */
export type LakeSql = Pick<Session, 'execute' | 'stream'>
