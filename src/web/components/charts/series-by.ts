import type { Answer, Grain } from '../../../semantic/types.ts'
import { addDays, addMonths, type Day } from '../../dates.ts'
import type { Format } from '../../format.ts'
import { indices, rowsOf } from '../../labels.ts'
import type { Series } from './series.ts'

export interface Laid {
  readonly dates: readonly Day[]
  readonly series: readonly Series[]
}

/**
 * An answer by date (and one more dimension) laid on a line without gaps. `fill` stands where there is no row: 0 for
 * sums and counts, null for ratios. Series come in the order of their tones, then of their totals.
 */
export const seriesBy = ({
  answer,
  measure,
  by,
  grain,
  format,
  fill,
  toneOf = (_value, index) => (index % 5) + 1,
  label,
}: {
  answer: Answer | undefined
  measure: string
  by?: string
  grain: Grain
  format: Format
  fill: 0 | null
  toneOf?: (value: string | null, index: number) => number
  /** Of the only series, where there is no `by`. */
  label?: string
}): Laid => {
  const rows = rowsOf(answer, format)
  const days = indices(rows).flatMap((row) => rows.text(row, 'date') ?? [])
  const dates = buckets(days, grain)
  const at = new Map(dates.map((day, index) => [day, index]))
  const found = new Map<string, { value: string | null; label: string; values: (number | null)[] }>()
  for (const row of indices(rows)) {
    const value = by === undefined ? null : rows.text(row, by)
    const series = found.get(String(value)) ?? {
      value,
      label: by === undefined ? (label ?? measure) : rows.label(row, by),
      values: dates.map(() => fill),
    }
    const index = at.get(rows.text(row, 'date') ?? '')
    if (index !== undefined) series.values[index] = rows.number(row, measure) ?? fill
    found.set(String(value), series)
  }
  const total = (values: readonly (number | null)[]) =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const series = [...found.entries()]
    .toSorted(([, a], [, b]) => total(b.values) - total(a.values))
    .map(([key, one], index) => ({
      key,
      label: one.label,
      values: one.values,
      tone: toneOf(one.value, index),
    }))
  return { dates, series: series.toSorted((a, b) => a.tone - b.tone) }
}

/** Every bucket from the first to the last day. */
const buckets = (days: readonly Day[], grain: Grain): readonly Day[] => {
  const ordered = [...new Set(days)].sort()
  const last = ordered.at(-1)
  const dates: Day[] = []
  let day = ordered[0]
  while (day !== undefined && last !== undefined && day <= last && dates.length < 5000) {
    dates.push(day)
    day =
      grain === 'day'
        ? addDays(day, 1)
        : grain === 'week'
          ? addDays(day, 7)
          : addMonths(day, { month: 1, quarter: 3, year: 12 }[grain])
  }
  return dates
}
