import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AzurePolicy } from '../../src/storage/azure.ts'
import type { Store } from '../../src/storage/store.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { type Fault, type Faulty, type Seen, startFaulty } from '../support/faulty.ts'
import { randomFrom } from '../support/random.ts'
import { newContainer, type TestContainer } from './container.ts'

let azurite: Azurite
let network: Faulty
let made: TestContainer
let folder = ''
beforeAll(async () => {
  azurite = await startAzurite()
  network = await startFaulty(azurite.blobEndpoint)
  made = await newContainer(azurite, 'in')
  folder = await mkdtemp(join(tmpdir(), 'c360-network-'))
})
afterAll(async () => {
  await network?.[Symbol.asyncDispose]()
  await made?.[Symbol.asyncDispose]()
  await azurite?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  network.seen.length = 0
  network.fault = () => undefined
})

const patient = { patienceMs: 10_000, firstMs: 5, longestMs: 20 }
const through = (policy: Partial<AzurePolicy> = {}): Store =>
  made.open({ endpoint: network.url, policy: { ...patient, ...policy } })

/** These faults, one after another, for requests that match; then none. */
const faults = (list: readonly Fault[], matches: (seen: Seen) => boolean = () => true) => {
  const left = [...list]
  network.fault = (seen) => (matches(seen) ? left.shift() : undefined)
  return left
}

const busy: Fault = { answer: 503, headers: { 'retry-after': '0', 'x-ms-error-code': 'ServerBusy' } }
const passing: [string, Fault][] = [
  ...[408, 429, 500, 502, 503, 504].map((answer): [string, Fault] => [`${answer}`, { answer }]),
  ['a cut connection', 'cut'],
  ['a lost answer', 'lose answer'],
  ['silence', 'silence'],
]

describe.each(passing)('%s', (_, fault) => {
  it('twice is got over, by every request', async () => {
    const store = through({ idleMs: 150 })
    const acts: [string, () => Promise<unknown>, unknown][] = [
      ['put', () => store.put('f', 'content'), undefined],
      ['putIfAbsent', () => store.putIfAbsent(`new-${performance.now()}`, 'x'), true],
      ['read', async () => String(await store.read('f')), 'content'],
      ['stat', async () => (await store.stat('f'))?.size, 7],
      ['list', async () => (await store.list('')).some(({ path }) => path === 'f'), true],
      ['fetch', () => store.fetch('f'), true],
      ['remove', () => store.remove('f'), undefined],
    ]
    for (const [name, act, expected] of acts) {
      const left = faults([fault, fault])
      expect(await act(), name).toEqual(expected)
      expect(left, name).toEqual([])
    }
  })
})

