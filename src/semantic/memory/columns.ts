import { DATE } from '../../model/semantic/dimensions.ts'
import { presence } from '../aggregates.ts'
import { keptColumn } from '../kept.ts'
import type { Part } from '../parts.ts'

/** Rows of one set of a rollup of sums, column by column; all of one length. */
export interface KeptRows {
  readonly rows: number
  /** By dimension; `date` is by day. */
  readonly words: ReadonlyMap<string, Words>
  /** By column of the rollup. */
  readonly sums: ReadonlyMap<string, Sum>
}

export interface Words {
  /** Place in `values` of each row's word. */
  readonly codes: Uint32Array
  /** Each once: whole numbers as numbers, days as ISO dates; null is unknown. */
  readonly values: readonly Word[]
}

export type Word = string | number | null

/** Whole numbers of the last of `scale` decimal places, NaN for none. Any of them add up exactly: all together are below 2^53. */
export interface Sum {
  readonly units: Float64Array
  readonly scale: number
}

/** What must be in memory for a part to be answered there. */
export interface Needed {
  readonly table: string
  readonly part: number
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
    table: rollup.table,
    part: rollup.part,
    words: [...new Set([...named, ...(range ? [DATE.name] : [])])],
    sums: [...new Set(kept)],
  }
}
