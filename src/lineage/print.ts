import { listOf, recordOf } from '../sql/walk.ts'

/** Parts of a parsed query as DuckDB's SQL again. */
export interface Printer {
  /** A scalar expression or predicate. */
  expression(ast: unknown): string
  /** A FROM item with its alias. */
  item(ast: unknown): string
  query(ast: unknown): string
}

/** Loads the SQL library, which takes a moment: only commands that explain need it. Printing what cannot be printed throws. */
export async function makePrinter(): Promise<Printer> {
  const { parse, generate, Dialect } = await import('@polyglot-sql/sdk')
  const selectOf = (sql: string) => recordOf(recordOf(listOf(parse(sql, Dialect.DuckDB).ast)[0]).select)
  const shell = selectOf('select 1')
  const table = selectOf('select 1 from t')
  const query = (ast: unknown): string => {
    const { success, sql, error } = generate([ast], Dialect.DuckDB)
    const [text] = sql ?? []
    if (!success || text === undefined) throw new Error(`cannot print SQL: ${error}`)
    return text
  }
  return {
    query,
    expression: (ast) => query({ select: { ...shell, expressions: [ast] } }).slice('SELECT '.length),
    item: (ast) =>
      query({ select: { ...table, from: { ...recordOf(table.from), expressions: [ast] } } }).slice(
        'SELECT 1 FROM '.length,
      ),
  }
}
