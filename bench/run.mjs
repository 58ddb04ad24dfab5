// npm run bench -- [--small] [--large] [--huge] [--runs N] [--no-dbt]
// c360 beside a hand-written DuckDB script and dbt on the same files, in turn; see docs/performance.md.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { landingFiles } from './data.mjs'
import { dbtInstalled, measureDbt } from './dbt.mjs'
import { assertEqual } from './equal.mjs'
import { measureNode } from './measure.mjs'
import { reportCase } from './report.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const work = join(root, 'bench', '.work')
const c360 = join(root, 'dist', 'cli', 'main.js')
const script = join(root, 'bench', 'script', 'main.mjs')
const threads = '2'

const scales = {
  small: { customers: 10_000, transactions: 100_000, memory: '4GB' },
  large: { customers: 200_000, transactions: 5_000_000, memory: '4GB' },
  huge: { customers: 1_000_000, transactions: 30_000_000, memory: '2GB' },
}

const { values } = parseArgs({
  options: {
    small: { type: 'boolean' },
    large: { type: 'boolean' },
    huge: { type: 'boolean' },
    runs: { type: 'string', default: '5' },
    'no-dbt': { type: 'boolean' },
  },
})
const named = Object.keys(scales).filter((name) => values[name])
const chosen = named.length > 0 ? named : ['small', 'large']
const runs = Number(values.runs)

console.log(
  `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}; ${threads} threads each; medians of ${runs}`,
)
const dbt = values['no-dbt'] ? undefined : dbtInstalled(work)
if (!dbt) console.log('SKIPPED: dbt (not asked for, or not to be had: it needs python3 with venv, and PyPI)')
for (const name of chosen) await benchScale(name, scales[name])

async function benchScale(name, scale) {
  const files = await landingFiles(join(work, name), scale)
  const full = { c360: [], script: [], dbt: [] }
  const more = { c360: [], script: [] }
  const none = { c360: [] }
  for (let turn = 0; turn < runs; turn++) {
    const first = turn === 0
    const project = newProject(join(work, name, 'project'), files.full, scale)
    const out = fresh(join(work, name, 'script'))
    full.c360.push(runProject(project))
    full.script.push(measureNode(script, ['full', files.full, out, threads, scale.memory]))
    if (first) await agree(project, 1, out, `${name}, full load, script`)
    if (dbt) {
      const models = fresh(join(work, name, 'dbt'))
      full.dbt.push(measureDbt(dbt, models, files.full, { threads, ...scale }))
      if (first) await agree(project, 1, models, `${name}, full load, dbt`)
    }
    none.c360.push(runProject(project))
    cpSync(files.more, join(project, 'landing'), { recursive: true })
    more.c360.push(runProject(project))
    more.script.push(measureNode(script, ['more', files.more, out, threads, scale.memory]))
    if (first) await agree(project, 2, out, `${name}, 1 % more, script`)
  }
  const dirty = runProject(newProject(join(work, name, 'project'), files.raw, scale))
  console.log(
    `\n${name}: ${scale.customers} customers, ${scale.transactions} transactions, memory ${scale.memory}`,
  )
  reportCase('full load', full)
  reportCase('1 % more', more)
  reportCase('nothing new', none)
  reportCase('full load, torn records', { c360: [dirty] })
}

function runProject(project) {
  return measureNode(c360, ['run', '--project', project])
}

async function agree(project, version, other, what) {
  const database = join(project, 'warehouse', `${String(version).padStart(6, '0')}.duckdb`)
  const { tables, held } = await assertEqual(database, join(other, 'warehouse.duckdb'))
  console.log(`equal: ${what}: ${tables} tables and ${held} quarantined rows with their reasons`)
}

function fresh(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** The retail example over a copy of the landing files, which the second load adds to. */
function newProject(folder, landing, { memory }) {
  const example = join(root, 'examples', 'retail')
  fresh(folder)
  cpSync(join(example, 'contracts'), join(folder, 'contracts'), { recursive: true })
  const settings = readFileSync(join(example, 'c360.yaml'), 'utf8')
  writeFileSync(join(folder, 'c360.yaml'), `${settings}\nthreads: ${threads}\nmemory: ${memory}\n`)
  cpSync(landing, join(folder, 'landing'), { recursive: true })
  return folder
}
