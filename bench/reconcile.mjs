// How long `c360 reconcile` takes over a generated retailer, next to running each view once and writing its rows to a table.
// npm run build && node bench/reconcile.mjs [customers] [runs]
import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { duckdb } from '../dist/engines/duckdb/index.js'
import { bindView } from '../dist/reconcile/bind.js'
import { reconcile } from '../dist/reconcile/reconcile.js'
import { legacySources } from '../dist/reconcile/sources.js'
import { PRELUDE } from '../dist/reconcile/tsql/prelude.js'
import { publishedDatabase } from '../dist/run/history.js'
import { prepare } from '../dist/run/prepare.js'

const customers = Number(process.argv[2] ?? 10_000)
const runs = Number(process.argv[3] ?? 3)
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const example = fileURLToPath(new URL('../examples/retail', import.meta.url))
const root = await mkdtemp(join(tmpdir(), 'c360-bench-reconcile-'))

try {
  await cp(example, root, { recursive: true })
  const c360 = (...args) => execFileSync(process.execPath, [main, ...args], { stdio: 'ignore' })
  c360('generate', 'retail', join(root, 'landing'), '--customers', String(customers))
  c360('run', '-p', root)
  const prepared = await prepare(root)
  console.log(
    `${customers} customers, median of ${runs} runs, seconds: wall and CPU (user) of reconciling, of the view alone`,
  )
  for (const file of (await readdir(join(root, 'legacy'))).sort()) {
    const text = await readFile(join(root, 'legacy', file), 'utf8')
    const [whole, alone] = [[], []]
    for (let run = 0; run < runs; run++) {
      alone.push(await timed(() => runOnce(prepared.project, text, file)))
      whole.push(await timed(() => reconcile(prepared, text, file)))
    }
    const [all, view] = [median(whole), median(alone)]
    console.log(
      `${file.padEnd(32)} ${seconds(all.wall)} ${seconds(all.user)}   ${seconds(view.wall)} ${seconds(view.user)}   x${(all.user / view.user).toFixed(1)}`,
    )
  }
} finally {
  await rm(root, { recursive: true, force: true })
}

/** What reconciling cannot do without: the sources made readable and the view's rows in a table. */
async function runOnce(project, text, file) {
  const sources = legacySources(duckdb.dialect, project)
  const view = await bindView(text, file, sources.find)
  const { path } = await publishedDatabase(project)
  const session = await duckdb.connect({ database: path, readOnly: true })
  const made = [...sources.statements([view.query.sql, ...view.stages]), ...view.stages]
  await session.execute([...PRELUDE, ...made, `create temp table found as ${view.query.sql}`])
  await session[Symbol.asyncDispose]()
}

async function timed(work) {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  return { wall: (performance.now() - began) / 1000, user: process.cpuUsage(cpu).user / 1e6 }
}

function median(times) {
  const middle = (key) => times.map((time) => time[key]).sort((a, b) => a - b)[Math.floor(times.length / 2)]
  return { wall: middle('wall'), user: middle('user') }
}

function seconds(value) {
  return value.toFixed(1).padStart(6)
}
