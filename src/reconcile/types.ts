/** How a legacy view differs from a certified model, and why. Plain data; amounts are exact decimals as text. */
export interface Reconciliation {
  readonly view: string
  readonly file: string
  readonly model: string
  /** The published version both were read from. */
  readonly version: number
  /** What was guessed, in sentences. */
  readonly assumed: readonly string[]
  readonly differs: boolean
  readonly columns: readonly ColumnPair[]
  /** Columns of the view without a counterpart. */
  readonly unmapped: readonly string[]
  readonly rows: RowCounts
  readonly grain: Grain
  /** Largest differences by key, in the measure that differs most. */
  readonly largest: Largest | undefined
  readonly measures: readonly Accounting[]
  readonly joins: readonly JoinFinding[]
  readonly names: readonly NameGrouping[]
}

export interface ColumnPair {
  readonly legacy: string
  readonly certified: string
  readonly role: 'key' | 'measure' | 'attribute'
  /** Personal: compared, never shown. */
  readonly hidden: boolean
  /** Rows present on both sides whose values differ. */
  readonly different: number
}

export interface RowCounts {
  readonly legacy: number
  readonly certified: number
  /** Rows of the view whose key the model lacks, and the other way round. */
  readonly onlyLegacy: number
  readonly onlyCertified: number
  /** Rows of the view whose key the model has, and those of them that differ in some column. */
  readonly matched: number
  readonly different: number
}

/** How many rows the view has per key of the model. */
export interface Grain {
  readonly keys: number
  readonly repeatedKeys: number
  readonly mostRows: number
  /** Columns that differ between the rows of one key, and for how many keys they do. */
  readonly splitBy: readonly { readonly column: string; readonly keys: number }[]
}

export interface Largest {
  readonly measure: string
  readonly rows: readonly {
    readonly key: readonly string[]
    /** `absent` where that side has no row of the key. */
    readonly legacy: string
    readonly certified: string
    readonly difference: string
  }[]
}

/** From the view's total to the model's, step by step: legacy + steps + remainder = certified. */
export interface Accounting {
  /** A column of the view, or an aggregate inside one. */
  readonly measure: string
  readonly certifiedColumn: string | undefined
  readonly legacy: string
  readonly certified: string | undefined
  readonly steps: readonly Step[]
  /** What the steps leave unexplained; undefined where there is nothing to compare with. */
  readonly remainder: string | undefined
  readonly notes: readonly string[]
}

export type StepKind =
  | 'rounding'
  | 'null_part'
  | 'fan_out'
  | 'left_out'
  | 'status'
  | 'population'
  | 'value'
  | 'not_in_model'
  | 'not_in_view'

export interface Step {
  readonly kind: StepKind
  readonly label: string
  readonly amount: string
  /** The total after this step. */
  readonly after: string
  /** Source rows it is about; undefined where rows cannot be counted. */
  readonly rows?: number
}

export interface JoinFinding {
  /** The SELECT it stands in: the view, a CTE or a derived table. */
  readonly block: string
  readonly table: string
  readonly alias: string
  readonly join: string
  readonly line: number
  readonly rowsBefore: number
  readonly rowsAfter: number
  /** Of the equality it joins by; undefined where there is none. */
  readonly key: JoinKey | undefined
  /** What the join alone adds to each measure by repeating rows. */
  readonly adds: readonly { readonly measure: string; readonly amount: string }[]
}

export interface JoinKey {
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly repeatedKeys: number
  /** Matches of one row, over the rows with at least one. */
  readonly maxFactor: number
  readonly meanFactor: number
  /** Keys with the most matches; empty when they are personal. */
  readonly largest: readonly { readonly key: string; readonly rows: number }[]
}

/** Grouping by a column that nearly tells things apart, but not quite. */
export interface NameGrouping {
  readonly block: string
  readonly columns: readonly string[]
  readonly table: string
  readonly key: readonly string[]
  /** Values that stand for several keys, and the keys they merge. */
  readonly names: number
  readonly keys: number
  /** Some of the values; empty when they are personal. */
  readonly examples: readonly string[]
}
