import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { toAnswer } from '../../src/semantic/answer.ts'
import { type Asked, ask } from '../../src/semantic/ask.ts'
import { type Context, contextSql, toContext } from '../../src/semantic/context.ts'
import type { Answer, Query } from '../../src/semantic/types.ts'

export type Row = Record<string, unknown>
export type Run = (sql: string) => Promise<Row[]>

/** The context of a warehouse as it is now. */
export const contextOf = async (run: Run): Promise<Context> => toContext(await run(contextSql(dialect)))

export function compiled(query: Query, context: Context): Asked {
  const asking = ask(query, dialect, context)
  if (!asking.ok) throw new Error(JSON.stringify(asking.problems))
  return asking.asked
}

export async function answered(run: Run, query: Query, context: Context): Promise<Answer> {
  const asked = compiled(query, context)
  const rows = await run(asked.sql)
  return toAnswer(
    asked,
    rows.map((row) => asked.columns.map(({ name }) => row[name])),
  )
}

/** What a query without groups says of one measure. */
export async function figure(
  run: Run,
  context: Context,
  measure: string,
  more: Omit<Query, 'measures'> = {},
) {
  const { rows } = await answered(run, { measures: [measure], ...more }, context)
  return rows[0]?.[0]
}

/** One row per group, columns by name. */
export const asRows = ({ columns, rows }: Answer): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, c) => [name, row[c]])))
