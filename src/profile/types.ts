import type { SourceFormat } from '../project/types.ts'

/** A text as it stands in a file, and how often it was met. */
export interface ValueCount {
  readonly value: string
  readonly count: number
}

/** One file of the folder, or one sheet of a workbook, as it was recognised. Paths are relative to the folder. */
export interface SniffedFile {
  readonly path: string
  readonly bytes: number
  /** Compressed with gzip. */
  readonly packed: boolean
  readonly format: SourceFormat
  /** As in the file; `column_1`.. where it has no header. */
  readonly header: readonly string[]
  /** How the format was recognised, in words: shown, and written into the contract. */
  readonly evidence: readonly string[]
}

/** A file that gives no table: not data at all (`ignored`), or data that cannot be read as it is (`unreadable`). */
export interface PassedOver {
  readonly path: string
  readonly kind: 'ignored' | 'unreadable'
  readonly why: string
  /** What a person can do about it. */
  readonly hint?: string
}

/** Files with the same columns, taken as one table. */
export interface TableFiles {
  /** Snake case, unique among the tables. */
  readonly name: string
  readonly files: readonly SniffedFile[]
  /** Globs relative to the folder that match these files and no other. */
  readonly globs: readonly string[]
}

export type Kind =
  | 'integer'
  | 'number'
  | 'money'
  | 'date'
  | 'timestamp'
  | 'boolean'
  | 'email'
  | 'phone'
  | 'digits'
  | 'json'
  | 'letters'
  | 'two_letters'
  | 'words'
  | 'place'
  | 'street'
  | 'hours'
  | 'url'

export interface NumberFacts {
  /** Values that can only be read with a decimal point, only with a decimal comma, and either way (`1,234`). */
  readonly point: number
  readonly comma: number
  readonly either: number
  /** Values with a thousands separator, by separator. */
  readonly grouped: Readonly<Record<string, number>>
  readonly symbols: readonly ValueCount[]
  readonly negative: number
  /** Most digits behind the separator. */
  readonly decimals: number
  /** Absent where the values are nobody's business. */
  readonly min?: number
  readonly max?: number
}

export interface DateFacts {
  /** strptime patterns, most frequent first; empty where all are ISO 8601. */
  readonly formats: readonly string[]
  readonly timeOfDay: boolean
  readonly withOffset: boolean
  /** Whether day or month comes first, where figures with slashes or points leave it open. */
  readonly order?: { readonly dayFirst: boolean; readonly certain: boolean; readonly evidence: string }
  /** Values that fit none of the formats. */
  readonly other: number
  /** Absent where the values are nobody's business, or the order of day and month is not settled. */
  readonly min?: string
  readonly max?: string
}

/** What one column holds. Counts of `looked` values; `rows`, `filled` and `distinct` are the whole table's. */
export interface ColumnProfile {
  readonly name: string
  readonly rows: number
  readonly filled: number
  readonly distinct: number
  /** `distinct` was counted, not estimated from a sample. */
  readonly distinctExact: boolean
  /** Values looked at for what follows, empty ones and words for `no value` not counted. */
  readonly looked: number
  /** Share of the values looked at, 0 to 1. */
  readonly kinds: Readonly<Record<Kind, number>>
  readonly numbers?: NumberFacts
  readonly dates?: DateFacts
  /** Words that stand for no value. */
  readonly nullWords: readonly ValueCount[]
  /** The most frequent values: empty where they are personal or nearly all different. */
  readonly values: readonly ValueCount[]
  /** Text before every value, `Date: `. */
  readonly prefix?: string
  readonly personal?: 'email' | 'phone' | 'name' | 'address'
  /** Values with several spaces in a row or a line break, and words that differ in case only. */
  readonly untidy: { readonly spaces: number; readonly cases: number }
  readonly longest: number
  /** Country prefix most of the phone numbers that have one begin with, `+44`. */
  readonly callingCode?: string
}

/**
 * Columns that together identify a row, or do not. Counts are exact, but for `differing` and `differsIn` of a sampled table with many
 * thousand repeated keys, which some thousand of them stand for, and for a single column that repeats within the sample itself.
 */
export interface KeyProfile {
  readonly columns: readonly string[]
  readonly rows: number
  readonly distinct: number
  /** Rows where one of the columns is empty. */
  readonly empty: number
  /** Keys that stand on several rows, and those of them whose rows differ. */
  readonly repeated: number
  readonly differing: number
  /** Of the differing keys, how many differ in each column. */
  readonly differsIn: Readonly<Record<string, number>>
}

export interface TableProfile {
  readonly table: TableFiles
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
  readonly keys: readonly KeyProfile[]
  /** The types were seen on a sample of this many rows; absent = on all. */
  readonly sampled?: number
  /** Records that cannot be split into fields. */
  readonly malformed: number
}

/** Values of one table's column among those of another's. */
export interface Link {
  readonly from: { readonly table: string; readonly column: string }
  readonly to: { readonly table: string; readonly column: string }
  readonly by: 'id' | 'email' | 'phone'
  /** Distinct values looked up, and how many were found. */
  readonly values: number
  readonly found: number
}
