import { type ChildProcess, spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerNames, readLedger } from '../../src/server/runs/ledger-files.ts'
import { type Build, copyBuild } from '../crash/build.ts'
import { failure, c360 as once } from '../operations/cli.ts'
import type { Lab } from '../support/lab.ts'
import { file, order, published, shop } from './support.ts'

let build: Build
beforeAll(async () => {
  build = await copyBuild()
})
const children: ChildProcess[] = []
afterAll(async () => {
  // A test that failed leaves its watcher behind.
  for (const child of children) child.kill('SIGKILL')
  await build.remove()
})

interface Event {
  readonly type: string
  readonly [key: string]: unknown
}

/** `c360 watch --json` in a process of its own. */
interface Watcher {
  readonly child: ChildProcess
  readonly events: () => Event[]
  readonly ended: Promise<number | null>
  saw(type: string, count?: number): Promise<void>
}

const WAIT = { timeout: 30_000, interval: 25 }

function watcherOf(lab: Lab): Watcher {
  const child = spawn(process.execPath, [build.cli, 'watch', '--json', '-p', lab.root], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  children.push(child)
  let out = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  const events = () =>
    out
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event)
  return {
    ...{ child, events },
    ended: new Promise((resolve) => child.once('close', resolve)),
    saw: (type, count = 1) =>
      expect
        .poll(() => events().filter((event) => event.type === type).length, WAIT)
        .toBeGreaterThanOrEqual(count),
  }
}

async function shopWithQuickWatch(): Promise<Lab> {
  const lab = await shop()
  await lab.config(
    'version: 1\nname: shop\ntime_zone: UTC\ncurrency: GBP\nthreads: 1\nwatch: { settle: 0 seconds, poll: 2 seconds }\n',
  )
  return lab
}

test('it runs what comes, says so, is found alive, and Ctrl-C ends it at once with 0', async () => {
  await using lab = await shopWithQuickWatch()
  expect((await once(build, ['watch', '--health', '-p', lab.root])).code).toBe(1)
  await lab.put('orders.csv', file('A1', 'A2'))
  const watcher = watcherOf(lab)
  await watcher.saw('ended')
  expect(watcher.events().at(-1)).toMatchObject({
    outcome: 'published',
    version: 1,
    files: 1,
    rows: 2,
    refused: 0,
  })
  expect((await once(build, ['watch', '--health', '-p', lab.root])).code).toBe(0)
  watcher.child.kill('SIGTERM')
  const asked = Date.now()
  expect(await watcher.ended).toBe(0)
  expect(Date.now() - asked).toBeLessThan(3_000)
  expect((await once(build, ['watch', '--health', '-p', lab.root])).code).toBe(1)
})

test('killed in the middle of a run, then started again: nothing is lost, nothing is twice', async () => {
  await using lab = await shopWithQuickWatch()
  const many = Array.from({ length: 20_000 }, (_, n) => order(`K${n}`)).join('\n')
  await lab.put('orders.csv', `${file('K')}${many}\n`)
  const first = watcherOf(lab)
  await first.saw('begins')
  await expect.poll(() => ledgerNames(lab.root, 5).then((names) => names.length), WAIT).toBe(1)
  first.child.kill('SIGKILL')
  await first.ended
  await lab.put('orders-2.csv', file('L'))
  const second = watcherOf(lab)
  await second.saw('ended')
  expect((await published(lab)).length).toBe(20_002)
  second.child.kill('SIGINT')
  expect(await second.ended).toBe(0)
  const names = await ledgerNames(lab.root, 5)
  const ends = await Promise.all(
    names.map(async (name) => (await readLedger(lab.root, name)).at(-1)?.event.type),
  )
  expect(ends[0]).toBe('finished')
})

test('the exit code is that of the newest failure, which the ledger has too', async () => {
  await using lab = await shopWithQuickWatch()
  await lab.contract('orders', 'entity: nonsense\n')
  const broken = watcherOf(lab)
  await broken.saw('failed')
  broken.child.kill('SIGINT')
  expect(await broken.ended).toBe(3)
  expect(JSON.stringify(broken.events().at(-1))).toContain('contracts/orders.yaml')
  expect((await ledgerNames(lab.root, 5)).length).toBe(1)
})

test('serve: files start runs, a pattern that is none is USAGE', async () => {
  await using lab = await shopWithQuickWatch()
  const refused = await once(build, ['serve', '--json', '--port', '0', '--schedule', 'soon', '-p', lab.root])
  expect([refused.code, failure(refused).code]).toEqual([2, 'USAGE'])
  await lab.put('orders.csv', file('S1'))
  let server: ChildProcess | undefined
  const ended = once(build, ['serve', '--port', '0', '--watch', '-p', lab.root], {
    started: (child) => {
      server = child
      children.push(child)
    },
  })
  await expect.poll(() => published(lab).catch(() => []), { timeout: 30_000, interval: 300 }).toEqual(['S1'])
  server?.kill('SIGINT')
  const { code, err } = await ended
  expect([code, err.includes('"event":"watched_run"')]).toEqual([0, true])
  expect(await readdir(join(lab.root, '.c360'))).not.toContain('lock')
})
