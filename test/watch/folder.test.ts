import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { C360Error } from '../../src/errors.ts'
import { ledgerNames, readLedger } from '../../src/server/runs/ledger-files.ts'
import { contract, file, order, published, shop, watching } from './support.ts'

const failuresIn = async (root: string): Promise<unknown[]> => {
  const names = await ledgerNames(root, 50)
  const entries = await Promise.all(names.reverse().map((name) => readLedger(root, name)))
  return entries.flatMap((list) => list.flatMap(({ event }) => (event.type === 'failed' ? [event] : [])))
}

test('files that come while nobody polls start runs: new ones and appended ones', async () => {
  await using lab = await shop()
  const watcher = watching(lab)
  await watcher.runs(1)
  await lab.put('orders.csv', file('A1'))
  await watcher.runs(2)
  expect(await published(lab)).toEqual(['A1'])
  await appendFile(join(lab.root, 'landing/orders.csv'), `${order('A2')}\n`)
  await watcher.runs(3)
  expect(await published(lab)).toEqual(['A1', 'A2'])
  await lab.put('new/folder/ignored.txt', 'no contract reads it')
  await pause(500)
  expect(watcher.of('begins').map(({ reason, files }) => [reason, ...files])).toEqual([
    ['start'],
    ['files', 'orders.csv'],
    ['files', 'orders.csv'],
  ])
  expect(watcher.of('watching')[0]?.by).toEqual(['file events', 'polling'])
  expect(await watcher.stop()).toEqual({ failure: undefined, cancelled: false })
})

test('twenty files at once are one run or two, and none is lost', async () => {
  await using lab = await shop()
  const watcher = watching(lab)
  await watcher.runs(1)
  const ids = Array.from({ length: 20 }, (_, n) => `B${String(n).padStart(2, '0')}`)
  for (const id of ids) {
    await lab.put(`orders-${id}.csv`, file(id))
    await pause(15)
  }
  await watcher.until(async () => (await published(lab).catch(() => [])).length === 20)
  await pause(300)
  expect(watcher.of('begins').length - 1).toBeLessThanOrEqual(2)
  expect(await published(lab)).toEqual(ids)
  await watcher.stop()
})

test('a file that is still written is waited for, and not for ever', async () => {
  await using lab = await shop()
  await lab.put('orders.csv', file('W0'))
  const writing = new AbortController()
  let written = 0
  const writer = (async () => {
    while (!writing.signal.aborted) {
      await appendFile(join(lab.root, 'landing/orders.csv'), `${order(`W${++written}`)}\n`)
      await pause(30)
    }
  })()
  const watcher = watching(lab)
  await watcher.until(() => watcher.of('begins').length === 1)
  const atBegin = written
  writing.abort()
  await writer
  expect(atBegin).toBeGreaterThan(20)
  await watcher.until(async () => (await published(lab).catch(() => [])).length === written + 1)
  await watcher.stop()
})

test('what comes during a run causes one more, and never two at once', async () => {
  await using lab = await shop()
  await lab.put('orders-1.csv', file('D1'))
  let begun = 0
  const watcher = watching(lab, {
    doing: async (real) => {
      const result = await real()
      if (++begun === 1) for (const n of [2, 3, 4]) await lab.put(`orders-${n}.csv`, file(`D${n}`))
      return result
    },
  })
  await watcher.runs(2)
  await pause(400)
  expect(watcher.of('begins')).toHaveLength(2)
  expect(await published(lab)).toEqual(['D1', 'D2', 'D3', 'D4'])
  expect(watcher.atOnce()).toBe(1)
  await watcher.stop()
})

test('without events, looking now and again finds what came', async () => {
  await using lab = await shop()
  await rm(join(lab.root, 'landing'), { recursive: true })
  const watcher = watching(lab, { pollMs: 400 })
  await watcher.runs(1)
  expect(watcher.of('watching')[0]?.by).toEqual(['polling'])
  await lab.put('orders.csv', file('P1'))
  await watcher.runs(2)
  expect(await published(lab)).toEqual(['P1'])
  await watcher.stop()
})

