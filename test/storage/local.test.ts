import { link, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { localStore } from '../../src/storage/local.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'c360-store-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const withoutHardLinks = async (): Promise<void> => {
  throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' })
}

describe.each([
  ['hard links', { link }],
  ['no hard links', { link: withoutHardLinks }],
])('putIfAbsent on a disk with %s', (_, effects) => {
  it('writes once and leaves what is there', async () => {
    const store = localStore(root, effects)
    expect(await store.putIfAbsent('a/b/one.json', 'first')).toBe(true)
    expect(await store.putIfAbsent('a/b/one.json', 'second')).toBe(false)
    expect(String(await store.read('a/b/one.json'))).toBe('first')
    expect(await readdir(join(root, 'a/b'))).toEqual(['one.json'])
  })

  it('lets one of many win, round after round', async () => {
    const store = localStore(root, effects)
    for (let round = 0; round < 10; round++) {
      const path = `log/${round}.json`
      const won = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.putIfAbsent(path, `writer ${i}`)),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(String(await store.read(path))).toBe(`writer ${won.indexOf(true)}`)
    }
  })

  it('never shows a part of the content', async () => {
    const store = localStore(root, effects)
    const content = Buffer.alloc(20_000_000, 'x')
    let seen: Buffer | undefined
    let looks = 0
    const writing = store.putIfAbsent('big', content)
    while (seen === undefined) {
      seen = await store.read('big')
      looks++
      await pause(1)
    }
    expect(seen.length).toBe(content.length)
    expect(looks).toBeGreaterThan(1)
    await writing
  })
})

describe('without hard links', () => {
  it('waits for the writer that holds the claim, and then yields to what it wrote', async () => {
    const store = localStore(root, { link: withoutHardLinks })
    await writeFile(join(root, '.tmp-claim-0.json'), '')
    const late = store.putIfAbsent('0.json', 'late')
    await pause(100)
    expect(await store.read('0.json')).toBeUndefined()
    await store.put('0.json', 'early')
    await rm(join(root, '.tmp-claim-0.json'))
    expect(await late).toBe(false)
    expect(String(await store.read('0.json'))).toBe('early')
  })
})

describe('put, read, stat, remove', () => {
  it('replaces in one step and leaves nothing else behind', async () => {
    const store = localStore(root)
    await store.put('x/current.json', 'one')
    await store.put('x/current.json', Buffer.from('two'))
    expect(String(await store.read('x/current.json'))).toBe('two')
    expect(await readdir(join(root, 'x'))).toEqual(['current.json'])
  })

  it('tells size and time, and undefined for what is not a file', async () => {
    const store = localStore(root)
    await store.put('a/f', 'äö')
    await utimes(join(root, 'a/f'), 1_700_000_000, 1_700_000_000.25)
    expect(await store.stat('a/f')).toEqual({ path: 'a/f', size: 4, modified: 1_700_000_000_250 })
    expect(await store.stat('a')).toBeUndefined()
    expect(await store.stat('a/f/g')).toBeUndefined()
    expect(await store.read('nowhere/f')).toBeUndefined()
  })

  it('removes, also what is gone already', async () => {
    const store = localStore(root)
    await store.put('f', '')
    await store.remove('f')
    await store.remove('f')
    expect(await store.read('f')).toBeUndefined()
  })

  it('stays inside its folder', async () => {
    const store = localStore(root)
    expect(() => store.read('../elsewhere')).toThrow(/outside/)
    expect(() => store.put('a/../../elsewhere', '')).toThrow(/outside/)
    expect(store.url('a/..b')).toBe(join(root, 'a/..b'))
  })
})

describe('list', () => {
  it('goes through all folders, sorted, without temporary files', async () => {
    const store = localStore(root)
    for (const path of ['b/2', 'b/10', 'a', 'b.txt', 'c/d/e', 'c/.tmp-left', '.tmp-folder/f']) {
      await mkdir(join(root, path, '..'), { recursive: true })
      await writeFile(join(root, path), path)
    }
    expect((await store.list('')).map(({ path }) => path)).toEqual(['a', 'b.txt', 'b/10', 'b/2', 'c/d/e'])
    expect((await store.list('b')).map(({ path, size }) => [path, size])).toEqual([
      ['b/10', 4],
      ['b/2', 3],
    ])
  })

  it('is empty for a folder that is not there', async () => {
    expect(await localStore(join(root, 'nowhere')).list('')).toEqual([])
    expect(await localStore(root).list('nowhere/')).toEqual([])
  })

  it('lists linked files and leaves dangling and folder links alone', async () => {
    await writeFile(join(root, 'real'), '1')
    await symlink(join(root, 'real'), join(root, 'linked'))
    await symlink(join(root, 'gone'), join(root, 'dangling'))
    await symlink(root, join(root, 'circle'))
    expect((await localStore(root).list('')).map(({ path }) => path)).toEqual(['linked', 'real'])
  })
})

const asRoot = process.getuid?.() === 0

describe(`a folder without rights${asRoot ? ' (skipped: root has all rights)' : ''}`, () => {
  it.skipIf(asRoot)('is NO_ACCESS', async () => {
    await mkdir(join(root, 'closed'), { mode: 0o500 })
    await expect(localStore(root).put('closed/f', '')).rejects.toMatchObject({ code: 'NO_ACCESS' })
  })
})
