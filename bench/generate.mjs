// npm run build && node bench/generate.mjs [--customers N] [--rows N] [--runs N]
// What the generators cost, and the workbook writer beside exceljs's streaming one on the same rows; see docs/performance.md.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { withExceljs } from './installed.mjs'
import { measureNode, median } from './measure.mjs'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const work = here('.work/generate')
const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '100000' },
    rows: { type: 'string', default: '300000' },
    runs: { type: 'string', default: '3' },
  },
})
const runs = Number(values.runs)
mkdirSync(work, { recursive: true })
console.log(
  `${cpus().length} cores, Node ${process.versions.node}; medians of ${runs}; CPU of the whole process`,
)

for (const kind of ['retail', 'choice', 'unified']) {
  const landing = join(work, kind)
  const used = turns(() =>
    measureNode(here('../dist/cli/main.js'), ['generate', kind, landing, '--customers', values.customers]),
  )
  say(`generate ${kind}, ${values.customers} customers, ${megabytes(landing)} MB`, used)
  rmSync(landing, { recursive: true })
  rmSync(`${landing}.manifest`, { recursive: true })
}

const ours = turns(() => measureNode(here('write-c360.mjs'), [join(work, 'ours.xlsx'), values.rows]))
say(`${values.rows} rows x 8 columns by our writer`, ours)
const exceljs = withExceljs(work, 'write-exceljs.mjs')
if (exceljs) {
  const theirs = turns(() =>
    measureNode(exceljs, [join(work, 'theirs.xlsx'), values.rows, new URL('.', import.meta.url).href]),
  )
  say(`the same by exceljs, streaming`, theirs)
  console.log(`our CPU is ${(ours.cpu / theirs.cpu).toFixed(2)} x that of exceljs`)
}

function turns(measure) {
  return median(Array.from({ length: runs }, measure))
}

function say(what, { cpu, wall, rss }) {
  console.log(`${what}: CPU ${cpu.toFixed(1)} s, wall ${wall.toFixed(1)} s, peak ${Math.round(rss)} MiB`)
}

function megabytes(folder) {
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  return Math.round(bytes / 1e6)
}
