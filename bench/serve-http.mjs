import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const worthACopy = 300_000
const waitAtMost = 600_000

/** What profiles of buyers of every kind cost the server: those who bought most, and some from all over the list. */
export async function measureProfiles(server, { customers }) {
  const ids = [...(await customerIds(server, 'orders', 0))]
  for (let part = 0; part < 4; part++)
    ids.push(...(await customerIds(server, 'customer_id', Math.floor((part * customers) / 5))))
  const [profiles, timelines] = [[], []]
  for (const id of ids) {
    profiles.push(await server.serverTime(`/api/customers/${encodeURIComponent(id)}`))
    timelines.push(await server.serverTime(`/api/customers/${encodeURIComponent(id)}/timeline?limit=50`))
  }
  return { profiles, timelines }
}

/** The first look at a profile begins to make the copy sorted by customer; it is there when its file has its name. */
export async function sortedCopy(server, project, { transactions }) {
  if (transactions < worthACopy) return false
  const [id] = await customerIds(server, 'orders', 0)
  await server.serverTime(`/api/customers/${encodeURIComponent(id)}`)
  const folder = join(project, 'warehouse', 'profiles')
  const began = performance.now()
  const isThere = () => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.duckdb'))
  while (!isThere() && performance.now() - began < waitAtMost) await sleep(500)
  await sleep(1000)
  return isThere()
}

async function customerIds(server, by, offset) {
  const order = { by, descending: true }
  const { table } = await server.json('/api/customers', { conditions: [], order, offset, limit: 10 })
  const at = table.columns.findIndex(({ name }) => name === 'customer_id')
  return table.rows.map((row) => row[at])
}

/** All users click at the same moment, each another filter that nobody chose before; then the next round. */
export async function measureCrowd(server, batch, { users, rounds }) {
  const times = []
  let errors = 0
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      Array.from({ length: users }, async (_, user) => {
        const began = performance.now()
        const answer = await server.ask('/api/query', clicked(batch, round * users + user))
        const { answers } = await answer.json()
        if (answer.ok && answers.every(({ ok }) => ok)) times.push(performance.now() - began)
        else errors++
      }),
    )
  }
  return { times, errors, asked: users * rounds }
}

/** More at once than the server takes: each is answered, or refused with a time to come back. */
export async function overload(server, batch, requests) {
  const answers = await Promise.all(
    Array.from({ length: requests }, async (_, at) => {
      try {
        const answer = await server.ask('/api/query', clicked(batch, 10_000 + at))
        const body = await answer.json()
        if (answer.ok) return body.answers.every(({ ok }) => ok) ? 'answered' : 'other'
        return answer.status === 429 && Number(answer.headers.get('retry-after')) > 0 ? 'refused' : 'other'
      } catch {
        return 'other'
      }
    }),
  )
  const count = (kind) => answers.filter((answer) => answer === kind).length
  const lives = (await server.ask('/healthz')).ok
  return { answered: count('answered'), refused: count('refused'), other: count('other'), lives }
}

/** The page's questions narrowed to an hour and some weekdays: 24 x 127 different clicks, so that no answer is remembered. */
function clicked({ queries }, click) {
  const days = 1 + (Math.floor(click / 24) % 127)
  const values = {
    hour: [String(click % 24)],
    weekday: [1, 2, 3, 4, 5, 6, 7].filter((day) => days & (1 << (day - 1))).map(String),
  }
  return {
    queries: queries.map((query) => ({
      ...query,
      filters: { ...query.filters, values: { ...query.filters?.values, ...values } },
    })),
  }
}
