// npm run build && node bench/odata.mjs [--customers N --transactions M] [--table NAME] [--project DIR]
// The OData feed beside the CSV export of the same table: rows per second, and what the server's memory rises to.
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { publishedProject } from './serve-project.mjs'
import { startServe } from './serve-server.mjs'

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '40000' },
    transactions: { type: 'string', default: '1000000' },
    table: { type: 'string', default: 'fact_transactions' },
    /** A published project that is there already. */
    project: { type: 'string' },
  },
})
const scale = { customers: Number(values.customers), transactions: Number(values.transactions) }
const project =
  values.project ?? (await publishedProject(fileURLToPath(new URL('.work', import.meta.url)), scale))

const list = []
for (const [name, read] of [
  ['CSV export', readCsv],
  ['OData', (server) => readPages(server, '')],
  ['OData, ordered by amount', (server) => readPages(server, '?$orderby=amount%20desc')],
]) {
  if (name.includes('ordered') && values.table !== 'fact_transactions') continue
  // Each with a server of its own: memory that was taken once is not given back.
  const server = await startServe(project)
  await server.ask(`/odata/${values.table}?$top=1`).then((answer) => answer.arrayBuffer())
  const rest = await memory(server)
  const watch = watched(server)
  const began = performance.now()
  const { rows, bytes, first } = await read(server)
  const seconds = (performance.now() - began) / 1000
  list.push({
    name,
    rows,
    MB: Math.round(bytes / 1e6),
    seconds: seconds.toFixed(2),
    'rows/s': Math.round(rows / seconds),
    'first byte s': (first / 1000).toFixed(2),
    'MiB at rest': rest,
    'MiB at most': await watch(),
  })
  await server.close()
}
console.table(list)

async function readCsv(server) {
  const began = performance.now()
  const answer = await server.ask('/api/export', {
    title: 'bench',
    format: 'csv',
    what: { kind: 'gold', table: values.table },
  })
  let [bytes, lines, first] = [0, 0, 0]
  for await (const chunk of answer.body) {
    first ||= performance.now() - began
    bytes += chunk.length
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++
  }
  return { rows: lines - 1, bytes, first }
}

/** As a client does: page after page by its link, every one parsed. */
async function readPages(server, query) {
  const began = performance.now()
  let [bytes, rows, first] = [0, 0, 0]
  let next = `/odata/${values.table}${query}`
  while (next !== undefined) {
    const answer = await server.ask(next)
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    const chunks = []
    for await (const chunk of answer.body) {
      first ||= performance.now() - began
      bytes += chunk.length
      chunks.push(chunk)
    }
    const page = JSON.parse(Buffer.concat(chunks).toString())
    rows += page.value.length
    next = page['@odata.nextLink']?.slice(server.origin.length)
  }
  return { rows, bytes, first }
}

async function memory(server) {
  const text = await (await server.ask('/metrics')).text()
  return Math.round(Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]) / 1024 ** 2)
}

/** Asks ten times a second; gives the most there was. */
function watched(server) {
  let [most, isOver] = [0, false]
  const looking = (async () => {
    while (!isOver) {
      most = Math.max(most, await memory(server))
      await sleep(100)
    }
  })()
  return async () => {
    isOver = true
    await looking
    return most
  }
}
