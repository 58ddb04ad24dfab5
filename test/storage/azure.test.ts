import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AzureAuth, azureStore } from '../../src/storage/azure.ts'
import { withoutSecrets } from '../../src/storage/azure-errors.ts'
import { type Azurite, startAzurite } from '../support/azurite.ts'
import { newContainer, type TestContainer } from './container.ts'

let azurite: Azurite
let made: TestContainer
let folder = ''
beforeAll(async () => {
  azurite = await startAzurite()
  made = await newContainer(azurite)
  folder = await mkdtemp(join(tmpdir(), 'c360-azure-'))
})
afterAll(async () => {
  await made?.[Symbol.asyncDispose]()
  await azurite?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const quick = { patienceMs: 300, firstMs: 10, longestMs: 50 }

describe('a container', () => {
  it('does not list what stands for folders, nor read it', async () => {
    const blob = made.client.getBlockBlobClient('retail/in/adls/folder')
    await blob.upload('', 0, { metadata: { hdi_isfolder: 'true' } })
    await made.client.getBlockBlobClient('retail/in/adls/slash/').upload('', 0)
    await made.store.put('adls/folder/f', 'x')
    expect((await made.store.list('adls')).map(({ path }) => path)).toEqual(['adls/folder/f'])
    expect(await made.store.read('adls/folder')).toBeUndefined()
    expect(await made.store.stat('adls/folder')).toBeUndefined()
    expect(await made.store.fetch('adls/folder')).toBe(false)
  })

  it('shows the root as people write it', () => {
    expect(made.store.url('a/b')).toBe(`az://${azurite.account}/${made.place.container}/retail/in/a/b`)
  })

  it('is one state per etag, the same in listing, stat and read', async () => {
    await made.store.put('tag/f', '1')
    const [listed] = await made.store.list('tag')
    const read = await made.store.readTagged('tag/f')
    expect([listed?.etag, read?.etag]).toEqual([(await made.store.stat('tag/f'))?.etag, listed?.etag])
    await made.store.put('tag/f', '2')
    expect((await made.store.stat('tag/f'))?.etag).not.toBe(listed?.etag)
  })

  it('goes on with an object of another writer at the same place, and tells a name used as folder too', async () => {
    await made.store.put('both', 'a file')
    await made.store.put('both/f', 'and a folder')
    expect(await made.store.fetch('both')).toBe(true)
    await expect(made.store.fetch('both/f')).rejects.toMatchObject({ code: 'NO_ACCESS' })
  })
})

describe('the copy on this machine', () => {
  it('is fetched once, and again when it was touched, damaged or removed', async () => {
    await made.store.put('copy/f', 'content')
    const file = made.store.file('copy/f')
    await made.store.fetch('copy/f')
    const first = await stat(file)
    await made.store.fetch('copy/f')
    expect((await stat(file)).ino).toBe(first.ino)
    await writeFile(file, 'contenu')
    await made.store.fetch('copy/f')
    expect(await readFile(file, 'utf8')).toBe('content')
    await made.store.release('copy/f')
    expect(await readdir(dirname(file))).toEqual([])
    await made.store.fetch('copy/f')
    expect(await readFile(file, 'utf8')).toBe('content')
  })

  it('goes away with its object', async () => {
    await made.store.put('gone/f', 'x')
    await made.store.fetch('gone/f')
    await made.store.remove('gone/f')
    expect(await made.store.fetch('gone/f')).toBe(false)
    expect(await readdir(dirname(made.store.file('gone/f')))).toEqual([])
  })
})

const large = async (size: number): Promise<string> => {
  const path = join(folder, 'large')
  const pieces = Array.from({ length: Math.ceil(size / 1e6) }, (_, i) => i)
  await writeFile(
    path,
    pieces.map((i) => `${i} customer360 `.repeat(1e5).slice(0, Math.min(1e6, size - i * 1e6))),
  )
  return path
}

describe('64 MB', () => {
  const size = 64_000_123

  it('go up and down whole, in bounded memory', { timeout: 90_000 }, async () => {
    const from = await large(size)
    const store = made.open({ policy: { partBytes: 2 ** 20, parts: 3 } })
    const [up, down] = [watchMemory(), watchMemory()]
    const sent: number[] = []
    expect(
      await store.upload('large', from, { onProgress: (bytes) => up.look(sent.push(bytes) && bytes) }),
    ).toBe(size)
    const came: number[] = []
    expect(await store.fetch('large', { onProgress: (bytes) => down.look(came.push(bytes) && bytes) })).toBe(
      true,
    )
    for (const most of [up.most(), down.most()]) {
      expect(most, String(most)).toBeGreaterThan(1e6)
      expect(most).toBeLessThan(12e6)
    }
    for (const steps of [sent, came]) {
      expect(steps.length).toBeGreaterThan(50)
      expect(steps).toEqual([...steps].sort((a, b) => a - b))
      expect(steps.at(-1)).toBe(size)
    }
    expect((await readFile(store.file('large'))).equals(await readFile(from))).toBe(true)
  })

  it.each(['upload', 'fetch'] as const)(
    'an %s that is cancelled ends at once and leaves nothing half done',
    async (act) => {
      const from = join(folder, 'cancel')
      await writeFile(from, Buffer.alloc(20_000_000, act))
      const store = made.open({ policy: { partBytes: 2 ** 20, parts: 2 } })
      if (act === 'fetch') await store.upload(`cancel-${act}/f`, from)
      const cancel = new AbortController()
      let since = 0
      const onProgress = (bytes: number) => {
        if (bytes < 3_000_000 || cancel.signal.aborted) return
        since = performance.now()
        cancel.abort()
      }
      const options = { signal: cancel.signal, onProgress }
      const moving =
        act === 'fetch'
          ? store.fetch(`cancel-${act}/f`, options)
          : store.upload(`cancel-${act}/f`, from, options)
      await expect(moving).rejects.toMatchObject({ code: 'CANCELLED' })
      expect(performance.now() - since).toBeLessThan(1000)
      if (act === 'upload') expect(await store.stat(`cancel-${act}/f`)).toBeUndefined()
      else expect(await readdir(dirname(store.file(`cancel-${act}/f`)))).toEqual([])
    },
  )
})

/** How much memory outside the heap is held on to beyond that of now, in bytes; `look` is called now and then. */
function watchMemory(): { look: (bytes: number) => void; most: () => number } {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const held = () => {
    collect()
    collect()
    return process.memoryUsage().external
  }
  const before = held()
  let most = 0
  let next = 0
  return {
    most: () => most,
    look(bytes) {
      if (bytes < next) return
      next = bytes + 15_000_000
      most = Math.max(most, held() - before)
    },
  }
}

describe('entering an account', () => {
  const entered = (auth: AzureAuth, other = {}) =>
    made.open({ auth: async () => auth, policy: quick, ...other })
  const sas = (permissions: string, expiresOn = new Date(Date.now() + 3_600_000)) =>
    generateBlobSASQueryParameters(
      { containerName: made.place.container, permissions: BlobSASPermissions.parse(permissions), expiresOn },
      new StorageSharedKeyCredential(azurite.account, azurite.key),
    ).toString()

  it('takes a key, a connection string and a SAS with or without its question mark, or in its URL', async () => {
    await made.store.put('auth/f', 'in')
    const token = sas('r')
    const ways: AzureAuth[] = [
      { accountKey: `${azurite.key}\n` },
      { connectionString: azurite.connectionString },
      { sas: token },
      { sas: `?${token}` },
      { sas: `https://${azurite.account}.blob.core.windows.net/x?${token}` },
    ]
    for (const auth of ways) expect(String(await entered(auth).read('auth/f'))).toBe('in')
  })

  it('says what is wrong, and never what the secret is', async () => {
    const wrong = Buffer.from('not the key of this account at all').toString('base64')
    const other = azurite.connectionString.replaceAll(azurite.account, 'otheraccount')
    const late = sas('r', new Date(Date.now() - 1000))
    const cases: [AzureAuth, string, RegExp][] = [
      [{ accountKey: wrong }, 'NO_ACCESS', /its firewall .* or the key or SAS/],
      [{ sas: late }, 'NO_ACCESS', /the SAS of `azure.storage.acmelake` ended at 20/],
      [{ sas: 'sv=2024-01-01&sp=r' }, 'NO_ACCESS', /no signature/],
      [{ connectionString: `AccountKey ${wrong}` }, 'NO_ACCESS', /cannot be read/],
      [{ connectionString: other }, 'NO_ACCESS', /one of the account otheraccount/],
    ]
    for (const [auth, code, message] of cases) {
      const failure = await entered(auth)
        .read('auth/f')
        .catch((error: unknown) => error)
      expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
      for (const secret of [wrong, azurite.key, late.replace(/.*sig=/, ''), other])
        expect(everything(failure)).not.toContain(secret)
    }
  })

  it('tells a SAS that may only read', async () => {
    const store = entered({ sas: sas('r') })
    await expect(store.put('auth/new', 'x')).rejects.toMatchObject({
      code: 'NO_ACCESS',
      hint: expect.stringContaining('Storage Blob Data Contributor'),
    })
  })

  it('sends an identity nowhere without HTTPS', async () => {
    await expect(entered({}).read('f')).rejects.toMatchObject({
      code: 'NO_ACCESS',
      message: expect.stringContaining('HTTPS'),
    })
  })

  it('names a container that is not there, and makes none', async () => {
    const store = entered({ accountKey: azurite.key }, { container: 'no-such-container' })
    for (const act of [
      () => store.list(''),
      () => store.read('f'),
      () => store.put('f', ''),
      () => store.fetch('f'),
    ])
      await expect(act()).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('no container no-such-container'),
        hint: expect.stringContaining('az storage container create'),
      })
  })

  it('tells an account that does not exist soon', async () => {
    const store = azureStore({
      ...made.place,
      account: 'nosuchaccount',
      endpoint: 'https://nosuchaccount.blob.invalid',
      policy: quick,
    })
    await expect(store.list('')).rejects.toMatchObject({
      code: 'STORAGE_UNREACHABLE',
      message: expect.stringContaining('nosuchaccount.blob.invalid'),
    })
  })

  it('asks for its secret once, at the first request', async () => {
    let asked = 0
    const auth = async () => {
      asked++
      return { accountKey: azurite.key }
    }
    const store = made.open({ auth })
    expect([store.url('f') !== '', asked]).toEqual([true, 0])
    await Promise.all([store.read('a'), store.read('b')])
    await store.list('')
    expect(asked).toBe(1)
  })
})

/** An error with all that hangs on it. */
function everything(error: unknown): string {
  const seen = new Set<unknown>()
  const tell = (value: unknown): string => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return String(value)
    seen.add(value)
    return Object.getOwnPropertyNames(value)
      .map((name) => `${name}=${tell((value as Record<string, unknown>)[name])}`)
      .join(' ')
  }
  return tell(error)
}

describe('a text for people', () => {
  it.each([
    ['GET https://a.blob.core.windows.net/c/f?sv=1&sig=Ab%2Fc failed', 'Ab%2Fc'],
    ['Authorization: SharedKey acme:q83vASNFZ4k=', 'q83vASNFZ4k='],
    ['Bearer eyJ0eXAi.abc.def was refused', 'eyJ0eXAi'],
    ['DefaultEndpointsProtocol=https;AccountKey=q83vASNFZ4k=;x', 'q83vASNFZ4k='],
    ['the text swordfish-swordfish stood there', 'swordfish'],
  ])('%s', (text, secret) => {
    const clean = withoutSecrets(text, ['swordfish-swordfish'])
    expect(clean).not.toContain(secret)
    expect(clean).toContain('***')
  })
})
