import type { BlobItem } from '@azure/storage-blob'
import { bare, isFolderMark } from './azure-answers.ts'
import type { Send } from './azure-requests.ts'
import type { StoreEntry } from './store.ts'

export interface Listing {
  readonly doing: string
  /** Name of the folder that is listed, and of the one that paths are told from; '' = the container. */
  readonly folder: string
  readonly root: string
  readonly pageSize: number
}

/** Everything below a folder, page after page, sorted by path. */
export async function listBlobs(
  send: Send,
  { doing, folder, root, pageSize }: Listing,
): Promise<StoreEntry[]> {
  const prefix = folder === '' ? '' : `${folder}/`
  const below = root === '' ? 0 : root.length + 1
  const found: StoreEntry[] = []
  for (let token: string | undefined = ''; token !== undefined; ) {
    const page: Page = await send(doing, async ({ container, abortSignal }) => {
      const pages = container
        .listBlobsFlat({ prefix, includeMetadata: true, abortSignal })
        .byPage({ maxPageSize: pageSize, ...(token ? { continuationToken: token } : {}) })
      const { value } = await pages.next()
      return { items: value?.segment.blobItems ?? [], next: value?.continuationToken || undefined }
    })
    for (const item of page.items) if (isFile(item, below)) found.push(entryOf(item, below))
    token = page.next
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

interface Page {
  readonly items: readonly BlobItem[]
  readonly next: string | undefined
}

const hidden = /(^|\/)(\.tmp-|\.\.?(\/|$))/

const isFile = (item: BlobItem, below: number): boolean =>
  !item.name.endsWith('/') && !hidden.test(item.name.slice(below)) && !isFolderMark(item)

const entryOf = ({ name, properties }: BlobItem, below: number): StoreEntry => ({
  path: name.slice(below),
  size: properties.contentLength ?? 0,
  modified: properties.lastModified.getTime(),
  etag: bare(properties.etag),
})
