/** What a column of gold holds, whatever the engine calls its type. Whole numbers and decimals are one kind. */
export type ValueKind = 'number' | 'text' | 'boolean' | 'date' | 'timestamp' | 'double'

/** Kinds that are compared exactly, by their canonical text. */
export type ExactKind = Exclude<ValueKind, 'double'>

/**
 * How one engine writes the queries by which two places are compared. Text in, text out; every function takes SQL
 * expressions and returns one. Sessions are in UTC.
 */
export interface ParityDialect {
  readonly name: string
  ident(name: string): string
  /** What the engine's word for a column's type means; undefined for a type that gold does not have. */
  kind(type: string): ValueKind | undefined
  /**
   * A value as text, byte for byte the same in every engine; NULL stays NULL. Numbers without trailing zeros (`-0.5`, `12`),
   * `true` and `false`, dates as days and timestamps as microseconds since 1970 UTC, texts as they are.
   */
  canonical(column: string, kind: ExactKind, type: string): string
  /** A value as a double of 64 bits. */
  double(column: string): string
  literal(text: string): string
  concat(texts: readonly string[]): string
  replaced(text: string, from: string, to: string): string
  /** The 32 hexadecimal digits, in lower case, of the MD5 of a text's UTF-8 bytes. */
  md5(text: string): string
  /** The lower 60 bits of the first (0) or second (1) half of an MD5's digits, as a whole number. */
  low60(md5: string, half: 0 | 1): string
  /** The first characters of a text. */
  prefix(text: string, length: number): string
  /** An aggregate: how many values are not NULL; of `*`, rows. */
  count(expression: string): string
  /** An aggregate: the exact sum of whole numbers below 2^60 as text; '0' over no rows. */
  exactSum(expression: string): string
}
