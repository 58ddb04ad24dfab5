import { duckdbTarget } from '../../engines/duckdb/sql-target.ts'
import { C360Error } from '../../errors.ts'
import { relationColumns } from '../../plan/relation-columns.ts'
import { parseQuery } from '../../sql/parse.ts'
import { type ColumnsOf, printed } from '../../sql/print.ts'
import { type Columns, typeName } from '../../sql/types.ts'
import type { SqlNode } from '../../sql/walk.ts'
import type { Prepared } from '../prepare.ts'

/**
 * Model -> its columns with the types the embedded engine gives them, whatever engine builds it. Every model is parsed for it:
 * about a second.
 */
export async function goldTypes({ models }: Pick<Prepared, 'models'>): Promise<ReadonlyMap<string, Columns>> {
  const known = new Map<string, Columns>(relationColumns)
  const gold = new Map<string, Columns>()
  for (const { name, sql } of models) {
    const columns = columnsOf(await parsed(sql), known)
    known.set(`gold.${name}`.toLowerCase(), columns)
    gold.set(name, columns)
  }
  return gold
}

/** SQL_FAILED where it cannot be parsed. */
export async function parsed(sql: string): Promise<SqlNode> {
  const found = await parseQuery(sql)
  if (!found.ok) throw new C360Error('SQL_FAILED', found.message)
  return found.query
}

/** The columns a SELECT makes, with the types the embedded engine gives them. */
export const columnsOf = (query: SqlNode, known: ReadonlyMap<string, Columns>): Columns =>
  printed(query, duckdbTarget, (table) => table, typesIn(known)).columns

/** Tables are known by schema and name, whatever their case; one without a schema is a model. */
export const typesIn =
  (known: ReadonlyMap<string, Columns>): ColumnsOf =>
  (name, schema = 'gold') =>
    known.get(`${schema}.${name}`.toLowerCase())

/**
 * The type in which a column that another engine sent is kept here: that of the model, or, where the model as it is now has no
 * such column, the nearest to the word of the engine that sent it.
 */
export function typeHere(columns: Columns | undefined, name: string, word: string): string {
  const known = columns?.find(([own]) => own.toLowerCase() === name.toLowerCase())
  return known ? typeName(known[1]) : nearest(word.toUpperCase())
}

function nearest(word: string): string {
  const [, digits] = /^(?:DECIMAL|NUMBER|NUMERIC)(\(\d+,\s*\d+\))/.exec(word) ?? []
  if (digits !== undefined) return `DECIMAL${digits}`
  if (/^(TINY|SMALL|BIG)?INT|^INTEGER|^LONG/.test(word)) return 'BIGINT'
  if (/^(DOUBLE|FLOAT|REAL)/.test(word)) return 'DOUBLE'
  if (/^(BOOL|BIT$)/.test(word)) return 'BOOLEAN'
  if (word === 'DATE') return 'DATE'
  return /^(TIMESTAMP|DATETIME)/.test(word) ? 'TIMESTAMP' : 'VARCHAR'
}
