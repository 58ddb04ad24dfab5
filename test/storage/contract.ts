import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/storage/store.ts'

/** What every Store holds, whatever lies below it. `open` gives an empty one. */
export function storeContract(kind: string, open: () => Promise<{ store: Store } & AsyncDisposable>): void {
  describe(`a ${kind} as a Store`, () => {
    let opened: Awaited<ReturnType<typeof open>>
    let store: Store
    let folder = ''
    beforeAll(async () => {
      opened = await open()
      store = opened.store
      folder = await mkdtemp(join(tmpdir(), 'c360-contract-'))
    })
    afterAll(async () => {
      await opened?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })
    const text = async (path: string) => (await store.read(path))?.toString()
    const local = async (name: string, content: string | Buffer) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    }

    it('knows nothing of what is not there', async () => {
      expect(await store.read('nowhere/f')).toBeUndefined()
      expect(await store.readTagged('nowhere/f')).toBeUndefined()
      expect(await store.stat('nowhere/f')).toBeUndefined()
      expect(await store.list('nowhere')).toEqual([])
      expect(await store.fetch('nowhere/f')).toBe(false)
      await store.remove('nowhere/f')
    })

    it('replaces, tells size and time, and removes', async () => {
      const before = Date.now()
      await store.put('one/f', 'first')
      await store.put('one/f', Buffer.from('äö'))
      expect(await text('one/f')).toBe('äö')
      const info = await store.stat('one/f')
      expect(info).toMatchObject({ path: 'one/f', size: 4 })
      expect(Math.abs((info?.modified ?? 0) - before)).toBeLessThan(5000)
      expect(await store.stat('one')).toBeUndefined()
      await store.remove('one/f')
      expect(await store.read('one/f')).toBeUndefined()
    })

    it('takes an empty object', async () => {
      await store.put('empty/f', '')
      expect(await store.read('empty/f')).toEqual(Buffer.alloc(0))
      expect(await store.fetch('empty/f')).toBe(true)
      expect((await readFile(store.file('empty/f'))).length).toBe(0)
      expect(await store.upload('empty/g', await local('empty', ''))).toBe(0)
      expect((await store.stat('empty/g'))?.size).toBe(0)
    })

    it('lets one of 16 writers create an object, round after round', async () => {
      for (let round = 0; round < 4; round++) {
        const path = `log/${String(round).padStart(20, '0')}.json`
        const won = await Promise.all(
          Array.from({ length: 16 }, (_, i) => store.putIfAbsent(path, `writer ${i}`)),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        expect(await text(path)).toBe(`writer ${won.indexOf(true)}`)
        expect(await store.putIfAbsent(path, 'late')).toBe(false)
      }
    })

    it('replaces only the object that was read', async () => {
      await store.put('match/current.json', 'one')
      const read = await store.readTagged('match/current.json')
      const etag = read?.etag ?? ''
      expect(read?.content.toString()).toBe('one')
      expect(await store.putIfMatch('match/current.json', 'two', etag)).toBe(true)
      expect(await store.putIfMatch('match/current.json', 'three', etag)).toBe(false)
      expect(await text('match/current.json')).toBe('two')
      expect(await store.putIfMatch('match/gone.json', 'x', etag)).toBe(false)
      expect(await store.read('match/gone.json')).toBeUndefined()
    })

    it('lets one of 8 replace what all of them read', async () => {
      await store.put('race/current.json', 'start')
      const etag = (await store.readTagged('race/current.json'))?.etag ?? ''
      const won = await Promise.all(
        Array.from({ length: 8 }, (_, i) => store.putIfMatch('race/current.json', `writer ${i}`, etag)),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await text('race/current.json')).toBe(`writer ${won.indexOf(true)}`)
    })

    it('lists a folder, sorted, without temporary names and without neighbours of like names', async () => {
      for (const path of [
        'tree/b/2',
        'tree/b/10',
        'tree/a',
        'tree/b.txt',
        'tree/c/d/e',
        'tree/c/.tmp-x',
        'tree/.tmp-f/g',
      ])
        await store.put(path, path)
      expect((await store.list('tree')).map(({ path }) => path.slice(5))).toEqual([
        'a',
        'b.txt',
        'b/10',
        'b/2',
        'c/d/e',
      ])
      expect((await store.list('tree/b')).map(({ path, size }) => [path, size])).toEqual([
        ['tree/b/10', 9],
        ['tree/b/2', 8],
      ])
      expect(await store.list('tree/b/')).toEqual(await store.list('tree/b'))
      expect(await store.list('tree/a')).toEqual([])
      const [first] = await store.list('tree')
      expect(first).toEqual({ ...(await store.stat('tree/a')) })
    })

    const odd = [
      'a b.csv',
      '100%.csv',
      'a%20b.csv',
      'c++.csv',
      'no#1.csv',
      'q?x=1&y.csv',
      'Zürich/東京/😀.csv',
      "it's [1].csv",
      '..dots',
      'tail.',
    ]
    it('takes odd names', async () => {
      for (const name of odd) expect(await store.putIfAbsent(`odd/${name}`, name)).toBe(true)
      const listed = await store.list('odd')
      expect(listed.map(({ path }) => path)).toEqual(odd.map((name) => `odd/${name}`).sort(byUnit))
      for (const name of odd) {
        expect(await text(`odd/${name}`)).toBe(name)
        expect(await store.fetch(`odd/${name}`)).toBe(true)
        expect(await readFile(store.file(`odd/${name}`), 'utf8')).toBe(name)
      }
      expect(new Set(odd.map((name) => store.file(`odd/${name}`))).size).toBe(odd.length)
      for (const name of odd) await store.remove(`odd/${name}`)
      expect(await store.list('odd')).toEqual([])
    })

    it('stays inside its folder', () => {
      for (const path of ['../elsewhere', 'a/../../elsewhere', '/etc/passwd', '..'])
        for (const act of [store.read, store.fetch, store.remove, store.url, store.file, store.list])
          expect(() => act(path), `${act.name} ${path}`).toThrow(
            expect.objectContaining({ code: 'NO_ACCESS' }),
          )
    })

    it('brings content here and there, and again when it changed', async () => {
      const sent: number[] = []
      const size = await store.upload('move/f.bin', await local('f', 'one'), {
        onProgress: (bytes) => sent.push(bytes),
      })
      expect(size).toBe(3)
      expect(sent.at(-1)).toBe(3)
      expect(await text('move/f.bin')).toBe('one')
      expect(await store.fetch('move/f.bin')).toBe(true)
      expect(await readFile(store.file('move/f.bin'), 'utf8')).toBe('one')
      await store.upload('move/f.bin', await local('f', 'two!'))
      expect(await store.fetch('move/f.bin')).toBe(true)
      expect(await readFile(store.file('move/f.bin'), 'utf8')).toBe('two!')
      await store.release('move/f.bin')
      expect(await text('move/f.bin')).toBe('two!')
    })

    it('uploads what was written where the object belongs', async () => {
      const file = store.file('made/part.parquet')
      await mkdir(join(file, '..'), { recursive: true })
      await writeFile(file, 'here')
      expect(await store.upload('made/part.parquet', file)).toBe(4)
      expect(await text('made/part.parquet')).toBe('here')
      expect(await store.fetch('made/part.parquet')).toBe(true)
      expect(await readFile(file, 'utf8')).toBe('here')
    })

    it('names what cannot be uploaded', async () => {
      await expect(store.upload('up/f', join(folder, 'not there'))).rejects.toMatchObject({ code: 'ENOENT' })
      expect(await store.stat('up/f')).toBeUndefined()
    })
  })
}

const byUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
