import type { Session } from '../engines/engine.ts'
import type { BronzeTable } from '../plan/types.ts'
import type { OriginInput } from './origin.ts'

/** A row of a landing file. */
export interface FileRow {
  readonly source: string
  readonly file: string
  /** 1 = the first record after the header. */
  readonly row: number
  readonly delivery: number
}

/** A row behind a figure: its columns as text, and the rows of the files it was made from. */
export interface RowBehind {
  readonly values: Readonly<Record<string, string | null>>
  readonly at: readonly FileRow[]
  /** For a row that was left out: the conditions it does not fulfil. */
  readonly breaks?: readonly string[]
}

/** A row of a file that did not become a row of silver. */
export interface LostRow extends FileRow {
  readonly fate: 'quarantined' | 'superseded' | 'deleted' | 'dismissed'
  readonly reasons: readonly { readonly column: string | null; readonly reason: string }[]
  /** The row that superseded it, or the full load that deleted it. */
  readonly by?: { readonly file: string; readonly row?: number }
  readonly value?: string
}

export interface RowsOf<T> {
  readonly count: number
  /** At most as many as were asked for. */
  readonly shown: readonly T[]
}

export interface PartExplained {
  readonly relation: string
  /** The terms as the model declares them. */
  readonly terms: readonly string[]
  /** What the counted rows come to, as exact decimal text. */
  readonly value: string
  readonly counted: RowsOf<RowBehind>
  readonly leftOut: RowsOf<RowBehind>
  /** Rows of the files with the same values that never became rows of silver. */
  readonly lost: RowsOf<LostRow>
  /** Why `lost` cannot be told for these rows. */
  readonly lostUnknown?: string
}

export interface FigureExplained {
  /** As the model declares it: `total_spend`, `total_sales where channel = 'all'`. */
  readonly label: string
  readonly figure: string
  /** The parts added up from the rows behind them. */
  readonly sum: string
  readonly agrees: boolean
  readonly parts: readonly PartExplained[]
}

export interface RowsExplained {
  readonly model: string
  readonly where?: string
  readonly rows: RowsOf<Readonly<Record<string, string | null>>>
  readonly figures: readonly FigureExplained[]
  /** Reconciled measures whose rows cannot be told one by one. */
  readonly unexplained: readonly string[]
  /** Columns that are not reconciled with anything: only their lineage can be shown. */
  readonly onlyLineage: readonly string[]
}

export interface RowsInput extends OriginInput {
  readonly session: Session
  readonly bronze: Readonly<Record<string, BronzeTable>>
  readonly limit: number
  /** Show values of columns of class `direct`. */
  readonly reveal: boolean
}
