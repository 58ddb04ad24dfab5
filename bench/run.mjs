// npm run bench -- [small] [large] [--huge] [--runs N] [--no-dbt]: c360 beside a hand-written script (and dbt) on the same files.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { landingFiles } from './data.mjs'
import { dbtInstalled, measureDbt } from './dbt.mjs'
import { assertEqual } from './equal.mjs'
import { measureNode, median } from './measure.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const work = join(root, 'bench', '.work')
const c360 = join(root, 'dist', 'cli', 'main.js')
const script = join(root, 'bench', 'script', 'main.mjs')
const THREADS = '2'

const scales = {
  small: { customers: 10_000, transactions: 100_000, memory: '4GB' },
  large: { customers: 200_000, transactions: 5_000_000, memory: '4GB' },
  huge: { customers: 1_000_000, transactions: 30_000_000, memory: '2GB' },
}

const args = process.argv.slice(2)
const runs = Number(args[args.indexOf('--runs') + 1] || 5) || 5
const named = Object.keys(scales).filter((name) => args.includes(name) || args.includes(`--${name}`))
const chosen = named.length > 0 ? named : ['small', 'large']

console.log(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB; every program with ${THREADS} threads; medians of ${runs}`)
const dbt = args.includes('--no-dbt') ? undefined : await dbtInstalled(work)
if (!dbt) console.log('SKIPPED: dbt (not wanted, or it could not be installed from PyPI)')
for (const name of chosen) await benchScale(name, scales[name])

async function benchScale(name, scale) {
  const files = await landingFiles(join(work, name), scale)
  const sides = { c360: [], script: [], dbt: [] }
  const later = { c360: [], script: [] }
  const noop = []
  for (let turn = 0; turn < runs; turn++) {
    const project = newProject(join(work, name, 'project'), files.full, scale)
    const out = fresh(join(work, name, 'script'))
    sides.c360.push(measureNode(c360, ['run', '--project', project]))
    sides.script.push(measureNode(script, ['full', files.full, out, THREADS, scale.memory]))
    if (turn === 0) await agree(project, 1, out, `${name}, full load`)
    if (dbt) sides.dbt.push(measureDbt(dbt, fresh(join(work, name, 'dbt')), files.full, { threads: THREADS, ...scale }))
    noop.push(measureNode(c360, ['run', '--project', project]))
    cpSync(files.more, join(project, 'landing'), { recursive: true })
    later.c360.push(measureNode(c360, ['run', '--project', project]))
    later.script.push(measureNode(script, ['more', files.more, out, THREADS, scale.memory]))
    if (turn === 0) await agree(project, 2, out, `${name}, 1 % more`)
  }
  console.log(`\n${name}: ${scale.customers} customers, ${scale.transactions} transactions, memory ${scale.memory}`)
  report('full load', sides)
  report('1 % more', later)
  report('nothing new', { c360: noop })
}

async function agree(project, version, out, what) {
  const database = join(project, 'warehouse', `${String(version).padStart(6, '0')}.duckdb`)
  const { tables, held } = await assertEqual(database, join(out, 'warehouse.duckdb'))
  console.log(`${what}: ${tables} tables and ${held} quarantined rows with their reasons are equal`)
}

function fresh(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** The retail example with these files; its landing folder is a copy, which the second load adds to. */
function newProject(folder, landing, { memory }) {
  fresh(folder)
  const example = join(root, 'examples', 'retail')
  for (const name of ['c360.yaml', 'contracts']) cpSync(join(example, name), join(folder, name), { recursive: true })
  writeFileSync(
    join(folder, 'c360.yaml'),
    `${readFileSync(join(example, 'c360.yaml'), 'utf8')}\nthreads: ${THREADS}\nmemory: ${memory}\n`,
  )
  cpSync(landing, join(folder, 'landing'), { recursive: true })
  return folder
}

function report(what, sides) {
  const done = Object.entries(sides).filter(([, list]) => list.length > 0)
  const base = done.find(([name]) => name === 'script')
  for (const [name, list] of done) {
    const { wall, cpu, rss } = median(list)
    const ratio = base && name !== 'script' ? `  CPU ${(cpu / median(base[1]).cpu).toFixed(2)} x script` : ''
    console.log(
      `  ${what.padEnd(12)} ${name.padEnd(7)} wall ${wall.toFixed(2).padStart(8)} s  CPU ${cpu.toFixed(2).padStart(8)} s  peak ${rss.toFixed(0).padStart(6)} MB${ratio}`,
    )
  }
}
