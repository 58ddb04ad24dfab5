import type { RowBatch } from '../../engines/engine.ts'
import type { Cell } from '../../semantic/types.ts'
import type { Table } from '../schemas/common.ts'
import type { Lease } from './snapshot.ts'

export type ColumnType = Table['columns'][number]['type']

/** The engine's word for a type -> the API's. */
export function columnType(engineType: string): ColumnType {
  const type = engineType.toUpperCase()
  if (/^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|U\w*INT)/.test(type)) return 'integer'
  if (/^(DECIMAL|DOUBLE|FLOAT|REAL)/.test(type)) return 'decimal'
  if (type === 'DATE') return 'date'
  if (type.startsWith('TIMESTAMP')) return 'timestamp'
  return type === 'BOOLEAN' ? 'boolean' : 'text'
}

/** A value of the engine as JSON has it: numbers as numbers as long as no digit is lost, times in ISO without a zone. */
export function cellOf(value: unknown, type: ColumnType): Cell {
  if (value === null || value === undefined) return null
  switch (type) {
    case 'integer':
    case 'decimal':
      return numberOf(value)
    case 'boolean':
      return value === true
    case 'timestamp':
      return String(value).replace(' ', 'T')
    default:
      return String(value)
  }
}

function numberOf(value: unknown): number | string {
  const number = Number(value)
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? String(value) : number
}

/** Rows of a batch, row by row. */
export function* rowsIn({ types, columns, rows }: RowBatch): Iterable<Cell[]> {
  const kinds = types.map(columnType)
  for (let r = 0; r < rows; r++) yield columns.map((column, c) => cellOf(column[r], kinds[c] ?? 'text'))
}

/** What is known of a column beside its type. */
export interface ColumnNotes {
  readonly description?: string
  readonly masked?: boolean
}

/** A whole result as a table; for pages, not for exports. */
export async function tableOf(
  lease: Lease,
  sql: string,
  signal: AbortSignal,
  notes?: (column: string) => ColumnNotes,
): Promise<Table> {
  return tableFrom(lease.stream(sql, signal), notes)
}

/** The same of rows that come already. */
export async function tableFrom(
  batches: AsyncIterable<RowBatch>,
  notes: (column: string) => ColumnNotes = () => ({}),
): Promise<Table> {
  let columns: Table['columns'] = []
  const rows: Cell[][] = []
  for await (const batch of batches) {
    columns = batch.names.map((name, c) => ({
      name,
      type: columnType(batch.types[c] ?? ''),
      ...notes(name),
    }))
    rows.push(...rowsIn(batch))
  }
  return { columns, rows }
}
