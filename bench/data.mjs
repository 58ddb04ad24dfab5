import { once } from 'node:events'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { generateRetail } from '../dist/samples/index.js'

/**
 * Landing files of one scale, made once: `raw/` holds the nine files as generated, `full/` what DuckDB's own reader can
 * read of them (see `readable`), `more/` one per cent more sales: nine new ones for each update of an old one.
 */
export async function landingFiles(folder, { customers, transactions }) {
  const [raw, full, more] = ['raw', 'full', 'more'].map((name) => join(folder, name))
  if (existsSync(join(folder, 'more'))) return { raw, full, more }
  rmSync(folder, { recursive: true, force: true })
  await generateRetail(raw, { customers, seed: 1, transactionsPerCustomer: transactions / customers })
  mkdirSync(full)
  for (const name of readdirSync(raw)) await copyLines(join(raw, name), join(full, name), (line) => [line])
  const making = join(folder, 'making')
  mkdirSync(making)
  for (const name of ['OnlineTransactions', 'InStoreTransactions'])
    await copyLines(join(full, `${name}.csv`), join(making, `${name}-2.csv`), oneIn100())
  renameSync(making, more)
  return { raw, full, more }
}

/**
 * The generator also plants records that cannot be split into fields, and blank lines. A script has no way to say which
 * record of the file those are, and one open quote takes it thousands of rows, so the comparison leaves them out.
 */
function readable(line, width) {
  if (line === '' || line.includes('\0') || line.includes('\ufffd')) return false
  if (!line.includes('"')) return line.split(',').length === width
  if (line.split('"').length % 2 === 0) return false
  return line.replaceAll(/"(?:[^"]|"")*"/g, '').split(',').length === width
}

async function copyLines(from, to, change) {
  const out = createWriteStream(to)
  let width = 0
  for await (const line of createInterface({ input: createReadStream(from, { highWaterMark: 1 << 20 }) })) {
    const header = width === 0
    if (header) width = line.split(',').length
    if (!readable(line, width)) continue
    for (const made of header ? [line] : change(line)) if (!out.write(`${made}\n`)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}

/** Every hundredth sale again: a month later, under a new key nine times out of ten and under its own the tenth. */
function oneIn100() {
  let count = 0
  return (line) => {
    if (++count % 100 !== 0 || line.includes('"')) return []
    const [key, customer, place, at, ...rest] = line.split(',')
    const own = count % 1000 === 0
    const later = at.replace(/^2025-0[1-6]-/, '2025-07-')
    return [[own ? key : `9${key.padStart(9, '0')}`, customer, place, later, ...rest].join(',')]
  }
}
