import type { Session } from '../engines/engine.ts'
import { firsts, numbered, sums } from '../model/semantic/rollups.ts'
import type { Step } from '../plan/types.ts'
import type { Dialect } from '../sql/dialect.ts'
import { all, type Executed } from './execute.ts'
import type { RunOptions } from './work.ts'

/** Rows of a table below which no rollup pays. */
const FEWEST = Math.min(...[...numbered, ...sums, ...firsts].map(({ from }) => from))

/**
 * Brings the rollups of a candidate in line with its gold: those that read a model made by one of the steps, or that are
 * not there, are made anew; those that nobody makes any more, or whose table has become small, go. Reading them is
 * optional, so they are no part of the version's certificates. `models` are those of gold, where their rows were counted already.
 */
export async function makeRollups(
  session: Session,
  dialect: Dialect,
  steps: readonly Step[],
  { signal, rollupsFrom }: Pick<RunOptions, 'signal' | 'rollupsFrom'>,
  models?: Executed['models'],
): Promise<void> {
  const there = await tables(session, 'rollup')
  const areSmall = models && Object.values(models).every(({ rows }) => rows < (rollupsFrom ?? FEWEST))
  if (areSmall && there.size === 0) return
  const { rollupStatements, rollupTables } = await import('../semantic/rollups.ts')
  const gold = await tables(session, 'gold')
  const possible = rollupTables(dialect).filter(({ reads }) => reads.every((name) => gold.has(name)))
  const rows = await rowsOf(session, dialect, [...new Set(possible.map(({ of }) => of))])
  const wanted = possible.filter(({ of, from }) => (rows.get(of) ?? 0) >= (rollupsFrom ?? from))
  const names = new Set(wanted.map(({ name }) => name))
  const made = new Set(steps.filter(({ kind }) => kind === 'model').map(({ name }) => name))
  const due = wanted.filter(({ name, reads }) => !there.has(name) || reads.some((read) => made.has(read)))
  const unwanted = [...there].filter((name) => !names.has(name))
  const statements = [
    ...unwanted.map((name) => `drop table rollup.${dialect.ident(name)}`),
    ...(due.length > 0 ? ['create schema if not exists rollup'] : []),
    ...rollupStatements(dialect, due),
  ]
  if (statements.length > 0) await session.execute(statements, signal ? { signal } : {})
}

async function tables(session: Session, schema: 'rollup' | 'gold'): Promise<ReadonlySet<string>> {
  const rows = await all(
    session,
    `select table_name from duckdb_tables() where schema_name = '${schema}' and database_name = current_database()`,
  )
  return new Set(rows.map((row) => String(row.table_name)))
}

async function rowsOf(
  session: Session,
  dialect: Dialect,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map()
  const counts = names.map(
    (name) => `select ${dialect.literal(name)} as name, count(*) as n from gold.${dialect.ident(name)}`,
  )
  const rows = await all(session, counts.join(' union all '))
  return new Map(rows.map(({ name, n }) => [String(name), Number(n)]))
}
