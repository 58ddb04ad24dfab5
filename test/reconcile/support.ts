import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { bindView } from '../../src/reconcile/bind.ts'
import { reconcile } from '../../src/reconcile/reconcile.ts'
import { PRELUDE } from '../../src/reconcile/tsql/prelude.ts'
import { Refused } from '../../src/reconcile/tsql/types.ts'
import type { Reconciliation } from '../../src/reconcile/types.ts'
import { all } from '../../src/run/execute.ts'
import { prepare } from '../../src/run/prepare.ts'
import { exampleRetail, type TestProject } from '../support/project.ts'

/** Runs a SELECT in T-SQL that reads no table; the values of its only row. */
export async function tsql(sql: string): Promise<unknown[]> {
  const [row = {}] = await tsqlRows(sql)
  return Object.values(row)
}

/** Runs a SELECT in T-SQL over rows it makes itself. */
export async function tsqlRows(sql: string): Promise<Record<string, unknown>[]> {
  const view = await bindView(sql, 'test.sql', (name, line) => {
    throw new Refused('legacy_name', `no source stands for the table \`${name}\``, undefined, line)
  })
  if ('code' in view) throw new Error(`${view.line}: ${view.message} (${view.hint})`)
  await using session = await duckdb.connect({})
  await session.execute([...PRELUDE, ...view.stages])
  return await all(session, view.query.sql)
}

export const reconcileIn = async (
  project: TestProject,
  sql: string,
  file = 'view.sql',
): Promise<Reconciliation> => reconcile(await prepare(project.root), sql, file)

export const legacyViews: string = join(exampleRetail, 'legacy')

export const copyLegacy = (project: TestProject): Promise<void> =>
  cp(legacyViews, join(project.root, 'legacy'), { recursive: true })

/** legacy + steps + remainder must be the certified total, in cents or millionths. */
export function addsUp({ legacy, steps, remainder, certified }: Reconciliation['measures'][number]): boolean {
  const sum = [legacy, ...steps.map(({ amount }) => amount), remainder ?? '0'].reduce(
    (total, amount) => total + Math.round(Number(amount) * 1e6),
    0,
  )
  return certified === undefined || sum === Math.round(Number(certified) * 1e6)
}
