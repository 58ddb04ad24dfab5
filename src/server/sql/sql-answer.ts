import type { DuckDBResult, DuckDBValue } from '@duckdb/node-api'
import { type ColumnType, cellOf, columnType } from '../reading/tables.ts'
import type { Table } from '../schemas/common.ts'

type Cell = Table['rows'][number][number]

/** A result ends at so many characters, whatever the number of its rows; a single text is cut. */
const MOST_CHARACTERS = 8_000_000
const MOST_IN_A_CELL = 20_000

/** Reads rows until `limit` or until there is enough text; the rest is never read. */
export async function readAnswer(
  result: DuckDBResult,
  limit: number,
): Promise<{ readonly table: Table; readonly truncated: boolean }> {
  const types = result.columnTypes().map((type) => columnType(String(type)))
  const columns = result.deduplicatedColumnNames().map((name, c) => ({ name, type: types[c] ?? 'text' }))
  const rows: Cell[][] = []
  let characters = 0
  for await (const chunk of result) {
    for (const row of chunk.getRows()) {
      if (rows.length >= limit || characters > MOST_CHARACTERS)
        return { table: { columns, rows }, truncated: true }
      const cells = row.map((value, c) => shown(value, types[c] ?? 'text'))
      characters += cells.reduce<number>((sum, cell) => sum + String(cell).length, 0)
      rows.push(cells)
    }
  }
  return { table: { columns, rows }, truncated: false }
}

function shown(value: DuckDBValue, type: ColumnType): Cell {
  const cell = cellOf(value, type)
  if (typeof cell === 'number' && !Number.isFinite(cell)) return String(cell)
  return typeof cell === 'string' && cell.length > MOST_IN_A_CELL ? `${cell.slice(0, MOST_IN_A_CELL)}…` : cell
}
