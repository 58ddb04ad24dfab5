import type { Contract } from '../../project/types.ts'
import type { SqlNode } from '../../sql/walk.ts'

/** What a T-SQL value is, as far as its arithmetic and comparisons depend on it. */
export type SqlType =
  | 'text'
  | 'int'
  | 'bit'
  | 'decimal'
  | 'float'
  | 'date'
  | 'datetime'
  | 'null'
  | 'predicate'

/** A column of a relation under the name the view may use. */
export interface Column {
  readonly name: string
  readonly type: SqlType
  /** Its values are personal and may not be shown. */
  readonly hidden: boolean
  /** The silver column it hands on unchanged. */
  readonly origin?: { readonly contract: Contract; readonly field: string }
  /** The column beside it that holds its text as texts are compared. */
  readonly folded?: string
}

/**
 * Where rows come from: a source's silver table, or a query inside the view. Where `numbered`, they lie in a temporary
 * table whose column `_row` tells them apart.
 */
export type Relation =
  | {
      readonly kind: 'source'
      readonly contract: Contract
      readonly numbered: true
      readonly sql: string
      readonly columns: readonly Column[]
    }
  | {
      readonly kind: 'query'
      readonly name: string
      readonly query: BoundQuery
      readonly numbered: boolean
      readonly sql: string
      readonly columns: readonly Column[]
    }

/** One entry of FROM. `on` belongs to the join that brings it in. */
export interface Item {
  readonly alias: string
  readonly relation: Relation
  readonly join: 'first' | 'inner' | 'left' | 'right' | 'full' | 'cross' | 'semi'
  readonly on?: Expression
  /** Equalities of `on` between this item and the ones before it. */
  readonly keys: readonly { readonly own: Expression; readonly other: Expression }[]
  readonly line: number
}

/** An expression as DuckDB reads it, and what is known of it. */
export interface Expression {
  readonly sql: string
  readonly type: SqlType
  readonly hidden: boolean
  /** Aliases of the items whose columns it reads. */
  readonly items: ReadonlySet<string>
  /** The column it hands on unchanged. */
  readonly column?: { readonly alias: string; readonly column: Column }
  /** The same text as texts are compared, where that is at hand. */
  readonly folded?: string
  readonly node: SqlNode
}

/** One SELECT with its parts kept apart, so that it can be measured in pieces. */
export interface Block {
  readonly kind: 'select'
  /** The CTE's or derived table's name, or the view's. */
  readonly name: string
  readonly line: number
  readonly items: readonly Item[]
  readonly where?: Expression
  readonly groupBy: readonly Expression[]
  readonly grouped: boolean
  readonly outputs: readonly { readonly name: string; readonly expression: Expression }[]
  /** Row filters after grouping: HAVING, DISTINCT, TOP. */
  readonly filters: readonly string[]
  /** Binds another node in the rows of this block, before grouping. */
  readonly bindRow: (node: SqlNode) => Expression
  readonly sql: string
  readonly columns: readonly Column[]
}

export interface Union {
  readonly kind: 'union'
  readonly all: boolean
  readonly left: BoundQuery
  readonly right: BoundQuery
  readonly sql: string
  readonly columns: readonly Column[]
}

export type BoundQuery = Block | Union

/** Thrown while binding; collected as a Problem by `bindView`. */
export class Refused extends Error {
  readonly hint: string | undefined
  readonly line: number | undefined
  readonly code: string

  constructor(code: string, message: string, hint?: string, line?: number) {
    super(message)
    this.code = code
    this.hint = hint
    this.line = line
  }
}
