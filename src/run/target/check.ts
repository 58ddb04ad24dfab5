import type { Remote } from '../../engines/engine.ts'
import type { Prepared } from '../prepare.ts'
import { modelsFor } from './models.ts'

/** What was looked at, in the order of looking; the first that fails throws. */
export interface TargetCheck {
  readonly what: 'models' | 'connection' | 'rights'
  readonly found: string
}

const PROBE = 'c360_probe'

/**
 * Everything a run upon the target needs: models that its engine can run (PROJECT_INVALID), a server that answers
 * (TARGET_UNREACHABLE) and lets us in (TARGET_DENIED, SECRET_MISSING), and the right to make schemas, tables and views
 * (TARGET_DENIED, SQL_FAILED with the engine's words). It makes the target's schemas; a table of scratch is made, written, and taken away.
 */
export async function checkTarget(
  prepared: Prepared,
  remote: Remote,
  signal?: AbortSignal,
): Promise<TargetCheck[]> {
  const printed = await modelsFor(remote, prepared)
  await using session = await remote.connect(signal)
  const d = remote.dialect
  const table = d.table('work', PROBE)
  const view = remote.shown(PROBE)
  await session.execute(
    [
      ...d.createSchemas(),
      ...remote.showing,
      ...d.workTable(PROBE, `select 1 as n, 'a' as t`),
      d.deleteMatching(table, 'x', `(select 1 as n)`, 'y', 'x.n = y.n'),
      ...d.viewAs(view, `select * from ${table}`),
      d.dropView(view),
      d.dropWorkTable(PROBE),
    ],
    signal ? { signal } : {},
  )
  return [
    { what: 'models', found: `${printed.length} gold models can be written for it` },
    { what: 'connection', found: `${remote.where} answers and lets us in` },
    { what: 'rights', found: 'schemas, tables and views can be made there' },
  ]
}
