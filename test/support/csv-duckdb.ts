import { DuckDBInstance } from '@duckdb/node-api'

export type Value = string | null

/** A DuckDB in memory, to read what the SQL of `src/sources` says. */
export interface CsvDatabase extends AsyncDisposable {
  /** All rows, in the order of the file. */
  rows(from: string): Promise<Value[][]>
  /** One number or text per row of any query. */
  values(sql: string): Promise<unknown[]>
}

export async function csvDatabase(): Promise<CsvDatabase> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const all = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS()
  return {
    rows: async (from) => (await all(`select * from ${from}`)) as Value[][],
    values: async (sql) => (await all(sql)).map(([first]) => first),
    [Symbol.asyncDispose]: async () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
