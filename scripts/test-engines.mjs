// The tests of other engines, whole: `npm test` leaves out those that take long.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { status } = spawnSync(
  process.execPath,
  [join(root, 'scripts', 'test.mjs'), 'test/engines', 'test/parity', 'test/lake/spark.test.ts'],
  { cwd: root, stdio: 'inherit', env: { ...process.env, C360_ENGINES: '1' } },
)
process.exitCode = status ?? 1
