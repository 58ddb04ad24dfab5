/** Bounds that keep time and memory in hand whatever a file contains. Sizes in bytes. */
export interface CsvLimits {
  /** A longer record refuses the file. */
  readonly record: number
  /** How far a quoted field with newlines in it may reach from the start of its record; beyond, its quote counts as never closed. */
  readonly lookAhead: number
  /** A compressed file may unpack to this much. */
  readonly inflated: number
  /** Above `ratioFrom` bytes, a compressed file may unpack to this many times its size. */
  readonly ratio: number
  readonly ratioFrom: number
}

const MiB = 1024 * 1024

export const csvLimits: CsvLimits = {
  record: 64 * MiB,
  lookAhead: MiB,
  inflated: 64 * 1024 * MiB,
  ratio: 250,
  ratioFrom: 256 * MiB,
}

/** What every pass over a file takes. */
export interface ReadOptions {
  readonly signal?: AbortSignal
  /** Called with the bytes of the landing file read so far. */
  readonly onProgress?: (bytesRead: number) => void
  readonly limits?: Partial<CsvLimits>
  /** Nobody will ask for the file's hash. */
  readonly unhashed?: boolean
}
