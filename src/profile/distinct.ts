import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { fromSystemError } from '../errors.ts'
import { HashSet } from './hash-set.ts'

const PARTS = 256
/** Numbers in a block: 4096 hashes of two halves. */
const BLOCK = 8192
/** Blocks kept in memory, 128 MB of them; more go to a scratch file. */
const KEPT = 4096
/** Repeated hashes told one by one. */
const TOLD = 4096

export interface DistinctCount {
  readonly distinct: number
  /** Hashes that came more than once. */
  readonly repeated: number
  /** Some thousand of those, taken evenly; all of them when they are no more. */
  readonly sample: HashSet
}

/** Counts different 64-bit hashes exactly, in bounded memory: they are put aside by their first byte, and counted part by part. */
export class Distinct {
  readonly #path: string
  readonly #open = Array.from({ length: PARTS }, () => new Int32Array(BLOCK))
  readonly #filled = new Uint32Array(PARTS)
  /** Full blocks by part, or the place in the scratch file. */
  readonly #full: (Int32Array | number)[][] = Array.from({ length: PARTS }, () => [])
  #kept = 0
  #written = 0
  #file: number | undefined

  readonly #keep: number

  /** `path`: a scratch file of its own, for what is beyond `keep` blocks. */
  constructor(path: string, keep: number = KEPT) {
    this.#path = path
    this.#keep = keep
  }

  add(high: number, low: number): void {
    const part = high >>> 24
    const block = this.#open[part] as Int32Array
    const at = this.#filled[part] as number
    block[at] = high
    block[at + 1] = low
    if (at + 2 < BLOCK) this.#filled[part] = at + 2
    else this.#putAside(part, block)
  }

  count(): DistinctCount {
    const most = Math.max(
      ...this.#full.map(({ length }, part) => (length * BLOCK + (this.#filled[part] ?? 0)) / 2),
    )
    const seen = new HashSet(most)
    const repeats = new Thinned()
    let distinct = 0
    for (let part = 0; part < PARTS; part++) {
      seen.clear()
      for (const block of this.#full[part] ?? []) addAll(seen, this.#read(block), BLOCK, repeats)
      addAll(seen, this.#open[part] as Int32Array, this.#filled[part] ?? 0, repeats)
      distinct += seen.size
    }
    return { distinct, repeated: repeats.count, sample: repeats.sample() }
  }

  close(): void {
    if (this.#file === undefined) return
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
  }

  #putAside(part: number, block: Int32Array): void {
    this.#filled[part] = 0
    if (this.#kept < this.#keep) {
      this.#kept++
      this.#full[part]?.push(block)
      this.#open[part] = new Int32Array(BLOCK)
    } else this.#full[part]?.push(this.#write(block))
  }

  #write(block: Int32Array): number {
    try {
      this.#file ??= openSync(this.#path, 'w+')
      const at = this.#written
      for (let done = 0; done < block.byteLength; )
        done += writeSync(this.#file, block, done, block.byteLength - done, at + done)
      this.#written += block.byteLength
      return at
    } catch (error) {
      throw fromSystemError(error, 'counting the keys of a large file')
    }
  }

  #read(block: Int32Array | number): Int32Array {
    if (typeof block !== 'number') return block
    const read = new Int32Array(BLOCK)
    if (this.#file !== undefined) readSync(this.#file, read, 0, read.byteLength, block)
    return read
  }
}

function addAll(seen: HashSet, hashes: Int32Array, length: number, repeats: Thinned): void {
  for (let at = 0; at < length; at += 2) {
    const high = hashes[at] as number
    const low = hashes[at + 1] as number
    if (seen.add(high, low)) repeats.add(high, low)
  }
}

/** Counts hashes and keeps an even choice of them: each time they become too many, one more bit has to be zero. */
class Thinned {
  count = 0
  #kept: [number, number][] = []
  #mask = 0

  add(high: number, low: number): void {
    this.count++
    if ((high & this.#mask) !== 0) return
    this.#kept.push([high, low])
    if (this.#kept.length <= TOLD) return
    this.#mask = this.#mask * 2 + 1
    this.#kept = this.#kept.filter(([first]) => (first & this.#mask) === 0)
  }

  sample(): HashSet {
    const set = new HashSet(this.#kept.length)
    for (const [high, low] of this.#kept) set.add(high, low)
    return set
  }
}
