import { DATE } from '../../model/semantic/dimensions.ts'
import { presence } from '../aggregates.ts'
import { keptColumn } from '../kept.ts'
import type { Part } from '../parts.ts'
import type { SummedSet } from '../rollups.ts'

/** Rows of one set of a rollup of sums, column by column; all of one length. */
export interface KeptRows {
  readonly rows: number
  /** By dimension; `date` is by day. */
  readonly words: ReadonlyMap<string, Words>
  /** By column of the rollup. */
  readonly sums: ReadonlyMap<string, Sum>
}

/** Where each row's word is, and the other way round. */
export class Words {
  /** Place in `values` of each row's word. */
  readonly codes: Uint32Array
  /** Each once: whole numbers as numbers, days as ISO dates; null is unknown. */
  readonly values: readonly Word[]
  /** Codes never fall from row to row. */
  readonly isSorted: boolean
  private readonly made = new Map<string, unknown>()
  private byCode: { readonly starts: Uint32Array; readonly rows: Uint32Array } | undefined

  constructor(codes: Uint32Array, values: readonly Word[]) {
    this.codes = codes
    this.values = values
    this.isSorted = codes.every((code, row) => row === 0 || code >= (codes[row - 1] ?? 0))
  }

  /** What follows from the values alone is made once. */
  once<T>(key: string, make: () => T): T {
    if (!this.made.has(key)) this.made.set(key, make())
    return this.made.get(key) as T
  }

  /** The rows of one word, in their order. */
  rowsOf(code: number): Uint32Array {
    const { starts, rows } = this.byCode ?? this.indexed()
    return rows.subarray(starts[code], starts[code + 1])
  }

  private indexed() {
    const starts = new Uint32Array(this.values.length + 2)
    for (const code of this.codes) starts[code + 2] = (starts[code + 2] ?? 0) + 1
    for (let code = 1; code < starts.length; code++)
      starts[code] = (starts[code] ?? 0) + (starts[code - 1] ?? 0)
    const rows = new Uint32Array(this.codes.length)
    for (let row = 0; row < rows.length; row++) {
      const next = (this.codes[row] ?? 0) + 1
      rows[starts[next] ?? 0] = row
      starts[next] = (starts[next] ?? 0) + 1
    }
    this.byCode = { starts, rows }
    return this.byCode
  }
}

export type Word = string | number | null

/** Whole numbers of the last of `scale` decimal places, NaN for none. Any of them add up exactly: all together are below 2^53. */
export interface Sum {
  readonly units: Float64Array
  readonly scale: number
}

/** What must be in memory for a part to be answered there. */
export interface Needed {
  readonly of: SummedSet
  readonly words: readonly string[]
  readonly sums: readonly string[]
}

/** undefined where a part is not had from a rollup of sums. */
export function neededFor({ rollup, cut, aggregates }: Part): Needed | undefined {
  if (rollup?.kind !== 'sums') return undefined
  const { by, values, range } = cut
  const named = [...by, ...values].map(({ dimension }) => dimension.name)
  const kept = [...aggregates, ...aggregates.map(presence)].flatMap((one) => keptColumn(one) ?? [])
  return {
    of: rollup,
    words: [...new Set([...named, ...(range ? [DATE.name] : [])])],
    sums: [...new Set(kept)],
  }
}
