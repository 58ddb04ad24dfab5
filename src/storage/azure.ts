import { C360Error } from '../errors.ts'
import type { TransferPolicy } from './azure-download.ts'
import { openMirror } from './azure-mirror.ts'
import type { RequestPolicy } from './azure-requests.ts'
import type { Store } from './store.ts'

/** How to enter the account; nothing in it = DefaultAzureCredential. */
export interface AzureAuth {
  readonly sas?: string
  readonly accountKey?: string
  readonly connectionString?: string
}

/** A folder of a container of Azure Storage. */
export interface AzurePlace {
  readonly account: string
  readonly container: string
  /** Without slashes at its ends; '' = the whole container. */
  readonly prefix: string
  /** Base URL of the Blob endpoint; absent = https://<account>.blob.core.windows.net. */
  readonly endpoint?: string
  /** Folder of this machine for copies of its objects. */
  readonly mirror: string
  /** Asked at the first request, not before. */
  readonly auth: () => Promise<AzureAuth>
  /** Ends every request, and the waiting between two tries, at once. */
  readonly signal?: AbortSignal
  /** Patience and sizes other than the usual ones. */
  readonly policy?: Partial<AzurePolicy>
}

export interface AzurePolicy extends RequestPolicy, TransferPolicy {
  /** Objects per answer of a listing, 5000 at most. */
  readonly pageSize: number
}

/** How the objects of a place are called. NO_ACCESS where a path leads out of its root. */
export interface Names {
  /** A path of the store as it stands below the root. */
  inside(path: string): string
  url(path: string): string
}

/**
 * A folder of a container as a Store. Names beginning with `.tmp-` are never listed, nor are the marks of ADLS for
 * folders. The container is never made: who may make one decides about its region, its network and its rights.
 * What talks to it is loaded when something is asked of it: a project in folders never does.
 */
export function azureStore(place: AzurePlace): Store {
  const mirror = openMirror(place.mirror)
  const names = namesOf(place)
  const load = async () => (await import('./azure-store.ts')).azureObjects(place, names, mirror)
  let loaded: ReturnType<typeof load> | undefined
  const objects = (path: string) => {
    names.inside(path)
    loaded ??= load()
    return loaded
  }
  return {
    url: names.url,
    file: (path) => mirror.file(names.inside(path)),
    list: (prefix) => objects(prefix).then((store) => store.list(prefix)),
    stat: (path) => objects(path).then((store) => store.stat(path)),
    read: (path) => objects(path).then((store) => store.read(path)),
    readTagged: (path) => objects(path).then((store) => store.readTagged(path)),
    putIfAbsent: (path, content) => objects(path).then((store) => store.putIfAbsent(path, content)),
    putIfMatch: (path, content, etag) => objects(path).then((store) => store.putIfMatch(path, content, etag)),
    put: (path, content) => objects(path).then((store) => store.put(path, content)),
    remove: (path) => objects(path).then((store) => store.remove(path)),
    fetch: (path, options) => objects(path).then((store) => store.fetch(path, options)),
    upload: (path, from, options) => objects(path).then((store) => store.upload(path, from, options)),
    release: (path) => objects(path).then((store) => store.release(path)),
  }
}

function namesOf({ account, container, prefix }: AzurePlace): Names {
  const root = `az://${[account, container, prefix].filter(Boolean).join('/')}`
  const inside = (path: string) => checked(root, path)
  return { inside, url: (path) => [root, inside(path)].filter(Boolean).join('/') }
}

/** A path as names of the container have it. NO_ACCESS when it leads out of the root. */
function checked(root: string, path: string): string {
  const parts = path.replace(/\/$/, '').split('/')
  if (parts.some((part) => part === '..' || part === '.') || (parts[0] === '' && parts.length > 1))
    throw new C360Error('NO_ACCESS', `${path} lies outside ${root}.`)
  return parts.join('/')
}