describe('waiting', () => {
  it('is as long as the service asks, by seconds or date', async () => {
    const store = through()
    await made.store.put('wait', 'x')
    faults([{ answer: 429, headers: { 'retry-after': '1' } }])
    const start = performance.now()
    await store.read('wait')
    expect(performance.now() - start).toBeGreaterThan(990)
    faults([{ answer: 503, headers: { 'retry-after': new Date(Date.now() + 2000).toUTCString() } }])
    const again = performance.now()
    await store.read('wait')
    expect(performance.now() - again).toBeGreaterThan(900)
  })

  it('ends when patience does, and says how it went', async () => {
    network.fault = () => busy
    const store = through({ patienceMs: 200 })
    const start = performance.now()
    await expect(store.read('f')).rejects.toMatchObject({
      code: 'STORAGE_UNREACHABLE',
      message: expect.stringMatching(/after \d+ tries.*in\/f.*503 ServerBusy/),
    })
    expect(performance.now() - start).toBeLessThan(2000)
    expect(network.seen.length).toBeGreaterThan(5)
  })

  it('is not begun when the service asks for more than there is', async () => {
    network.fault = () => ({ answer: 503, headers: { 'retry-after': '3600' } })
    await expect(through().read('f')).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' })
    expect(network.seen).toHaveLength(1)
  })

  it('ends at once when it is cancelled', async () => {
    network.fault = () => ({ answer: 503, headers: { 'retry-after': '60' } })
    const cancel = new AbortController()
    const store = through({ patienceMs: 120_000 })
    const fetching = store.fetch('f', { signal: cancel.signal })
    setTimeout(() => cancel.abort(), 100)
    const start = performance.now()
    await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it.each([400, 401, 403, 404, 409, 412])('is not tried after %s', async (answer) => {
    network.fault = () => ({ answer, headers: { 'x-ms-error-code': 'ContainerBeingDeleted' } })
    await expect(through().put('f', '')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(network.seen).toHaveLength(1)
  })

  it('spreads: no two waits are alike', async () => {
    network.fault = () => busy
    const store = through({ firstMs: 40, longestMs: 40, patienceMs: 400 })
    const times: number[] = []
    network.fault = () => {
      times.push(performance.now())
      return busy
    }
    await store.read('f').catch(() => undefined)
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0))
    expect(Math.min(...waits)).toBeGreaterThan(18)
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(2)
  })
})

describe('a write whose answer was lost', () => {
  const writes = ({ method }: Seen) => method === 'PUT'

  it('is ours when it had arrived', async () => {
    faults(['lose answer'], writes)
    expect(await through().putIfAbsent('ours.json', 'mine')).toBe(true)
    expect(network.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD'])
    const etag = (await made.store.readTagged('ours.json'))?.etag ?? ''
    faults(['lose answer'], writes)
    expect(await through().putIfMatch('ours.json', 'mine too', etag)).toBe(true)
    expect(String(await made.store.read('ours.json'))).toBe('mine too')
  })

  it('is not ours when another came first, even with the very same content', async () => {
    faults(['cut'], writes)
    const [slow] = await Promise.all([
      through({ firstMs: 200, longestMs: 200 }).putIfAbsent('theirs.json', 'same'),
      made.store.putIfAbsent('theirs.json', 'same'),
    ])
    expect(slow).toBe(false)
  })

  it('is told from one that was simply late', async () => {
    await made.store.put('late.json', 'there')
    expect(await through().putIfAbsent('late.json', 'new')).toBe(false)
    expect(network.seen.map(({ method }) => method)).toEqual(['PUT'])
  })

  it('lets one of 16 win on a bad network, and each knows whether it did', async () => {
    const random = randomFrom(7)
    network.fault = () => random.pick(['lose answer', 'cut', undefined, undefined] as const)
    const store = through()
    for (let round = 0; round < 3; round++) {
      const won = await Promise.all(
        Array.from({ length: 16 }, (_, i) => store.putIfAbsent(`race/${round}`, `writer ${i}`)),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(String(await made.store.read(`race/${round}`))).toBe(`writer ${won.indexOf(true)}`)
    }
  })
})

describe('a transfer', () => {
  const part = 2 ** 18
  const content = Buffer.from(Array.from({ length: 20 * part + 77 }, (_, i) => (i * 7 + (i >> 9)) % 251))
  const sent = (seen: readonly Seen[]) => seen.filter(({ url }) => /comp=block(&|$)/.test(url)).length
  let from = ''
  beforeAll(async () => {
    from = join(folder, 'content')
    await writeFile(from, content)
  })

  it('goes on where each connection broke, and asks for no byte twice', async () => {
    await made.store.upload('down', from)
    const ranges: string[] = []
    network.fault = ({ headers }, count) => {
      ranges.push(String(headers['x-ms-range'] ?? headers.range))
      return count % 4 === 0 ? undefined : { cutAfter: 100_000 }
    }
    const store = through({ partBytes: part, parts: 3 })
    expect(await store.fetch('down')).toBe(true)
    expect((await readFile(store.file('down'))).equals(content)).toBe(true)
    expect(ranges).toContain('bytes=100000-262143')
    expect(new Set(ranges).size).toBe(ranges.length)
  })

  it('begins anew when the object changes on the way', async () => {
    await made.store.upload('swap', from)
    const other = Buffer.from(content).reverse()
    let isSwapped = false
    network.fault = (_, count) => (count === 6 && !isSwapped ? { delayMs: 300 } : undefined)
    const store = through({ partBytes: part, parts: 2 })
    const onProgress = (bytes: number) => {
      if (bytes < 4 * part || isSwapped) return
      isSwapped = true
      swapping = writeFile(join(folder, 'other'), other).then(() =>
        made.store.upload('swap', join(folder, 'other')),
      )
    }
    let swapping: Promise<unknown> = Promise.resolve()
    expect(await store.fetch('swap', { onProgress })).toBe(true)
    await swapping
    const got = await readFile(store.file('swap'))
    expect(got.equals(other) || got.equals(content)).toBe(true)
    expect(await store.fetch('swap')).toBe(true)
    expect((await readFile(store.file('swap'))).equals(other)).toBe(true)
  })

  it('that loses the network goes on at the next run, with what had come', async () => {
    await made.store.upload('resume', from)
    network.fault = (_, count) => (count > 10 ? 'cut' : undefined)
    const broken = through({ partBytes: part, parts: 1, patienceMs: 50 })
    await expect(broken.fetch('resume')).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' })
    expect(await readdir(dirname(broken.file('resume')))).not.toContain('resume')
    network.fault = () => undefined
    network.seen.length = 0
    const next = through({ partBytes: part, parts: 1 })
    expect(await next.fetch('resume')).toBe(true)
    expect((await readFile(next.file('resume'))).equals(content)).toBe(true)
    expect(network.seen.length).toBeLessThan(14)
    const left = (await readdir(dirname(next.file('resume')))).filter((name) => /part/.test(name))
    expect(left).toEqual([])
  })

  it('to the container sends a block again, not the file', async () => {
    let blocks = 0
    network.fault = ({ url }) => {
      if (!/comp=block(&|$)/.test(url)) return undefined
      return ++blocks % 4 === 0 ? (['cut', 'lose answer', busy] as const)[(blocks / 4) % 3] : undefined
    }
    await through({ partBytes: part, parts: 3 }).upload('up', from)
    expect((await made.store.read('up'))?.equals(content)).toBe(true)
    expect(blocks).toBeGreaterThan(21)
    expect(blocks).toBeLessThan(35)
  })

  it('to the container that broke is taken up with the blocks that had arrived', async () => {
    network.fault = ({ url }, count) => (/comp=block(&|$)/.test(url) && count > 12 ? 'cut' : undefined)
    const broken = through({ partBytes: part, parts: 2, patienceMs: 50 })
    await expect(broken.upload('up-again', from)).rejects.toMatchObject({ code: 'STORAGE_UNREACHABLE' })
    expect(await made.store.stat('up-again')).toBeUndefined()
    network.fault = () => undefined
    network.seen.length = 0
    await through({ partBytes: part, parts: 2 }).upload('up-again', from)
    expect(sent(network.seen)).toBeGreaterThan(5)
    expect(sent(network.seen)).toBeLessThan(14)
    expect((await made.store.read('up-again'))?.equals(content)).toBe(true)
  })

  it('survives another writer of the same object, and the last one to end is what lies there', async () => {
    const other = Buffer.from(content).reverse()
    await writeFile(join(folder, 'other'), other)
    const store = through({ partBytes: part, parts: 2 })
    await Promise.all([store.upload('same', from), store.upload('same', join(folder, 'other'))])
    const got = await made.store.read('same')
    expect(got?.equals(content) || got?.equals(other)).toBe(true)
  })

  it('refuses a file that is written to meanwhile', async () => {
    const growing = join(folder, 'growing')
    await writeFile(growing, content)
    const onProgress = (bytes: number) => {
      if (bytes > 3 * part) writeFile(growing, 'x', { flag: 'a' }).catch(() => undefined)
    }
    const moving = through({ partBytes: part, parts: 1 }).upload('growing', growing, { onProgress })
    await expect(moving).rejects.toMatchObject({ code: 'FILE_CHANGED' })
    expect(await made.store.stat('growing')).toBeUndefined()
  })
})
