import type { Dialect } from '../sql/dialect.ts'
import type { Delivery } from './types.ts'

export interface BronzeCopy {
  /** FROM item over the landing file, or over its canonical copy. */
  readonly from: string
  readonly route: 'direct' | 'copy'
  /** Physical columns, in the order of the file's fields. */
  readonly names: readonly string[]
  readonly delivery: Delivery
  readonly loadedAt: string
  /** The Parquet file to write. */
  readonly to: string
}

/** Landing file -> Parquet: every field as text, rows numbered in the order of the file. Two statements: a setting, then the COPY. */
export function copyToBronze(
  d: Dialect,
  { from, route, names, delivery, loadedAt, to }: BronzeCopy,
): [settings: string, copy: string] {
  const whole = ['cast(null as varchar) as _raw_record', 'cast(null as varchar) as _raw_error']
  const columns = [
    ...names.map(d.ident),
    ...(route === 'direct' ? whole : ['_raw_record', '_raw_error']),
    `${d.literal(delivery.path)} as _source_file`,
    `${route === 'direct' ? 'row_number() over ()' : 'cast(_row_number as bigint)'} as _row_number`,
    `cast(${delivery.delivery} as bigint) as _delivery`,
    `${d.literal(delivery.runId)} as _run_id`,
    `cast(${d.literal(loadedAt)} as timestamptz) as _loaded_at`,
  ]
  return [
    'set preserve_insertion_order = true',
    `copy (select ${columns.join(', ')} from ${from}) to ${d.literal(to)} (format parquet, compression zstd)`,
  ]
}
