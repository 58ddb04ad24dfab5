import { expect } from 'vitest'
import { dialect } from '../../src/engines/duckdb/dialect.ts'
import { toAnswer } from '../../src/semantic/answer.ts'
import { type Asked, ask } from '../../src/semantic/ask.ts'
import { type Context, contextSql, toContext } from '../../src/semantic/context.ts'
import { SumsInMemory } from '../../src/semantic/memory/sums-in-memory.ts'
import { type Part, partSql } from '../../src/semantic/parts.ts'
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

/** What the engine says; what is had from sums in memory says the same. */
export async function answered(run: Run, query: Query, context: Context): Promise<Answer> {
  const asked = compiled(query, context)
  const rows = await run(asked.sql)
  const answer = toAnswer(
    asked,
    rows.map((row) => asked.columns.map(({ name }) => row[name])),
  )
  const known = await remembered(run, query, context)
  expect(known?.answer ?? answer, JSON.stringify(query)).toEqual(answer)
  return answer
}

const memories = new WeakMap<Context, SumsInMemory>()

/** The answer laid together in memory, and whether all of it was there; undefined where the engine must be asked. */
export async function remembered(
  run: Run,
  query: Query,
  context: Context,
): Promise<{ readonly answer: Answer; readonly isWhole: boolean } | undefined> {
  const memory = memories.get(context) ?? memoryOf(run, context)
  memories.set(context, memory)
  const asked = compiled(query, context)
  memory.left(asked.plan)
  await memory.settled()
  const left = memory.left(asked.plan)
  if (!left) return undefined
  const read = async (part: Part) => {
    const names = [...part.cut.by.map(({ dimension }) => dimension.name), ...part.columns]
    return (await run(partSql(dialect, part))).map((row) => names.map((name) => row[name]))
  }
  const known = new Map(await Promise.all(left.map(async (part) => [part, await read(part)] as const)))
  return { answer: toAnswer(asked, memory.rows(asked.plan, known)), isWhole: left.length === 0 }
}

const memoryOf = (run: Run, context: Context): SumsInMemory =>
  new SumsInMemory(dialect, context, async function* (sql) {
    const rows = await run(sql)
    const names = Object.keys(rows[0] ?? {})
    yield { columns: names.map((name) => rows.map((row) => row[name])), rows: rows.length }
  })

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
