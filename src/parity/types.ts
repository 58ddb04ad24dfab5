import type { Pii } from '../model/types.ts'
import type { ValueKind } from '../sql/parity-dialect.ts'
import type { SideState } from './side.ts'

export type Verdict = 'equal' | 'differs' | 'not_comparable'

/** Something of both sides, in the order they were named. */
export type Both<T> = readonly [a: T, b: T]

export interface SideSeen extends SideState {
  readonly name: string
  readonly engine: string
  readonly place: string
}

/** One column that both sides have. */
export interface ColumnParity {
  readonly column: string
  readonly kind: ValueKind
  /** The engines' words. */
  readonly types: Both<string>
  readonly nulls: Both<number>
  /** null for doubles of which not every row was compared. */
  readonly equal: boolean | null
}

/** A value that may be shown: undefined where its column is personal, null for NULL. */
export type Shown = string | null | undefined

/** One row of the comparison that is not the same on both sides. */
export interface RowDifference {
  readonly kind: 'changed' | 'only_in_a' | 'only_in_b'
  /** Columns that tell the row from others, and its values in them. */
  readonly key: Readonly<Record<string, Shown>>
  /** For `changed`: the columns that differ. */
  readonly columns: readonly { readonly column: string; readonly a: Shown; readonly b: Shown }[]
  /** So many rows of this very kind; more than 1 only where rows are repeated. */
  readonly times: number
}

/** How many rows differ; with `more`, the search ended at so many. */
export interface Differing {
  readonly changed: number
  readonly onlyInA: number
  readonly onlyInB: number
  readonly more: boolean
  /** In which columns rows were changed. */
  readonly columns: readonly string[]
}

export interface TableParity {
  readonly table: string
  readonly verdict: Verdict
  /** Undefined on the side that does not have the table. */
  readonly rows: Both<number | undefined>
  /** Why parts of it could not be compared, as sentences. */
  readonly reasons: readonly string[]
  readonly columns: readonly ColumnParity[]
  /** What tells rows apart: the model's grain, or every column where that will not do. */
  readonly key: readonly string[]
  /** A hash of all rows, doubles left out; absent for tables so small that a row could be guessed from it. */
  readonly fingerprints?: Both<string>
  /** The first differing rows, in the order of their keys' hashes. */
  readonly differences: readonly RowDifference[]
  readonly differing: Differing
}

/** What a comparison found; says nothing of any row's personal values. */
export interface ParityCertificate {
  readonly format: 1
  readonly verdict: Verdict
  /** Version of c360. */
  readonly program: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly sides: Both<SideSeen>
  /** Why the comparison as a whole is not to be trusted, as sentences. */
  readonly reasons: readonly string[]
  readonly tables: readonly TableParity[]
}

export interface ParityOptions {
  readonly program: string
  /** Columns that tell a table's rows apart, by table; names in lower case. */
  readonly grains: ReadonlyMap<string, readonly string[]>
  /** How personal a column is; asked for only when rows differ. A column nobody knows is `direct`. */
  readonly pii: () => Promise<(table: string, column: string) => Pii>
  /** At most so many differing rows are shown per table. */
  readonly show: number
  readonly signal?: AbortSignal
  readonly now?: () => Date
  readonly onTable?: (table: string, index: number, of: number) => void
}
