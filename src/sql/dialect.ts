import type { FieldType } from '../model/types.ts'
import type { Spelling } from './spelling.ts'

/** Where a table belongs; each engine has its own name for it. `work` is scratch of one run. */
export type Layer = 'bronze' | 'silver' | 'conformed' | 'rules' | 'gold' | 'work'

/**
 * How one engine writes what the planner needs: text in, text out. Every function takes SQL expressions
 * and returns one; nothing here reads or knows data.
 */
export interface Dialect {
  readonly name: string
  /** Only where the engine writes otherwise what most write alike. */
  readonly spelling?: Spelling
  /** Every statement that changes a table costs as much as making it: silver is then written once, not changed step by step. */
  readonly rewrites?: boolean
  ident(name: string): string
  literal(value: string): string
  /** As the engine writes a truth value. */
  bool(value: boolean): string
  /** A table's full name, quoted. */
  table(layer: Layer, name: string): string
  /** What every run begins with: the schemas, if they are not there, and what the SQL of models needs. */
  createSchemas(): string[]
  /** Makes a table if it is not there. */
  createTable(table: string, columns: readonly (readonly [name: string, type: FieldType])[]): string
  addColumns(table: string, columns: readonly (readonly [name: string, type: FieldType])[]): string
  /** Makes or replaces a table by the rows of a SELECT; readers see the old or the new one. */
  tableAs(table: string, select: string): string[]
  viewAs(view: string, select: string): string[]
  dropTable(table: string): string
  dropView(view: string): string
  /** Makes or replaces a table of scratch; `table('work', name)` is what SQL calls it. */
  workTable(name: string, select: string): string[]
  dropWorkTable(name: string): string
  /** Takes columns out of a table; `kept` are all the others, in order. */
  withoutColumns(table: string, dropped: readonly string[], kept: readonly string[]): string[]
  /** Deletes the rows of a table (`as`) for which `using` (a FROM item, known as `usingAs`) has one or more rows with `on`. */
  deleteMatching(table: string, as: string, using: string, usingAs: string, on: string): string
  /** Sets columns of the rows of a table for which `using` has a row with `on`; it has one at most. */
  updateMatching(
    table: string,
    as: string,
    set: Readonly<Record<string, string>>,
    using: string,
    usingAs: string,
    on: string,
  ): string
  /** An item of ORDER BY. */
  descNullsLast(expression: string): string
  /** Unequal, where NULL equals NULL alone. */
  isDistinct(a: string, b: string): string
  type(type: FieldType): string
  /** A whole-number type that holds the square of any row number, summed. */
  readonly wideInteger: string
  tryCast(expression: string, type: FieldType): string
  /** White space at both ends removed, empty text becomes NULL. */
  trimmed(expression: string): string
  collapseSpaces(expression: string): string
  lower(expression: string): string
  upper(expression: string): string
  titleCase(expression: string): string
  /** What stands beside the text in a list of texts; `otherwise` where it is not in there. */
  beside(text: string, pairs: readonly (readonly [from: string, to: string])[], otherwise: string): string
  /** Only the digits of a text. */
  digits(expression: string): string
  /** An amount without the currency's signs around it and with brackets read as a minus; any other text stays as it is. */
  money(expression: string, signs: readonly string[]): string
  startsWith(expression: string, prefix: string): string
  /** The text from character `from` (1-based) on. */
  substringFrom(expression: string, from: number): string
  firstWord(expression: string): string
  /** Everything after the first word; NULL when there is none. */
  otherWords(expression: string): string
  /** Text before, and after, the last comma. */
  beforeLastComma(expression: string): string
  afterLastComma(expression: string): string
  looksLikeEmail(expression: string): string
  isIn(expression: string, words: readonly string[]): string
  /** Texts joined by `separator`, NULLs left out; '' when all are NULL. */
  joinTexts(separator: string, expressions: readonly string[]): string
  /** An object of texts; NULL values are left out. */
  jsonObject(pairs: readonly (readonly [key: string, expression: string])[]): string
  /** The text under a key, or NULL. */
  jsonText(expression: string, key: string): string
  /** A whole number that is the same for equal values, and hardly ever for others. */
  hash(expressions: readonly string[]): string
  /** Text -> TIMESTAMP in UTC: a naive text is wall clock in `zone`, one with an offset is that instant; NULL if it is neither. */
  parseTimestamp(expression: string, formats: readonly string[], zone: string): string
  /** Text -> DATE; a time of day after it is cut off without shifting the day. */
  parseDate(expression: string, formats: readonly string[]): string
  /** TIMESTAMP in UTC -> wall clock in the zone; `zone` is an SQL expression. */
  localTime(expression: string, zone: string): string
  /** An aggregate: all values as one list. */
  list(expression: string): string
  /** An aggregate over lists: all their items as one list. */
  joinedLists(expression: string): string
  /** A list of values that are never NULL, in their order. */
  sortedList(expression: string): string
  /** Columns of a SELECT that turn each row into one per item of its list: the item, and the one `back` places before it (NULL when there is none). */
  eachWithEarlier(list: string, back: number, item: string, earlier: string): string
  /** A FROM item with the whole numbers 0 to count - 1 in column n. */
  numbers(count: number): string
  /** A FROM item over Parquet files, columns matched by name; the text columns named are NULL where no file has them. */
  readParquet(urls: readonly string[], columns?: readonly string[]): string
  /** A FROM item over rows of bronze, columns matched by name. */
  bronze(rows: BronzeRows): string
  /** The number in a text as a float, or NULL. */
  tryDouble(expression: string): string
}

/** Rows of one bronze table: where the lake has them, for an engine that reads files, and by which deliveries they are known in any. */
export interface BronzeRows {
  readonly table: string
  readonly urls: readonly string[]
  /** Physical names of the text columns that came from files. */
  readonly columns?: readonly string[]
  /** Only rows of these; absent = of all. */
  readonly deliveries?: readonly number[]
  /** The files hold rows of other deliveries as well. */
  readonly mixed?: boolean
}