test('a failure that may pass is tried three times, told, kept in the ledger, and tried again later', async () => {
  await using lab = await shop()
  await lab.put('orders.csv', file('F1'))
  let calls = 0
  const watcher = watching(lab, {
    pollMs: 500,
    doing: (real) => {
      if (++calls <= 3) throw new C360Error('STORAGE_UNREACHABLE', 'the network is away')
      return real()
    },
  })
  await watcher.until(() => watcher.of('failed').length === 3)
  expect(watcher.of('failed').map(({ attempt, again }) => [attempt, again !== undefined])).toEqual([
    [1, true],
    [2, true],
    [3, false],
  ])
  expect(await failuresIn(lab.root)).toEqual(
    Array(3).fill({ type: 'failed', code: 'STORAGE_UNREACHABLE', message: 'the network is away' }),
  )
  await watcher.runs(1)
  expect(watcher.of('begins').map(({ reason }) => reason)).toEqual(['start', 'again'])
  expect(await published(lab)).toEqual(['F1'])
  expect((await watcher.stop()).failure).toBeUndefined()
})

test('a failure that stays is tried once until something changes, and is what the end tells', async () => {
  await using lab = await shop()
  await lab.put('orders.csv', file('G1'))
  const watcher = watching(lab, {
    doing: async () => {
      throw new C360Error('NOT_CERTIFIED', 'gold is wrong')
    },
  })
  await watcher.until(() => watcher.of('failed').length === 1)
  await pause(300)
  expect(watcher.of('begins')).toHaveLength(1)
  await lab.put('orders-2.csv', file('G2'))
  await watcher.until(() => watcher.of('failed').length === 2)
  expect((await watcher.stop()).failure).toMatchObject({ code: 'NOT_CERTIFIED', exit: 4 })
})

test('a mistake in the project is told once, and its correction starts a run', async () => {
  await using lab = await shop()
  await lab.put('orders.csv', file('M1'))
  const good = contract
  await lab.contract('orders', 'entity: nonsense\n')
  const watcher = watching(lab, { pollMs: 100 })
  await watcher.until(() => watcher.of('failed').length === 1)
  await pause(500)
  expect(watcher.of('failed')).toHaveLength(1)
  expect(watcher.of('failed')[0]?.failure).toMatchObject({ code: 'PROJECT_INVALID', exit: 3 })
  expect(watcher.of('failed')[0]?.failure.problems.length).toBeGreaterThan(0)
  await lab.contract('orders', good)
  await watcher.runs(1)
  expect(watcher.of('begins')[0]?.reason).toBe('project')
  expect(await published(lab)).toEqual(['M1'])
  await watcher.stop()
})

test('two watchers of one project take turns, and neither fails', async () => {
  await using lab = await shop()
  const both = [watching(lab), watching(lab)]
  for (const { runs } of both) await runs(1)
  for (const n of [1, 2, 3]) await lab.put(`orders-${n}.csv`, file(`T${n}`))
  for (const { runs } of both) await runs(2)
  expect(await published(lab)).toEqual(['T1', 'T2', 'T3'])
  for (const watcher of both) {
    await watcher.stop()
    expect(watcher.of('failed')).toEqual([])
  }
  const told = both.flatMap((watcher) => watcher.of('ended')).filter(({ files }) => files > 0)
  expect(told.reduce((sum, { files }) => sum + files, 0)).toBe(3)
})

test('an end in the middle of a run cancels it, and the next watcher goes on', async () => {
  await using lab = await shop()
  await lab.put('orders.csv', file('E1'))
  let reached: () => void = () => undefined
  const inside = new Promise<void>((resolve) => {
    reached = resolve
  })
  const first = watching(lab, {
    run: {
      boundary: async (name) => {
        reached()
        if (name.startsWith('step.')) await pause(20_000, undefined, { signal: first.signal })
      },
    },
  })
  await inside
  expect(await first.stop()).toEqual({ failure: undefined, cancelled: true })
  expect(first.of('cancelled')).toHaveLength(1)
  const second = watching(lab)
  await second.runs(1)
  expect(await published(lab)).toEqual(['E1'])
  await second.stop()
})
