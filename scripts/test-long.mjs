// The random histories, kills, damages and mutants in full: `npm test` runs a sixth or a twelfth of them.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const chosen = process.argv.slice(2)
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'scripts', 'test.mjs'),
    ...(chosen.length > 0
      ? chosen
      : [
          ...['test/history', 'test/crash', 'test/fuzz', 'test/azure'],
          ...['test/model/fan-out.test.ts', 'test/lineage/rows.test.ts', 'test/browser', 'test/fabric'],
        ]),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, C360_LONG: '1' } },
)
process.exitCode = status ?? 1
