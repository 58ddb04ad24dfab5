/** One object of a Store. */
export interface StoreEntry {
  /** Path below the store's root, with forward slashes. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970 UTC, possibly fractional. */
  readonly modified: number
  /** Changes with every write; absent where size and time are all there is (a folder). */
  readonly etag?: string
}

export interface TransferOptions {
  readonly signal?: AbortSignal
  /** Bytes moved so far. */
  readonly onProgress?: (bytes: number) => void
}

/**
 * A place with files: a local folder, or a container of Azure Storage. Paths are relative, with forward slashes.
 * Failures are C360Error (NO_ACCESS, DISK_FULL, NOT_FOUND, STORAGE_UNREACHABLE, CANCELLED) or the system's own.
 *
 * Engines read and write files of this machine only: `file` says where, `fetch` and `upload` move the content. For a
 * folder the file is the object and nothing moves.
 */
export interface Store {
  /** For people: absolute path or URL of an object. */
  url(path: string): string
  /** Everything below `prefix`, sorted by path. */
  list(prefix: string): Promise<StoreEntry[]>
  stat(path: string): Promise<StoreEntry | undefined>
  /** The whole object; undefined when it is not there. For small objects (logs, manifests). */
  read(path: string): Promise<Buffer | undefined>
  /** The same, with what `putIfMatch` takes. */
  readTagged(path: string): Promise<{ readonly content: Buffer; readonly etag: string } | undefined>
  /** Writes the object whole, or not at all, only if it is not there yet; false = it was there (somebody else won). Durable on return. */
  putIfAbsent(path: string, content: string | Buffer): Promise<boolean>
  /** Replaces the object in one step if it is still the one with that etag; false = it is not. Durable on return. */
  putIfMatch(path: string, content: string | Buffer, etag: string): Promise<boolean>
  /** Replaces or creates the object in one step. Durable on return. */
  put(path: string, content: string | Buffer): Promise<void>
  remove(path: string): Promise<void>
  /** Absolute path on this machine of the object's content, once it was fetched or before it is uploaded. */
  file(path: string): string
  /** Makes `file(path)` hold the object as it is now; false = there is no such object. */
  fetch(path: string, options?: TransferOptions): Promise<boolean>
  /** Creates or replaces the object from a file of this machine, in bounded memory; its bytes. Durable on return. */
  upload(path: string, from: string, options?: TransferOptions): Promise<number>
  /** Frees what `fetch` or `upload` left on this machine; the object stays. */
  release(path: string): Promise<void>
}
