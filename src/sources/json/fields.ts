/** How a value lies in the text. `nested` is an array as JSON. */
export type ValueKind = 'plain' | 'escaped' | 'number' | 'nested'

/** The values of the record last read, by column: where they lie in the window. */
export class Fields {
  readonly from: number[] = []
  readonly to: number[] = []
  readonly kind: ValueKind[] = []
  /** The record a column last had a value in. */
  readonly #setIn: number[] = []

  /** false = the record has a value for this column already. */
  set(record: number, column: number, from: number, to: number, kind: ValueKind): boolean {
    if (this.#setIn[column] === record) return false
    this.#setIn[column] = record
    this.from[column] = from
    this.to[column] = to
    this.kind[column] = kind
    return true
  }

  has(record: number, column: number): boolean {
    return this.#setIn[column] === record
  }
}
