import { openSideOf } from '../../src/cli/parity-sides.ts'
import { sideOf } from '../../src/cli/parity-target.ts'
import type { Remote } from '../../src/engines/engine.ts'
import { compareGold } from '../../src/parity/compare.ts'
import type { Prepared } from '../../src/run/prepare.ts'

/** What `c360 parity local <target>` finds to differ; empty = the same gold, table by table. */
export async function inParity({ project, models }: Prepared, remote: Remote): Promise<string[]> {
  await using local = await openSideOf(project)('local')
  await using there = await sideOf('there', remote)
  const { verdict, tables, reasons } = await compareGold(local, there, {
    program: 'test',
    grains: new Map(),
    pii: async () => () => 'none',
    show: 5,
  })
  const wrong = tables.filter((table) => table.verdict !== 'equal').map((table) => JSON.stringify(table))
  const missing = models.length === tables.length ? [] : [`${tables.length} tables of ${models.length}`]
  return verdict === 'equal' ? missing : [...reasons, ...missing, ...wrong]
}
