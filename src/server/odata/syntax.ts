/** Of an expression's literal. `null` is of no kind. */
export type LiteralType = 'null' | 'boolean' | 'integer' | 'decimal' | 'double' | 'text' | 'date' | 'instant'

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'

/** An expression as it was written, before anything is known of columns. Texts of literals are values: they are never repeated in messages. */
export type Node =
  | { readonly kind: 'literal'; readonly type: LiteralType; readonly text: string }
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'not'; readonly of: Node }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Node[] }
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Node; readonly right: Node }
  | { readonly kind: 'in'; readonly of: Node; readonly list: readonly Node[] }

export type TokenType = LiteralType | 'word' | 'mark' | 'end'

export interface Token {
  readonly type: TokenType
  /** A word, a mark, or a literal's value: of a text without its quotes. */
  readonly text: string
  /** Where it begins, from 0. */
  readonly at: number
  /** Space stands in front of it. */
  readonly spaced: boolean
}
