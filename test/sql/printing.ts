import type { DuckDBConnection } from '@duckdb/node-api'
import type { GoldModel } from '../../src/model/gold-model.ts'
import { parseQuery } from '../../src/sql/parse.ts'
import { type ColumnsOf, type PrintedQuery, printed, type TableName } from '../../src/sql/print.ts'
import type { Target } from '../../src/sql/target.ts'
import { type Columns, decimal, type SqlType } from '../../src/sql/types.ts'
import type { SqlNode } from '../../src/sql/walk.ts'

/** The parse tree of a query that must be one. */
export async function parsed(sql: string): Promise<SqlNode> {
  const answer = await parseQuery(sql)
  if (!answer.ok) throw new Error(`${answer.message} in ${sql}`)
  return answer.query
}

const KINDS: Readonly<Record<string, SqlType>> = {
  VARCHAR: { kind: 'text' },
  INTEGER: { kind: 'integer', bits: 32 },
  BIGINT: { kind: 'integer', bits: 64 },
  HUGEINT: { kind: 'integer', bits: 128 },
  DOUBLE: { kind: 'double' },
  BOOLEAN: { kind: 'boolean' },
  DATE: { kind: 'date' },
  TIMESTAMP: { kind: 'timestamp' },
}

/** A type by DuckDB's name for it. */
export function typeNamed(name: string): SqlType {
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(name) ?? []
  if (precision !== undefined) return decimal(Number(precision), Number(scale))
  return KINDS[name] ?? { kind: 'null' }
}

/** What DuckDB itself says about its tables, by `schema.table`. */
export async function columnsIn(connection: DuckDBConnection): Promise<ReadonlyMap<string, Columns>> {
  const found = await connection.runAndReadAll(
    'select table_schema || $$.$$ || table_name, column_name, data_type from information_schema.columns order by 1, ordinal_position',
  )
  const tables = new Map<string, [string, SqlType][]>()
  for (const [table, name, type] of found.getRows()) {
    const columns = tables.get(String(table)) ?? []
    columns.push([String(name), typeNamed(String(type))])
    tables.set(String(table), columns)
  }
  return tables
}

/** Every model as an engine gets it, each with the columns of those before it. */
export async function printModels(
  models: readonly GoldModel[],
  target: Target,
  table: TableName,
  tables: ReadonlyMap<string, Columns>,
): Promise<ReadonlyMap<string, PrintedQuery>> {
  const done = new Map<string, PrintedQuery>()
  const columns: ColumnsOf = (name, schema) =>
    schema === undefined || schema === 'gold' ? done.get(name)?.columns : tables.get(`${schema}.${name}`)
  for (const model of models) {
    try {
      done.set(model.name, printed(await parsed(model.sql), target, table, columns))
    } catch (error) {
      throw new Error(`${model.name}: ${String(error)}`)
    }
  }
  return done
}
