import type { Session } from '../engines/engine.ts'
import type { Step } from '../plan/types.ts'
import { rollupTables } from '../semantic/rollups.ts'
import type { Dialect } from '../sql/dialect.ts'
import { all } from './execute.ts'

/**
 * Brings the rollups of a candidate in line with its gold: those that read a model made by one of the steps, or that are
 * not there, are made anew; those that nobody makes any more go. Reading them is optional, so they are no part of the
 * version's certificates.
 */
export async function makeRollups(
  session: Session,
  dialect: Dialect,
  steps: readonly Step[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const there = await tables(session, 'rollup')
  const gold = await tables(session, 'gold')
  const made = new Set(steps.filter(({ kind }) => kind === 'model').map(({ name }) => name))
  const possible = rollupTables(dialect).filter(({ reads }) => reads.every((name) => gold.has(name)))
  const names = new Set(possible.map(({ name }) => name))
  const due = possible.filter(({ name, reads }) => !there.has(name) || reads.some((read) => made.has(read)))
  const statements = [
    'create schema if not exists rollup',
    ...[...there]
      .filter((name) => !names.has(name))
      .map((name) => `drop table rollup.${dialect.ident(name)}`),
    ...due.map(({ statement }) => statement),
  ]
  await session.execute(statements, signal ? { signal } : {})
}

async function tables(session: Session, schema: 'rollup' | 'gold'): Promise<ReadonlySet<string>> {
  const rows = await all(
    session,
    `select table_name from information_schema.tables where table_schema = '${schema}' and table_catalog = current_database()`,
  )
  return new Set(rows.map((row) => String(row.table_name)))
}
