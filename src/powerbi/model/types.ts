import type { FactName } from '../../model/semantic/facts.ts'
import type { Pii } from '../../model/types.ts'
import type { SqlType } from '../../sql/types.ts'

/** A gold model as the export knows it: what it is about, and its columns in order. */
export interface GoldTable {
  readonly name: string
  readonly description: string
  readonly columns: readonly GoldColumn[]
}

export interface GoldColumn {
  readonly name: string
  readonly type: SqlType
  readonly description: string
  readonly pii: Pii
}

export type Mode = 'import' | 'direct'

/** What decides about the model, beside the catalogue. */
export interface ModelWish {
  /** Of the project; it names the files too. */
  readonly name: string
  /** ISO 4217. */
  readonly currency: string
  readonly mode: Mode
  /** Direct and employee columns as well; keys are always there. */
  readonly withPersonal: boolean
  /** Whether rows that gold does not keep can be had from the source, by a SELECT. */
  readonly hasMade: boolean
  readonly gold: readonly GoldTable[]
}

export type DataType = 'string' | 'int64' | 'decimal' | 'double' | 'dateTime' | 'boolean'

/** A column of the model: read from the source, or computed from its own row by DAX. */
export interface Column {
  readonly name: string
  readonly description: string
  readonly dataType: DataType
  readonly isHidden: boolean
  readonly isKey?: boolean
  readonly isLabel?: boolean
  readonly formatString?: string
  readonly dataCategory?: string
  readonly sortBy?: string
  /** Column of gold. */
  readonly source?: string
  readonly dax?: string
}

export interface ModelMeasure {
  readonly name: string
  readonly description: string
  readonly dax: string
  readonly formatString: string
  readonly folder: string
}

export interface Hierarchy {
  readonly name: string
  readonly description: string
  /** Names of columns, the coarsest first. */
  readonly levels: readonly string[]
}

export interface Table {
  readonly name: string
  readonly description: string
  /** The gold model its rows come from. */
  readonly gold: string
  /** Its rows are those of this fact's SELECT instead. */
  readonly made?: FactName
  readonly isDate?: boolean
  readonly columns: readonly Column[]
  readonly measures: readonly ModelMeasure[]
  readonly hierarchies: readonly Hierarchy[]
}

export interface Place {
  readonly table: string
  readonly column: string
}

/** Many to one, filtering in one direction. */
export interface Relationship {
  readonly from: Place
  readonly to: Place
  readonly isActive: boolean
}

export interface Model {
  readonly name: string
  readonly mode: Mode
  readonly tables: readonly Table[]
  readonly relationships: readonly Relationship[]
  /** Labels of measures that the source cannot give, and why. */
  readonly leftOut: readonly { readonly measure: string; readonly because: string }[]
}

/** Files by path below the exported folder, `/` between names. */
export type FileTree = ReadonlyMap<string, string>
