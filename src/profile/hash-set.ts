/** A set of 64-bit hashes in two halves, as large as it is made for. The hash of two zeros counts as that of 0 and 1. */
export class HashSet {
  size = 0
  readonly #slots: Int32Array
  readonly #again: Uint8Array
  readonly #mask: number

  /** Room for `most` hashes. */
  constructor(most: number) {
    const places = 2 ** Math.ceil(Math.log2(Math.max(2, most * 2)))
    this.#slots = new Int32Array(places * 2)
    this.#again = new Uint8Array(places)
    this.#mask = places - 1
  }

  /** Takes a hash in; true when it is there for the second time, not the third. */
  add(high: number, low: number): boolean {
    const place = this.#placeOf(high, low)
    if (this.#isFree(place)) {
      this.#slots[2 * place] = high
      this.#slots[2 * place + 1] = stored(high, low)
      this.size++
      return false
    }
    const second = this.#again[place] === 0
    this.#again[place] = 1
    return second
  }

  has(high: number, low: number): boolean {
    return !this.#isFree(this.#placeOf(high, low))
  }

  /** Empties it for other hashes. */
  clear(): void {
    this.#slots.fill(0)
    this.#again.fill(0)
    this.size = 0
  }

  #isFree(place: number): boolean {
    return this.#slots[2 * place] === 0 && this.#slots[2 * place + 1] === 0
  }

  /** Where the hash is, or could be put. */
  #placeOf(high: number, low: number): number {
    const slots = this.#slots
    const wanted = stored(high, low)
    let place = low & this.#mask
    while (slots[2 * place] !== high || slots[2 * place + 1] !== wanted) {
      if (slots[2 * place] === 0 && slots[2 * place + 1] === 0) break
      place = (place + 1) & this.#mask
    }
    return place
  }
}

const stored = (high: number, low: number): number => (high === 0 && low === 0 ? 1 : low)
