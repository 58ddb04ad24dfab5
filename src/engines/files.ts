/** Landing files as an engine reads them where they lie, without a row passing through this program. */

/** How a file is written; what a contract's `format` says of it. */
export type FileFormat =
  | {
      readonly type: 'csv'
      readonly delimiter: string
      readonly quote: string
      readonly escape: string
      readonly header: boolean
      readonly encoding: string
    }
  | { readonly type: 'parquet' | 'json' | 'xlsx' }

/** A file by the name the engine has for it. */
export interface EngineFile {
  readonly url: string
  readonly format: FileFormat
}

/** A field of the file's records, by its place. */
export interface EngineField {
  readonly name: string
  /** The engine's word for its type; absent where all is text. */
  readonly type?: string
}

/** A part of a file that one task of the engine reads; a file of some size has several, in any order. */
export interface Stretch {
  /** Byte at which it begins. */
  readonly block: number
  /** The engine's own number of its first record. */
  readonly first: number
  /** Records, the header among them; blank lines are none. */
  readonly records: number
  /** Lines that end inside quotes. */
  readonly open: number
  /** Of its records in their order. */
  readonly hash: string
}

/** Where the rows of a file go, and what stands beside them. */
export interface Bringing {
  readonly table: string
  /** Column of the table for each field, in the order of the file. */
  readonly columns: readonly string[]
  readonly delivery: number
  /** Path below the landing place. */
  readonly path: string
  readonly runId: string
  /** ISO 8601 with offset. */
  readonly loadedAt: string
}

/** What an engine reads of landing files: SQL, nothing is done here. */
export interface EngineFiles {
  /** The engine's name for the landing place. */
  readonly landingUrl: string
  /** What it cannot read of a format as the runner would; undefined = it reads such files. */
  refuses(format: FileFormat): string | undefined
  /** Query for what names the fields. CSV: one row with the first `line`, none in an empty file. Parquet: `col_name`, `data_type` per column. */
  head(file: EngineFile): string
  /** Query: a row per Stretch, with its properties as columns. */
  scan(file: EngineFile, fields: readonly EngineField[]): string
  /** Query: one row, `n` of those lines that the next one seems to end: records over several lines, which are not read. */
  goesOn(file: EngineFile, fields: readonly EngineField[]): string
  /** Statement that adds the records as rows of text numbered 1.. in the order of the file; `stretches` are those of the scan. */
  bring(
    file: EngineFile,
    fields: readonly EngineField[],
    stretches: readonly Stretch[],
    into: Bringing,
  ): string
}
