// node bench/scale.mjs [--transactions 100000,1000000] [--spark HOST:PORT] [--program dist/cli/main.js]
// What a first run costs at several scales: in the embedded engine, and in a Spark that reads landing files itself or gets them through
// the runner. CPU and memory are those of this program alone: what a server of Spark takes it takes elsewhere. See docs/scale.md.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { landingFiles } from './data.mjs'
import { measureNode } from './measure.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const work = join(root, 'bench', '.work')

const { values } = parseArgs({
  options: {
    transactions: { type: 'string', default: '100000,1000000' },
    spark: { type: 'string' },
    program: { type: 'string', default: join(root, 'dist', 'cli', 'main.js') },
    memory: { type: 'string', default: '4GB' },
  },
})
const c360 = resolve(values.program)
const scales = values.transactions.split(',').map(Number)
if (scales.some((rows) => !Number.isInteger(rows) || rows < 1000))
  throw new Error('--transactions 100000,1000000')

console.log(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`)
console.log('transactions  where            wall s   CPU s   peak MiB   per 100k: CPU s')
for (const transactions of scales) await measureScale(transactions)

async function measureScale(transactions) {
  const { full } = await landingFiles(join(work, `scale-${transactions}`), {
    customers: Math.ceil(transactions / 25),
    transactions,
  })
  report(transactions, 'embedded', run(newProject(full, [])))
  if (values.spark === undefined) return
  for (const ingest of ['engine', 'runner'])
    report(transactions, `spark, ${ingest}`, run(newProject(full, targets(ingest)), ['--target', 'cluster']))
}

const run = (project, more = []) => measureNode(c360, ['run', '--project', project, ...more])

function report(transactions, where, { wall, cpu, rss }) {
  const figures = [wall, cpu, rss, (cpu * 100_000) / transactions].map((x) => x.toFixed(1).padStart(8))
  console.log(`${String(transactions).padStart(12)}  ${where.padEnd(14)} ${figures.join(' ')}`)
}

/** Each measurement in schemas of its own: nothing is there from one before. */
function targets(ingest) {
  const [host, port] = values.spark.split(':')
  const prefix = `scale_${Date.now()}_`
  const landing = `file:${join(work, 'scale-project', 'landing')}`
  return [
    'targets:',
    `  cluster: { engine: spark, host: ${host}, port: ${port}, schema_prefix: ${prefix}, ingest: ${ingest}, landing_url: "${landing}" }`,
  ]
}

/** The retail example over a copy of the landing files. */
function newProject(landing, more) {
  const example = join(root, 'examples', 'retail')
  const folder = join(work, 'scale-project')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(example, 'contracts'), join(folder, 'contracts'), { recursive: true })
  const settings = readFileSync(join(example, 'c360.yaml'), 'utf8')
  const limits = ['threads: 2', `memory: ${values.memory}`]
  writeFileSync(join(folder, 'c360.yaml'), [settings, ...limits, ...more, ''].join('\n'))
  cpSync(landing, join(folder, 'landing'), { recursive: true })
  return folder
}
