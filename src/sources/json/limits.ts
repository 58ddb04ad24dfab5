import { csvLimits, type ReadOptions } from '../limits.ts'

/** Bounds that keep time and memory in hand whatever a document contains. */
export interface JsonLimits {
  /** Bytes of a record; a longer one refuses the file. */
  readonly record: number
  /** How deep objects and arrays may lie within each other in a record. */
  readonly depth: number
  /** Bytes of a key as it is written. */
  readonly key: number
  /** How many different keys a file may have; they become columns. */
  readonly keys: number
}

export const jsonLimits = (options: ReadOptions): JsonLimits => ({
  record: options.limits?.record ?? csvLimits.record,
  depth: 64,
  key: 1024,
  keys: 4096,
})
