// The same files from a folder and from Azurite to gold: node bench/azure.mjs [GB] [runs]
// Azurite runs beside on the same machine and its own work counts against the wall time; nothing of a real network does.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BlobServiceClient } from '@azure/storage-blob'
import { landingFiles } from './data.mjs'
import { measured, median } from './measure.mjs'

const gigabytes = Number(process.argv[2] ?? 1)
const runs = Number(process.argv[3] ?? 3)
const root = fileURLToPath(new URL('..', import.meta.url))
const c360 = join(root, 'dist', 'cli', 'main.js')
const hook = new URL('usage.mjs', import.meta.url).href
const account = 'acmelake'
const key = randomBytes(64).toString('base64')

const scale = {
  customers: Math.round(500_000 * gigabytes),
  transactions: Math.round(12_000_000 * gigabytes),
}
const { raw } = await landingFiles(join(root, 'bench', '.work', `azure-${gigabytes}`), scale)
const bytes = readdirSync(raw).reduce((sum, name) => sum + statSync(join(raw, name)).size, 0)
const scratch = mkdtempSync(join(tmpdir(), 'c360-bench-azure-'))
const azurite = await startAzurite()
try {
  const { connection, endpoint } = azurite
  await makeContainers(connection, ['landing'])
  const sides = { folder: [], azure: [], put: [] }
  for (let turn = 0; turn < runs; turn++) {
    const local = project(`folder-${turn}`, { landing: raw })
    sides.folder.push(run(local))
    const places = Object.fromEntries(
      ['lake', 'warehouse'].map((place) => [place, `az://${account}/${place}${turn}`]),
    )
    await makeContainers(connection, [`lake${turn}`, `warehouse${turn}`])
    const remote = project(`azure-${turn}`, { landing: `az://${account}/landing`, ...places }, endpoint)
    const files = readdirSync(raw).map((name) => join(raw, name))
    if (turn === 0) sides.put.push(call(['landing', 'put', ...files, '-p', remote]))
    sides.azure.push(run(remote))
    for (const folder of [local, remote]) rmSync(folder, { recursive: true })
  }
  const [folder, azure] = [median(sides.folder), median(sides.azure)]
  console.log(`${(bytes / 1e9).toFixed(2)} GB of CSV in ${readdirSync(raw).length} files, medians of ${runs}`)
  for (const [name, one] of Object.entries({ folder, azure, put: median(sides.put) }))
    console.log(
      `  ${name.padEnd(7)} wall ${one.wall.toFixed(1).padStart(6)} s   CPU ${one.cpu.toFixed(1).padStart(6)} s   peak ${one.rss.toFixed(0).padStart(5)} MiB`,
    )
  const ratio = (what) => (azure[what] / folder[what]).toFixed(2)
  console.log(`  azure / folder: wall ${ratio('wall')}, CPU ${ratio('cpu')}, peak ${ratio('rss')}`)
} finally {
  azurite.child.removeAllListeners('exit')
  const ended = new Promise((resolve) => azurite.child.once('exit', resolve))
  azurite.child.kill()
  await ended
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}

function call(args) {
  return measured(process.execPath, ['--import', hook, c360, ...args], { LAKE_KEY: key })
}

function run(folder) {
  return call(['run', '--json', '-p', folder])
}

/** The retail example with its places where they are told, in a fresh folder. */
function project(name, places, endpoint) {
  const folder = join(scratch, name)
  cpSync(join(root, 'examples', 'retail', 'contracts'), join(folder, 'contracts'), { recursive: true })
  const text = readFileSync(join(root, 'examples', 'retail', 'c360.yaml'), 'utf8')
  const moved = Object.entries(places).reduce(
    (yaml, [place, where]) => yaml.replace(`\n${place}: ${place}\n`, `\n${place}: ${where}\n`),
    text,
  )
  const azure = endpoint
    ? `\nazure:\n  storage:\n    ${account}: { endpoint: "${endpoint}", account_key: "\${env:LAKE_KEY}" }\n`
    : ''
  writeFileSync(join(folder, 'c360.yaml'), `${moved}\nmemory: 2GB\nthreads: 2\n${azure}`)
  return folder
}

async function makeContainers(connection, names) {
  const service = BlobServiceClient.fromConnectionString(connection)
  for (const name of names) await service.createContainer(name)
}

async function startAzurite() {
  const program = createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js')
  const ports = ['blob', 'queue', 'table'].flatMap((name) => [
    `--${name}Host`,
    '127.0.0.1',
    `--${name}Port`,
    '0',
  ])
  const child = spawn(
    process.execPath,
    [
      program,
      '-l',
      join(scratch, 'azurite'),
      ...ports,
      '--silent',
      '--disableTelemetry',
      '--skipApiVersionCheck',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` } },
  )
  const blob = await new Promise((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (data) => {
      said += data
      const found = /Blob service is successfully listening at (\S+)/.exec(said)
      if (found) resolve(found[1])
    })
    child.once('exit', () => reject(new Error(`Azurite ended: ${said}`)))
  })
  const endpoint = `${blob}/${account}`
  return {
    child,
    endpoint,
    connection: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${endpoint};`,
  }
}
