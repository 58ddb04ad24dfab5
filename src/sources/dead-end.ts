/**
 * What a record that led nowhere has taught: from the beginning of each line it passed inside quotes, the way onward is
 * the same for every record that gets there inside quotes too. Remembering the last such way keeps reading linear, however
 * many stray quotes a text has. Positions count from the beginning of the text.
 */
export class DeadEnd {
  /** Quoted newlines the record being read has passed, and how many fields were complete there. */
  #at: number[] = []
  #fields: number[] = []
  #known: { at: number[]; fields: number[]; until: number; total: number; filled: number } | undefined

  beginRecord(): void {
    if (this.#at.length === 0) return
    this.#at = []
    this.#fields = []
  }

  /** Passing a quoted newline at `at` with `fields` complete: is the way onward known to fail? */
  enters(at: number, fields: number, fits: (fields: number, filled: number) => boolean): boolean {
    this.#at.push(at)
    this.#fields.push(fields)
    const known = this.#known
    if (!known || at >= known.until) return false
    const index = indexOf(known.at, at)
    if (index === undefined) return false
    const more = fields - (known.fields[index] ?? 0)
    return known.total === 0 || !fits(known.total + more, known.filled + more)
  }

  /** The quoting broke at `until`. */
  broken(until: number): void {
    this.#remember(until, 0, 0)
  }

  /** The record ended before `until` with the wrong number of fields: `total`, or `filled` without empty ones at the end. */
  misfit(until: number, total: number, filled: number): void {
    this.#remember(until, total, filled)
  }

  #remember(until: number, total: number, filled: number): void {
    if (this.#at.length === 0) return
    this.#known = { at: this.#at, fields: this.#fields, until, total, filled }
    this.#at = []
    this.#fields = []
  }
}

function indexOf(sorted: readonly number[], wanted: number): number | undefined {
  let low = 0
  let high = sorted.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const value = sorted[middle] ?? 0
    if (value === wanted) return middle
    if (value < wanted) low = middle + 1
    else high = middle - 1
  }
  return undefined
}
