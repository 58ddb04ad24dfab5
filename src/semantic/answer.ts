import type { Asked } from './ask.ts'
import { nextBucket } from './days.ts'
import { covers } from './period.ts'
import type { Answer, Cell } from './types.ts'

/**
 * The answer from the rows that the SQL of `ask` returned, each in the order of its columns: numbers may come as bigint
 * or as decimal text, days as ISO text or as a Date at midnight UTC.
 */
export function toAnswer(asked: Asked, rows: readonly (readonly unknown[])[]): Answer {
  const { columns, limit, unfiltered, compared } = asked
  const isFigure = columns.map(({ kind }) => kind === 'measure' || kind === 'before')
  const kept = rows.slice(0, limit).map((row) => row.map((value, c) => cellOf(value, isFigure[c] ?? false)))
  return {
    columns,
    rows: kept,
    unfiltered,
    partial: partialOf(asked, kept),
    ...(compared === undefined ? {} : { compared }),
    truncated: rows.length > limit,
  }
}

function cellOf(value: unknown, figure: boolean): Cell {
  if (value === null || value === undefined) return null
  if (figure) return Number(value)
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
}

/** Buckets that stick out of the range, begin clearly before the data or end after it. */
function partialOf({ buckets, columns }: Asked, rows: readonly (readonly Cell[])[]): readonly string[] {
  if (!buckets) return []
  const { grain, range, data } = buckets
  const at = columns.findIndex(({ name }) => name === 'date')
  const days = new Set(rows.flatMap((row) => (typeof row[at] === 'string' ? [String(row[at])] : [])))
  return [...days].sort().filter((from) => {
    const bucket = { from, to: nextBucket(from, grain) }
    const inRange = !range || (range.from <= bucket.from && bucket.to <= range.to)
    const touched = data !== undefined && data.from < bucket.to && bucket.from < data.to
    return !inRange || (touched && !(covers(data.from, bucket) && bucket.to <= data.to))
  })
}
