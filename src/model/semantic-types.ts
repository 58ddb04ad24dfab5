import type { Pii } from './types.ts'

/** How a figure is written; amounts are in the project's currency, percents are 0..100 with two decimals. */
export type Format = 'money' | 'count' | 'percent' | 'decimal' | 'seconds' | 'hours' | 'points'

/** A measure as screens, exports and other tools need to know it. */
export interface MeasureInfo {
  readonly name: string
  readonly label: string
  readonly description: string
  /** How it is made, in words: `revenue / orders` written out. */
  readonly formula: string
  readonly format: Format
  readonly better: 'higher' | 'lower' | 'neither'
  /** Parts of a partition add up to the whole (sums and counts; not ratios, not distinct counts). */
  readonly additive: boolean
  /** Dimensions it can be grouped and filtered by, `date` among them when it has one. */
  readonly dimensions: readonly string[]
  /** Key of c360.yaml's rules that it depends on, for example `counted_statuses`. */
  readonly rules: readonly string[]
  /** Whether the published version has any row for it. */
  readonly hasData: boolean
}

export interface DimensionInfo {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: 'text' | 'integer' | 'date'
  /** The next coarser level, for example product -> category. */
  readonly parent?: string
  /** It is an id, and answers carry `<name>.label` beside it. */
  readonly labelled: boolean
  readonly pii: Pii
  /** An attribute as of the version (segment, tier, activity): never recomputed by the date filter. */
  readonly asOfVersion: boolean
  /** Whether the published version has any value for it. */
  readonly hasData: boolean
}
