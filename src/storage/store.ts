/** One object of a Store. `etag` changes whenever the content may have changed (size and time for a folder). */
export interface StoreEntry {
  /** Path below the store's root, with forward slashes. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970 UTC, possibly fractional. */
  readonly modified: number
}

/**
 * A place with files: a local folder now, a container later. Paths are relative, with forward slashes.
 * Failures are C360Error (NO_ACCESS, DISK_FULL, NOT_FOUND) or the system's own.
 */
export interface Store {
  /** For people and for engines that read files themselves: absolute path or URL of an object. */
  url(path: string): string
  /** Everything below `prefix`, sorted by path. */
  list(prefix: string): Promise<StoreEntry[]>
  stat(path: string): Promise<StoreEntry | undefined>
  /** The whole object; undefined when it is not there. For small objects (logs, manifests). */
  read(path: string): Promise<Buffer | undefined>
  /** Writes the object whole, or not at all, only if it is not there yet; false = it was there (somebody else won). Durable on return. */
  putIfAbsent(path: string, content: string | Buffer): Promise<boolean>
  /** Replaces or creates the object in one step. Durable on return. */
  put(path: string, content: string | Buffer): Promise<void>
  remove(path: string): Promise<void>
}
