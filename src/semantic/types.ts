/** What a screen, an export or a script asks for: measures by dimensions. Plain data; it travels as JSON. */
export interface Query {
  /** Names of measures of the semantic model. */
  readonly measures: readonly string[]
  readonly by?: readonly Grouping[]
  readonly filters?: Filters
  readonly order?: readonly Order[]
  /** Rows at most; the compiler caps it. */
  readonly limit?: number
  /** Each measure once more for an earlier period: `prev` the same length before, `year` the year before. Needs `filters.range`. */
  readonly compare?: 'prev' | 'year'
}

export interface Grouping {
  readonly dimension: string
  /** For `date` only. */
  readonly grain?: Grain
}

export type Grain = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** Values of one dimension are OR, dimensions are AND. */
export interface Filters {
  /** Half-open [from, to), ISO dates: each measure is filtered by its own date. */
  readonly range?: { readonly from: string; readonly to: string }
  /** Dimension -> the values that stay; null is "unknown". */
  readonly values?: Readonly<Record<string, readonly (string | null)[]>>
}

export interface Order {
  /** A measure or a dimension of the query; `<measure>.change` orders by the change against the comparison. */
  readonly by: string
  readonly descending?: boolean
}

export type Cell = string | number | boolean | null

/** Column by column what `rows` hold. */
export interface AnswerColumn {
  /** `revenue`, `revenue.before` (the compared period), `product`, `product.label`. */
  readonly name: string
  readonly kind: 'dimension' | 'label' | 'measure' | 'before'
}

export interface Answer {
  readonly columns: readonly AnswerColumn[]
  /** Numbers are JSON numbers, days ISO dates (a bucket is named by its first day), everything else text. */
  readonly rows: readonly (readonly Cell[])[]
  /** Filters that could not reach a measure, because it has no relationship to the dimension: measure -> dimensions. */
  readonly unfiltered: Readonly<Record<string, readonly string[]>>
  /** First days of date buckets that the range or the data covers only in part. */
  readonly partial: readonly string[]
  /** The period `before` columns are from, half-open; null where there is no earlier data. */
  readonly compared?: { readonly from: string; readonly to: string } | null
  /** More rows were there than the limit let through. */
  readonly truncated: boolean
}
