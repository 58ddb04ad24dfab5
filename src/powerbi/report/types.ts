/** A field of the model, by its display names. */
export interface FieldRef {
  readonly table: string
  readonly name: string
  readonly kind: 'column' | 'measure'
}

export type VisualType =
  | 'cardVisual'
  | 'clusteredBarChart'
  | 'clusteredColumnChart'
  | 'columnChart'
  | 'lineChart'
  | 'donutChart'
  | 'pivotTable'
  | 'tableEx'
  | 'scatterChart'
  | 'slicer'
  | 'pageNavigator'

export interface TopN {
  readonly of: FieldRef
  readonly by: FieldRef
  readonly count: number
}

/** One visual: which fields play which roles. */
export interface Visual {
  /** Unique on its page; its id follows from it. */
  readonly key: string
  readonly type: VisualType
  readonly title: string
  /** What a screen reader says of it. */
  readonly alt: string
  readonly roles: Readonly<Record<string, readonly FieldRef[]>>
  readonly sort?: { readonly by: FieldRef; readonly descending: boolean }
  readonly topN?: TopN
  /** Cells coloured by this measure. */
  readonly heat?: FieldRef
  /** Slicers of a group show the same choice on every page. */
  readonly sync?: string
  readonly mode?: 'Dropdown' | 'Between'
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Page {
  readonly key: string
  readonly title: string
  /** Rows of visuals from top to bottom; the width of each is its share of the row. */
  readonly rows: readonly Row[]
  /** The page is reached from a value of this column. */
  readonly drillThrough?: FieldRef
}

export interface Row {
  readonly height: number
  readonly visuals: readonly (Visual & { readonly share: number })[]
}
