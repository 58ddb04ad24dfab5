import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BlobServiceClient } from '@azure/storage-blob'
import { azureStore } from '../../src/storage/azure.ts'
import { localStore } from '../../src/storage/local.ts'
import type { Store } from '../../src/storage/store.ts'
import type { Azurite } from './azurite.ts'

/** The variable an account's key stands in. */
export const KEY = 'C360_TEST_ACCOUNT_KEY'

export const placeNames = ['landing', 'lake', 'warehouse'] as const
export type PlaceName = (typeof placeNames)[number]

/** Where a project's landing files, lake and warehouse lie, seen from outside: nothing of what a run does stands between. */
export interface Places {
  readonly stores: Readonly<Record<PlaceName, Store>>
  /** The text of c360.yaml with these places in it. */
  config(text: string): string
  /** Landing files as people write, rename and remove them. */
  put(path: string, content: string | Uint8Array): Promise<void>
  read(path: string): Promise<string | undefined>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
}

/** Folders below the project. */
export function folders(root: string): Places {
  const at = (path: string) => join(root, 'landing', path)
  const [landing, lake, warehouse] = placeNames.map((name) => localStore(join(root, name)))
  return {
    stores: { landing, lake, warehouse } as Places['stores'],
    config: (text) => text,
    async put(path, content) {
      await mkdir(dirname(at(path)), { recursive: true })
      await writeFile(at(path), content)
    },
    read: (path) => readFile(at(path), 'utf8').catch(() => undefined),
    rename: (from, to) => rename(at(from), at(to)),
    remove: (path) => rm(at(path), { force: true }),
  }
}

export interface InCloud {
  readonly azurite: Azurite
  /** What the project is told to use; a proxy in front of the Azurite, for example. */
  readonly endpoint?: string
  /** Every run is done by a machine with nothing on its disk but what the user wrote. */
  readonly freshMachines?: boolean
}

let count = 0

/** Containers of their own on a real Azurite. `root` is for copies of what is read from outside. */
export async function containers({ azurite, endpoint }: InCloud, root: string): Promise<Places> {
  const { account, key, blobEndpoint, connectionString } = azurite
  process.env[KEY] = key
  const service = BlobServiceClient.fromConnectionString(connectionString)
  const prefix = `lab-${process.pid}-${++count}`
  for (const name of placeNames) await service.createContainer(`${prefix}-${name}`)
  const [landing, lake, warehouse] = placeNames.map((name) =>
    azureStore({
      account,
      container: `${prefix}-${name}`,
      prefix: 'shop',
      endpoint: blobEndpoint,
      mirror: join(root, '.outside', name),
      auth: async () => ({ accountKey: key }),
    }),
  )
  const stores = { landing, lake, warehouse } as Places['stores']
  const put = (path: string, content: string | Uint8Array) => stores.landing.put(path, Buffer.from(content))
  return {
    stores,
    config(text) {
      const rest = text.replace(/^(landing|lake|warehouse):.*\n/gm, '')
      const places = placeNames.map((name) => `${name}: ${stores[name].url('')}\n`).join('')
      const settings = `{ endpoint: "${endpoint ?? blobEndpoint}", account_key: "\${env:${KEY}}" }`
      return `${rest}\n${places}azure:\n  storage:\n    ${account}: ${settings}\n`
    },
    put,
    read: async (path) => (await stores.landing.read(path))?.toString('utf8'),
    async rename(from, to) {
      await put(to, (await stores.landing.read(from)) ?? '')
      await stores.landing.remove(from)
    },
    remove: (path) => stores.landing.remove(path),
  }
}
