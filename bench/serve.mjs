// npm run build && node bench/serve.mjs [--customers N --transactions M] [--runs N]
// The web app over a generated retailer: clicks and brushing in Chromium, profiles, rollups beside base tables, twenty users, too many users.
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openBrowser } from './serve-browser.mjs'
import { measureCrowd, measureProfiles, overload, sortedCopy } from './serve-http.mjs'
import { publishedProject } from './serve-project.mjs'
import { compareRollups } from './serve-rollups.mjs'
import { startServe } from './serve-server.mjs'
import { atMost, percentile, row } from './serve-table.mjs'

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '200000' },
    transactions: { type: 'string', default: '5000000' },
    runs: { type: 'string', default: '5' },
  },
})
const scale = { customers: Number(values.customers), transactions: Number(values.transactions) }
const runs = Number(values.runs)

console.log(
  `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}; ${scale.customers} customers, ${scale.transactions} transactions; ${runs} runs`,
)
const project = await publishedProject(fileURLToPath(new URL('.work', import.meta.url)), scale)
const server = await startServe(project)
try {
  const indexed = await sortedCopy(server, project, scale)
  const batches = await inBrowser()
  await overHttp(batches.get('/'), indexed)
  await beside(batches)
} finally {
  await server.close()
}

async function inBrowser() {
  const browser = await openBrowser(server)
  try {
    row('first page in an empty browser: nothing answered yet', [await browser.firstPage()])
    const first = []
    for (let run = 0; run < runs; run++) first.push(await browser.firstPage())
    row('first page in an empty browser: all tiles drawn', first, atMost('p50', 1500))
    const kilobytes = (await browser.scriptBytes()) / 1000
    row('its script, gzipped, kB', [kilobytes], atMost('max', 300))
    const { clicks, moves, drags } = await browser.interact(runs)
    row('filter click until all tiles are settled', clicks, atMost('p95', 150))
    row('brush: the pointer moves until the next picture', moves, atMost('p50', 100))
    row('brush: released until all tiles are settled', drags, atMost('p50', 100))
    return await browser.batches(['/', '/sales', '/segments', '/peak-times', '/support'])
  } finally {
    await browser.close()
  }
}

async function overHttp(batch, indexed) {
  const { profiles, timelines } = await measureProfiles(server, scale)
  row(`profile, server time${indexed ? '' : ' (without its sorted copy)'}`, profiles, atMost('p95', 50))
  row('its timeline, server time', timelines)
  const crowd = await measureCrowd(server, batch, { users: 20, rounds: runs })
  row('20 users clicking at the same moment, whole page', crowd.times)
  say(
    '  of these answered',
    `${crowd.times.length} of ${crowd.asked}, ${crowd.errors} errors`,
    crowd.errors === 0,
  )
  const beyond = await overload(server, batch, 200)
  const clean = beyond.other === 0 && beyond.refused > 0 && beyond.lives
  say(
    '200 requests at the same moment',
    `${beyond.answered} answered, ${beyond.refused} refused by 429 with Retry-After, ${beyond.other} anything else`,
    clean,
  )
}

async function beside(batches) {
  console.log(
    '\nqueries of the pages: as the server answers, sums in memory; by rollups; on the base tables (ms, one run each)',
  )
  const compared = await compareRollups(project, batches)
  for (const { page, name, served, rollups, base, used } of compared)
    console.log(
      `  ${page.padEnd(12)} ${name.padEnd(64)} ${ms(served)} ${ms(rollups)} ${ms(base)}   ${used ? `x ${(base / served).toFixed(1)}` : 'no rollup'}`,
    )
  const ratios = compared.filter(({ used }) => used).map(({ base, served }) => base / served)
  console.log(
    `  ${ratios.length} of ${compared.length} queries read rollups; base / as answered: p50 ${percentile(ratios, 0.5).toFixed(1)}, least ${Math.min(...ratios).toFixed(1)}, most ${Math.max(...ratios).toFixed(1)}`,
  )
}

function say(what, text, isMet) {
  console.log(`${what.padEnd(58)} ${text}   ${isMet ? 'met' : 'MISSED'}`)
}

function ms(value) {
  return value.toFixed(1).padStart(8)
}
