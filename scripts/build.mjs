// tsc, then what tsc does not carry: the shipped models as text, compiled once, and the command line as few files. The build appears
// whole or not at all.
import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const made = join(root, `dist.${process.pid}`)
const old = join(root, `dist.${process.pid}.old`)
const node = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })

try {
  node(join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--outDir', made)
  node(join('scripts', 'compile-models.mjs'), made)
  node(join('scripts', 'bundle-cli.mjs'), made)
  node(
    join('node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--outDir',
    join(made, 'web'),
    '--logLevel',
    'warn',
  )
  chmodSync(join(made, 'cli', 'main.js'), 0o755)
  moveAway(join(root, 'dist'))
  renameSync(made, join(root, 'dist'))
} finally {
  for (const folder of [made, old]) rmSync(folder, { recursive: true, force: true })
}

function moveAway(dist) {
  try {
    renameSync(dist, old)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}
