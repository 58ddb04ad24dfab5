// tsc, then what tsc does not carry: the shipped models as text, compiled once.
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const node = (...args) => execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' })

rmSync(join(root, 'dist'), { recursive: true, force: true })
node(join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json')
const gold = join('model', 'gold')
mkdirSync(join(root, 'dist', gold), { recursive: true })
for (const file of readdirSync(join(root, 'src', gold)).filter((name) => name.endsWith('.sql'))) {
  cpSync(join(root, 'src', gold, file), join(root, 'dist', gold, file))
}
if (existsSync(join(root, 'scripts', 'compile-models.mjs'))) node(join('scripts', 'compile-models.mjs'))
chmodSync(join(root, 'dist', 'cli', 'main.js'), 0o755)
