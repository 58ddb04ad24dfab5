import { expect, test } from 'vitest'
import { C360Error } from '../../src/errors.ts'
import { endedOf } from '../../src/run/apart.ts'
import type { Log } from '../../src/server/http/log.ts'
import { Hosted } from '../../src/server/projects/hosted.ts'
import { ledgerNames, readLedger } from '../../src/server/runs/ledger-files.ts'
import { type ScheduleOptions, Schedules } from '../../src/server/runs/schedules.ts'
import { startServer } from '../../src/server/start.ts'
import type { Lab } from '../support/lab.ts'
import { contract, file, published, shop } from '../watch/support.ts'

const HOUR = 3_600_000
const WAIT = { timeout: 20_000, interval: 10 }

/** Schedules over one project, with a clock that a test sets. */
function scheduled(lab: Lab, options: ScheduleOptions = {}) {
  const closing = new AbortController()
  let now = Date.parse('2026-01-01T05:59:00Z')
  const logged: Parameters<Log['write']>[0][] = []
  const schedules = new Schedules(
    { closing: closing.signal, log: { write: (entry) => logged.push(entry) } },
    {
      fixed: '0 6 * * *',
      now: () => now,
      everyMs: 10,
      retryMs: 20,
      start: async (_root, given) => endedOf(await lab.run(given)),
      ...options,
    },
  )
  return {
    schedules,
    logged,
    hosted: new Hosted('shop', lab.root, closing.signal),
    pass: (ms: number) => {
      now += ms
    },
    close: () => {
      closing.abort()
      return schedules.ended()
    },
  }
}

test('a run starts when it is due, not before, and a machine that slept for days does one for all it missed', async () => {
  await using lab = await shop()
  await lab.put('orders.csv', file('S1'))
  const at = scheduled(lab)
  await at.schedules.apply(at.hosted)
  at.pass(30_000)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(at.logged).toEqual([])
  at.pass(40_000)
  await expect.poll(() => at.logged, WAIT).toHaveLength(1)
  expect(at.logged[0]).toMatchObject({ event: 'scheduled_run', outcome: 'published', files: 1 })
  expect(await published(lab)).toEqual(['S1'])
  at.pass(75 * HOUR)
  await expect.poll(() => at.logged, WAIT).toHaveLength(2)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(at.logged).toHaveLength(2)
  await at.close()
})

test('a failure that may pass is tried again; each is in the ledger, and the end tells the newest', async () => {
  await using lab = await shop()
  let isAway = true
  const at = scheduled(lab, {
    start: async (_root, given) => {
      if (isAway) throw new C360Error('STORAGE_UNREACHABLE', 'the network is away')
      return endedOf(await lab.run(given))
    },
  })
  await at.schedules.apply(at.hosted)
  at.pass(HOUR)
  await expect.poll(() => at.logged.length, WAIT).toBe(3)
  expect(at.logged.map(({ code, attempt }) => [code, attempt])).toEqual(
    [1, 2, 3].map((attempt) => ['STORAGE_UNREACHABLE', attempt]),
  )
  expect(at.schedules.failure?.exit).toBe(17)
  const names = await ledgerNames(lab.root, 10)
  expect(names).toHaveLength(3)
  const ends = await Promise.all(names.map(async (name) => (await readLedger(lab.root, name)).at(-1)?.event))
  for (const end of ends)
    expect(end).toEqual({ type: 'failed', code: 'STORAGE_UNREACHABLE', message: 'the network is away' })
  isAway = false
  at.pass(24 * HOUR)
  await expect.poll(() => at.schedules.failure, WAIT).toBeUndefined()
  await at.close()
})

test('a project with mistakes gets its schedule when they are mended', async () => {
  await using lab = await shop()
  await lab.put('orders.csv', file('T1'))
  await lab.contract('orders', 'entity: nonsense\n')
  const at = scheduled(lab)
  await expect(at.schedules.apply(at.hosted)).rejects.toThrow('error')
  await lab.contract('orders', contract)
  await new Promise((resolve) => setTimeout(resolve, 300))
  at.pass(HOUR)
  await expect.poll(() => at.logged.map(({ outcome }) => outcome), WAIT).toEqual(['published'])
  await at.close()
})

const serve = (root: string, schedule: string) =>
  startServer({
    ...{ roots: [root], port: 0, host: '127.0.0.1', program: 'test', log: () => undefined, web: root },
    schedule,
  })

test('the page shows the schedule of the command line and cannot change it', async () => {
  await using lab = await shop()
  const running = await serve(lab.root, '30 4 * * 1')
  const headers = { authorization: `Bearer ${running.token}`, 'content-type': 'application/json' }
  try {
    const session = await (await fetch(`${running.origin}/api/session`, { headers })).json()
    expect(session.connectivity).toMatchObject({ schedule: '30 4 * * 1', fixed: true })
    expect(Date.parse(session.connectivity.nextRefresh)).toBeGreaterThan(Date.now())
    const body = JSON.stringify({ schedule: null, mode: 'import' })
    const answer = await fetch(`${running.origin}/api/connectivity`, { method: 'PUT', headers, body })
    expect([answer.status, (await answer.json()).code]).toEqual([409, 'CONFLICT'])
    expect(running.failure()).toBeUndefined()
  } finally {
    await running.close()
  }
})

test('a pattern that is none is refused before anything is served', async () => {
  await using lab = await shop()
  for (const pattern of ['', 'soon', '* * * * * *', '61 * * * *'])
    await expect(serve(lab.root, pattern)).rejects.toMatchObject({ code: 'USAGE' })
})
