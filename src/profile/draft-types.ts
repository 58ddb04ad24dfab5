import type { EntityName } from '../model/types.ts'
import type { LoadMode, SourceFormat } from '../project/types.ts'

/** A remark for a person: `decide` changes figures or loses data if it is wrong, `unsure` is a guess, `note` is evidence. */
export interface Remark {
  readonly kind: 'decide' | 'unsure' | 'note'
  readonly text: string
}

/** A column of a drafted contract: options as they are written in YAML, in order. */
export interface DraftColumn {
  readonly header: string
  readonly field: string
  readonly options: readonly (readonly [key: string, yaml: string])[]
  readonly remarks: readonly Remark[]
}

export interface DraftContract {
  readonly source: string
  /** Files it was drafted from, and their rows. */
  readonly from: readonly string[]
  readonly rows: number
  readonly globs: readonly string[]
  readonly format: SourceFormat
  readonly entity: EntityName
  readonly key: readonly string[]
  readonly order: readonly string[]
  readonly load: LoadMode
  readonly idSpace?: string
  readonly precedence?: number
  readonly set: Readonly<Record<string, string>>
  readonly columns: readonly DraftColumn[]
  readonly remarks: readonly Remark[]
}

/** A table no contract was drafted for, and what a person must do. */
export interface LeftOut {
  readonly table: string
  readonly files: readonly string[]
  readonly columns: readonly string[]
  readonly why: string
  readonly hint: string
}

/** Something only a person knows and that changes figures: with the answer taken, and why. */
export interface Question {
  readonly id: 'counted_statuses' | 'time_zone' | 'currency'
  readonly text: string
  /** What is taken when nobody answers; `all` or a comma-separated list for statuses. */
  readonly fallback: string
  readonly why: string
  /** The fallback rests on evidence in the files. */
  readonly sure: boolean
  /** What may be answered, with what is known of each. */
  readonly choices: readonly { readonly value: string; readonly about: string }[]
}

export interface Draft {
  readonly contracts: readonly DraftContract[]
  readonly leftOut: readonly LeftOut[]
  readonly questions: readonly Question[]
}
