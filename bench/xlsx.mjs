// npm run build && node bench/xlsx.mjs [--rows N] [--runs N]
// One workbook read by c360, by polars (calamine) and by exceljs, each in a process of its own, in turn; see docs/performance.md.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installed, withExceljs } from './installed.mjs'
import { measured, measureNode, median } from './measure.mjs'
import { writeWorkbook } from './xlsx-data.mjs'

const POLARS = ['polars==2.1.0', 'fastexcel==0.21.0']

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const work = here('.work/xlsx')

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    'exceljs-runs': { type: 'string', default: '1' },
  },
})
const rows = Number(values.rows)

mkdirSync(work, { recursive: true })
const workbook = join(work, `orders-${rows}.xlsx`)
if (!existsSync(workbook)) await writeWorkbook(workbook, rows)

console.log(
  `${cpus().length} cores, Node ${process.versions.node}; ${rows} rows of 8 columns; CPU of the whole process`,
)
const python = polarsInstalled()
const exceljs = withExceljs(work, 'xlsx-exceljs.mjs')
const seen = { c360: [], polars: [], exceljs: [] }
for (let turn = 0; turn < Number(values.runs); turn++) {
  note('c360', measureNode(here('xlsx-read.mjs'), [workbook, join(work, 'copy.csv'), String(rows)]))
  if (python) note('polars', measured(python, [here('xlsx.py'), workbook, String(rows)]))
}
for (let turn = 0; exceljs && turn < Number(values['exceljs-runs']); turn++)
  note('exceljs', measureNode(exceljs, [workbook, String(rows)]))
rmSync(join(work, 'copy.csv'), { force: true })
report()

function note(name, used) {
  seen[name].push(used)
  console.log(`  ${name} ${used.cpu.toFixed(1)} s`)
}

function report() {
  const ours = median(seen.c360)
  for (const [name, list] of Object.entries(seen)) {
    if (list.length === 0) continue
    const { cpu, wall, rss } = median(list)
    const each = list.map((one) => one.cpu.toFixed(1)).join(' ')
    const ratio = name === 'c360' ? '' : `; c360 takes ${(ours.cpu / cpu).toFixed(2)} x its CPU`
    console.log(
      `${name}: CPU ${cpu.toFixed(1)} s (${each}), wall ${wall.toFixed(1)} s, peak ${Math.round(rss)} MiB${ratio}`,
    )
  }
}

/** Python with polars in a virtual environment, installed at the first call; undefined where that cannot be done. */
function polarsInstalled() {
  const venv = join(work, 'venv')
  const executable = join(venv, 'bin', 'python')
  const done = installed(join(venv, 'ready'), [
    ['python3', ['-m', 'venv', venv]],
    [executable, ['-m', 'pip', 'install', '--quiet', ...POLARS]],
  ])
  if (!done) console.log('SKIPPED: polars (it needs python3 with venv, and PyPI)')
  return done ? executable : undefined
}
