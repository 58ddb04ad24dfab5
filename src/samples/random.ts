/**
 * Pseudo-random numbers (sfc32) that give the same bits on every machine: integer steps only.
 * Each stream of one seed is independent, so that a change in one part of the data leaves the others alone.
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(seed: number, stream: string) {
    const hash = hasher(`${seed}/${stream}`)
    this.a = hash()
    this.b = hash()
    this.c = hash()
    for (let i = 0; i < 15; i++) this.next()
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    const t = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0
    return t >>> 0
  }

  /** From 0 up to, not including, 1. */
  float(): number {
    return this.next() / 4294967296
  }

  /** A whole number from 0 up to, not including, `n`. */
  below(n: number): number {
    return Math.floor(this.float() * n)
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.float()
  }

  chance(p: number): boolean {
    return this.float() < p
  }

  pick<T>(list: readonly T[]): T {
    return itemAt(list, this.below(list.length))
  }

  /** Close to a standard normal (a sum of uniforms, so never beyond 6). */
  normal(): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.float()
    return sum
  }
}

function hasher(text: string): () => number {
  let h = 2166136261
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619)
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2246822507)
    h = Math.imul(h ^ (h >>> 13), 3266489909)
    h ^= h >>> 16
    return h
  }
}

export function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}`)
  return item
}

/** e^x by squaring, good to three digits. `Math.exp` may differ in its last bit between machines; this cannot. */
export function exp(x: number): number {
  let y = 1 + x / 4096
  for (let i = 0; i < 12; i++) y *= y
  return y
}

/** Draws indexes by weight in constant time (Vose's alias method). At least one weight must be above zero. */
export class Sampler {
  private readonly keep: Float64Array
  private readonly alias: Int32Array

  constructor(weights: ArrayLike<number>) {
    const n = weights.length
    let [sum, heaviest] = [0, 0]
    for (let i = 0; i < n; i++) {
      sum += weights[i] ?? 0
      if ((weights[i] ?? 0) > (weights[heaviest] ?? 0)) heaviest = i
    }
    if (!(sum > 0)) throw new RangeError('nothing to draw from: all weights are zero')
    this.keep = Float64Array.from(weights, (weight) => (weight * n) / sum)
    this.alias = new Int32Array(n).fill(heaviest)
    this.pairUp(n)
  }

  private pairUp(n: number): void {
    const { keep, alias } = this
    const [small, large] = [new Int32Array(n), new Int32Array(n)]
    let [smalls, larges] = [0, 0]
    for (let i = 0; i < n; i++) {
      if ((keep[i] ?? 0) < 1) small[smalls++] = i
      else large[larges++] = i
    }
    while (smalls > 0 && larges > 0) {
      const less = small[--smalls] ?? 0
      const more = large[larges - 1] ?? 0
      alias[less] = more
      keep[more] = (keep[more] ?? 0) - (1 - (keep[less] ?? 0))
      if ((keep[more] ?? 0) < 1) small[smalls++] = large[--larges] ?? 0
    }
    // What rounding has left unpaired is certain, unless its weight was zero.
    for (const i of small.subarray(0, smalls)) if ((keep[i] ?? 0) > 0) keep[i] = 1
  }

  draw(random: Random): number {
    const i = random.below(this.keep.length)
    return random.float() < (this.keep[i] ?? 1) ? i : (this.alias[i] ?? i)
  }
}

/** 256 items in the given proportions: one draw of eight bits picks one. */
export function shares<T>(parts: readonly (readonly [item: T, weight: number])[]): readonly T[] {
  const total = parts.reduce((sum, [, weight]) => sum + weight, 0)
  const table: T[] = []
  let reached = 0
  for (const [item, weight] of parts) {
    reached += weight
    while (table.length < Math.round((reached / total) * 256)) table.push(item)
  }
  return table
}
