/**
 * 64 bits of a key of texts, in two halves that mix with each other at every four bytes, after MurmurHash3. Of ten million
 * different keys two have the same with a chance of 3 in a million.
 */
export class KeyHash {
  high = 0
  low = 0

  begin(): void {
    this.high = 0x9747b28c
    this.low = 0x3c6ef372
  }

  /** Adds the text in `bytes[from, to)`, and where it ends: `ab`, `c` is another key than `a`, `bc`. */
  add(bytes: Uint8Array, from: number, to: number): void {
    let at = from
    for (; at + 4 <= to; at += 4)
      this.#mix(
        (bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24),
      )
    let rest = 0
    for (let shift = 0; at < to; at++, shift += 8) rest |= (bytes[at] as number) << shift
    this.#mix(rest)
    this.#mix(to - from)
  }

  /** After the last text: every bit of the key reaches every bit of both halves. */
  end(): void {
    const high = (this.high + this.low) | 0
    const low = (this.low + high) | 0
    this.high = spread(high)
    this.low = spread(low ^ this.high)
  }

  #mix(word: number): void {
    const one = Math.imul(word, 0xcc9e2d51)
    const two = Math.imul(word, 0x85ebca6b)
    const high = this.high ^ Math.imul((one << 15) | (one >>> 17), 0x1b873593)
    this.high = (Math.imul((((high << 13) | (high >>> 19)) + this.low) | 0, 5) + 0xe6546b64) | 0
    const low = this.low ^ Math.imul((two << 16) | (two >>> 16), 0xc2b2ae35)
    this.low = (Math.imul((((low << 17) | (low >>> 15)) + this.high) | 0, 5) + 0x38495ab5) | 0
  }
}

function spread(half: number): number {
  let h = half ^ (half >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) | 0
}
