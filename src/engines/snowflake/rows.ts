import type { RowBatch } from '../engine.ts'
import type { Connection } from './driver.ts'

/** A statement that has ended well. */
export type Statement = ReturnType<Connection['execute']>
type Column = NonNullable<ReturnType<Statement['getColumns']>>[number]

/** Rows handed on at a time. */
const BATCH_ROWS = 10_000

/**
 * A result's rows by column: whole numbers as bigint, decimals as text, doubles as numbers, times as text, so that nothing
 * is rounded. At least one batch.
 */
export async function* batchesOf(
  statement: Statement,
  named: (name: string) => string,
): AsyncGenerator<RowBatch, undefined> {
  const columns = statement.getColumns() ?? []
  const head = { names: columns.map((column) => named(column.getName())), types: columns.map(typeOf) }
  const readers = columns.map(readerOf)
  const pack = (rows: readonly (readonly unknown[])[]): RowBatch => ({
    ...head,
    columns: readers.map((read, c) => rows.map((row) => read(row[c]))),
    rows: rows.length,
  })
  let rows: (readonly unknown[])[] = []
  let isFirst = true
  for await (const row of statement.streamRows() as AsyncIterable<readonly unknown[]>) {
    rows.push(row)
    if (rows.length < BATCH_ROWS) continue
    yield pack(rows)
    rows = []
    isFirst = false
  }
  if (rows.length > 0 || isFirst) yield pack(rows)
}

/** As SQL writes it: `number(18,2)`, `timestamp_ntz`. */
const typeOf = (column: Column): string =>
  column.getType() === 'fixed' ? `number(${column.getPrecision()},${column.getScale()})` : column.getType()

type Reader = (value: unknown) => unknown

function readerOf(column: Column): Reader {
  const type = column.getType()
  if (type === 'fixed') return column.getScale() === 0 ? unlessNull((text) => BigInt(String(text))) : asIs
  if (type === 'real') return unlessNull((text) => doubleOf(String(text)))
  if (type === 'date') return unlessNull((value) => momentText(value as Moment).slice(0, 10))
  return type.startsWith('timestamp') ? unlessNull((value) => momentText(value as Moment)) : asIs
}

const unlessNull =
  (read: Reader): Reader =>
  (value) =>
    value === null || value === undefined ? null : read(value)

const asIs: Reader = (value) => value ?? null

const doubleOf = (text: string): number => {
  if (!/inf/i.test(text)) return Number(text)
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** A date or time as the driver gives it: its Date has milliseconds only. */
interface Moment {
  getEpochSeconds(): number
  getNanoSeconds(): number
}

/** `2024-01-01 10:00:00.5`, UTC, as the embedded engine writes it. */
function momentText(moment: Moment): string {
  const whole = new Date(moment.getEpochSeconds() * 1000).toISOString().slice(0, 19).replace('T', ' ')
  const micros = Math.floor(moment.getNanoSeconds() / 1000)
  return micros === 0 ? whole : `${whole}.${String(micros).padStart(6, '0').replace(/0+$/, '')}`
}
