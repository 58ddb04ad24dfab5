import type { TableRead } from '../sql/reads.ts'

/** A gold model: one SELECT, and what its front matter promises about the result. Plain data. */
export interface GoldModel {
  readonly name: string
  /** Relative to the project; a shipped one begins with `c360:`. */
  readonly file: string
  /** The SELECT without front matter and without a semicolon. */
  readonly sql: string
  /** Line of the file on which `sql` begins. */
  readonly sqlLine: number
  readonly description: string
  /** Columns that tell rows apart; never NULL, never twice. */
  readonly grain: readonly string[]
  readonly reconciles: readonly Reconciliation[]
  /** Every column of the result in order; the description is '' where none was written. */
  readonly columns: readonly { readonly name: string; readonly description: string }[]
  readonly checks: readonly RowCheck[]
  /** Business rules that are shown with every figure of the model. */
  readonly rules: readonly string[]
  readonly reads: readonly TableRead[]
}

/** A promise that a sum or count over the model equals one over what it was made from. */
export interface Reconciliation {
  /** As written: `total_spend where channel = 'all'`. */
  readonly label: string
  /** Expression whose sum over the model counts; undefined counts rows. */
  readonly measure?: string
  readonly where?: string
  /** The expected value is the sum of these. */
  readonly terms: readonly Term[]
  readonly line: number
}

export type Aggregate = 'count' | 'sum' | 'count_distinct' | 'days' | 'months'

export interface Term {
  readonly aggregate: Aggregate
  /** One relation; several for `days` and `months`, each with its expression at the same place. */
  readonly relations: readonly TableRead[]
  readonly expressions: readonly string[]
  /** The population. */
  readonly where?: string
}

export interface RowCheck {
  readonly name: string
  /** A predicate that must be true of every row; NULL is not true. */
  readonly expect: string
  readonly severity: 'warn' | 'fail'
  readonly line: number
}
