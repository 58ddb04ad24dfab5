export type EntityName =
  | 'customer'
  | 'product'
  | 'store'
  | 'agent'
  | 'transaction'
  | 'service_interaction'
  | 'loyalty_account'
  | 'loyalty_transaction'
  | 'web_session'

export type FieldType = 'text' | 'integer' | 'decimal' | 'date' | 'timestamp' | 'boolean'

/** How personal a value is; the class follows lineage into gold and every export. */
export type Pii = 'none' | 'direct' | 'indirect' | 'employee'

export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly description: string
  readonly pii: Pii
  readonly unit?: string
  readonly references?: EntityName
  readonly min?: number
  readonly max?: number
}

export interface Entity {
  readonly name: EntityName
  readonly description: string
  /**
   * `master`: a thing; two sources may describe the same one, and are merged by key.
   * `event`: something that happened; sources are put under each other and `source` is part of the identity.
   */
  readonly kind: 'master' | 'event'
  readonly key: readonly string[]
  readonly fields: readonly Field[]
  /** Pairs of timestamps: `later` before `earlier` quarantines the row. */
  readonly chronology?: readonly { readonly earlier: string; readonly later: string }[]
}
