import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

/** `c360 serve` as it is shipped, and what its log says a request took. */
export async function startServe(project) {
  const child = spawn(process.execPath, [program, 'serve', project, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const took = new Map()
  createInterface({ input: child.stderr }).on('line', (line) => {
    const entry = parsed(line)
    if (entry?.requestId) took.set(entry.requestId, entry.ms)
    else console.error(line)
  })
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = parsed(line)?.url
      if (found) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`c360 serve ended with ${code}`)))
  })
  const { origin, searchParams } = new URL(url)
  const authorization = `Bearer ${searchParams.get('token')}`
  const ask = (path, body) =>
    fetch(origin + path, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    })
  return {
    url,
    origin,
    ask,
    async json(path, body) {
      const answer = await ask(path, body)
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return answer.json()
    },
    /** Milliseconds from a request's arrival to its answer, by the server's own log. */
    async serverTime(path) {
      const answer = await ask(path)
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      const id = answer.headers.get('x-request-id')
      while (!took.has(id)) await sleep(2)
      return took.get(id)
    },
    async close() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await new Promise((done) => child.once('exit', done))
    },
  }
}

function parsed(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
