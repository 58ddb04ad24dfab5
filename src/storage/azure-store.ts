import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { BlobRequestConditions } from '@azure/storage-blob'
import { fromSystemError } from '../errors.ts'
import type { AzurePlace, Names } from './azure.ts'
import { bare, isFolderMark, isNoObject, quoted } from './azure-answers.ts'
import { download, type Transfer } from './azure-download.ts'
import { failureOf } from './azure-errors.ts'
import { listBlobs } from './azure-list.ts'
import type { Mirror } from './azure-mirror.ts'
import { openRequests, type Send, type Try } from './azure-requests.ts'
import { upload } from './azure-upload.ts'
import type { Store, StoreEntry } from './store.ts'

const sizes = { partBytes: 8 * 2 ** 20, parts: 4, pageSize: 5000 }

/** What a Store of a container does over the network. */
export function azureObjects(
  place: AzurePlace,
  { inside, url }: Names,
  mirror: Mirror,
): Omit<Store, 'url' | 'file'> {
  const send = openRequests(place)
  const policy = { ...sizes, ...place.policy }
  const name = (path: string) => [place.prefix, inside(path)].filter(Boolean).join('/')
  const transfer = (path: string, verb: string): Transfer => ({
    ...{ send, mirror, policy, path: inside(path), name: name(path) },
    doing: `${verb} ${url(path)}`,
  })
  const put = (path: string, content: string | Buffer, conditions: BlobRequestConditions) =>
    putIf(send, `writing ${url(path)}`, name(path), Buffer.from(content), conditions)
  return {
    list: (prefix) =>
      listBlobs(send, {
        doing: `listing ${url(prefix)}`,
        folder: name(prefix),
        root: place.prefix,
        pageSize: policy.pageSize,
      }),
    stat: (path) => entry(send, `reading ${url(path)}`, name(path), inside(path)),
    read: (path) => tagged(send, `reading ${url(path)}`, name(path)).then((found) => found?.content),
    readTagged: (path) => tagged(send, `reading ${url(path)}`, name(path)),
    putIfAbsent: (path, content) => put(path, content, { ifNoneMatch: '*' }),
    putIfMatch: (path, content, etag) => put(path, content, { ifMatch: quoted(etag) }),
    put: (path, content) => put(path, content, {}).then(() => undefined),
    remove: (path) => remove(send, `removing ${url(path)}`, name(path)),
    fetch: (path, options) =>
      onDisk(`reading ${url(path)}`, () => download(transfer(path, 'reading'), options)),
    upload: (path, from, options) =>
      onDisk(`writing ${url(path)}`, async () => {
        const { size, etag } = await upload(transfer(path, 'writing'), from, options)
        if (resolve(from) === mirror.file(inside(path))) await mirror.note(inside(path), bare(etag))
        return size
      }),
    release: (path) => onDisk(`removing ${mirror.file(inside(path))}`, () => mirror.release(inside(path))),
  }
}

async function onDisk<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fromSystemError(error, doing)
  }
}

const entry = (send: Send, doing: string, name: string, path: string): Promise<StoreEntry | undefined> =>
  send(doing, async ({ container, abortSignal }) => {
    try {
      const found = await container.getBlobClient(name).getProperties({ abortSignal })
      if (isFolderMark(found)) return undefined
      const { contentLength: size = 0, lastModified, etag } = found
      return {
        path,
        size,
        modified: lastModified?.getTime() ?? 0,
        ...(etag === undefined ? {} : { etag: bare(etag) }),
      }
    } catch (error) {
      if (isNoObject(error)) return undefined
      throw error
    }
  })

const tagged = (
  send: Send,
  doing: string,
  name: string,
): Promise<{ content: Buffer; etag: string } | undefined> =>
  send(doing, async ({ container, abortSignal, alive }) => {
    try {
      const answer = await container.getBlobClient(name).download(0, undefined, { abortSignal })
      if (isFolderMark(answer)) return undefined
      const parts: Buffer[] = []
      for await (const part of answer.readableStreamBody ?? []) {
        parts.push(part as Buffer)
        alive()
      }
      return { content: Buffer.concat(parts), etag: bare(answer.etag ?? '') }
    } catch (error) {
      if (isNoObject(error)) return undefined
      throw error
    }
  })

const remove = (send: Send, doing: string, name: string): Promise<void> =>
  send(doing, async ({ container, abortSignal }) => {
    try {
      await container.getBlobClient(name).delete({ abortSignal })
    } catch (error) {
      if (!isNoObject(error)) throw error
    }
  })

const MARK = 'c360write'

/**
 * Every write carries a mark of its own. When a try is refused after one whose answer was lost, the mark of what
 * lies there tells whether the lost one had arrived.
 */
function putIf(
  send: Send,
  doing: string,
  name: string,
  content: Buffer,
  conditions: BlobRequestConditions,
): Promise<boolean> {
  const mark = randomUUID()
  return send(doing, async ({ container, abortSignal, alive, number }) => {
    const blob = container.getBlockBlobClient(name)
    try {
      const metadata = { [MARK]: mark }
      await blob.upload(content, content.length, { conditions, metadata, abortSignal, onProgress: alive })
      return true
    } catch (error) {
      if (!isLostRace(error)) throw error
      return number > 1 && (await markOf(container, name, abortSignal)) === mark
    }
  })
}

const lost = new Set([
  'BlobAlreadyExists',
  'ConditionNotMet',
  'TargetConditionNotMet',
  'UnauthorizedBlobOverwrite',
])

/** 409 and 412 have other reasons too (a lease, a policy): only those without a code, or with one of these, are races. */
function isLostRace(error: unknown): boolean {
  const { status, code } = failureOf(error)
  return lost.has(code) || ((status === 409 || status === 412) && /^(RestError|unknown)$/.test(code))
}

async function markOf(
  container: Try['container'],
  name: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await container.getBlobClient(name).getProperties({ abortSignal })).metadata?.[MARK]
  } catch (error) {
    if (isNoObject(error)) return undefined
    throw error
  }
}
