// Plain Node, no packages: makes sure the machine can run what comes next, and installs what is missing.
//   node scripts/preflight.mjs [--test]
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const forTests = process.argv.includes('--test')
const say = (text) => process.stdout.write(`${text}\n`)

checkNode()
installPackages()
build()
if (forTests) {
  prepareReaders()
  prepareJava()
  prepareBrowser()
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  say(`customer360 needs Node 20.19 or newer; this is ${process.versions.node}.`)
  say(
    'Install it from your system (for example `apt-get install nodejs`), with nvm (`nvm install 20`) or from nodejs.org.',
  )
  process.exit(1)
}

/** Runs npm ci when node_modules is absent or older than the lock file. */
function installPackages() {
  const lock = join(root, 'package-lock.json')
  const mark = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) return
  say('Installing packages (npm ci) ...')
  const done = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (done.status !== 0) {
    say('npm ci failed: see the lines above. A network that reaches the npm registry is needed once.')
    process.exit(1)
  }
}

/** Compiles when any source is newer than the last build. */
function build() {
  const mark = join(root, 'dist', '.built')
  const sources = ['src', 'scripts', 'tsconfig.json', 'vite.config.ts', 'package.json'].map((name) =>
    newest(join(root, name)),
  )
  if (existsSync(mark) && statSync(mark).mtimeMs > Math.max(...sources)) return
  say('Building ...')
  execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: 'inherit' })
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(mark, '')
}

function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

/** Python's venv for the readers that the tests compare with, and for Spark. */
function prepareReaders() {
  prepare({
    found: () => works('python3', ['-c', 'import venv, ensurepip']),
    packages: ['python3', 'python3-venv'],
    missing: 'python3 with venv is missing',
    skipped: 'tests that read our tables with other programs',
    how: 'apt-get install python3-venv',
  })
}

/** Java for Spark, which reads and writes our tables in the tests. */
function prepareJava() {
  prepare({
    found: () => works('java', ['-version']),
    packages: ['openjdk-17-jre-headless'],
    missing: 'java is missing',
    skipped: 'tests with Spark',
    how: 'apt-get install openjdk-17-jre-headless',
  })
}

/** The system's Chromium walks the web app's pages. */
function prepareBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  prepare({
    found: () => process.env.C360_CHROMIUM || names.some((name) => works('sh', ['-c', `command -v ${name}`])),
    packages: ['chromium'],
    missing: 'chromium is missing',
    skipped: 'tests in a browser',
    how: 'apt-get install chromium, or C360_CHROMIUM=/path/to/chrome',
  })
}

function works(program, args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}

/** A program that tests need: as root on Debian it is installed, else those tests are SKIPPED, which is said. */
function prepare({ found, packages, missing, skipped, how }) {
  if (found()) return
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    say(`Installing ${packages.join(', ')} (apt) ...`)
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      stdio: 'inherit',
    })
  }
  if (!found()) say(`${missing}: ${skipped} will be SKIPPED. To have them: ${how}`)
}
