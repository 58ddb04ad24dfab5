import { exactly } from '../read-sql.ts'

/** FROM item over a Parquet file: one text column per name. `texts` are the expressions of its scan, in the order of the columns. */
export function readParquetSql(path: string, names: readonly string[], texts: readonly string[]): string {
  const columns = names.map((name, index) => `${texts[index]} as ${ident(name)}`)
  return `(select ${columns.join(', ')} from read_parquet(${exactly(path)}, hive_partitioning = false))`
}

export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`
