import { constants, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error, fromSystemError } from '../errors.ts'
import type { EntityName } from '../model/types.ts'
import type { Certificate } from '../plan/certify.ts'
import type { BuiltFrom } from '../plan/types.ts'
import type { Store, TransferOptions } from '../storage/store.ts'

/** Changes whenever a program of today cannot go on with a warehouse of yesterday: it is then rebuilt from bronze. */
export const FORMAT = 1

/** The count of each fate of a delivery's rows. */
export interface DeliveryAccount {
  readonly delivery: number
  readonly path: string
  readonly rows: number
  readonly kept: number
  readonly superseded: number
  readonly quarantined: number
  readonly dismissed: number
  readonly deleted: number
}

export interface HeldLoad {
  readonly delivery: number
  readonly path: string
  readonly wouldDelete: number
  readonly living: number
}

/** What a column that refers by a value found: rows with a value and without an id. */
export interface LookupFound {
  /** The silver column with the value. */
  readonly field: string
  readonly entity: EntityName
  readonly by: 'email' | 'phone'
  readonly matched: number
  readonly unmatched: number
  /** Several things have the value: it refers to none of them. */
  readonly ambiguous: number
}

/** `<version>.json` beside `<version>.duckdb`: what the version holds and what it was built from. */
export interface Manifest {
  readonly format: number
  readonly version: number
  readonly parent?: number
  readonly runId: string
  readonly createdAt: string
  readonly builtFrom: BuiltFrom
  readonly accounts: Readonly<Record<string, readonly DeliveryAccount[]>>
  readonly held: Readonly<Record<string, readonly HeldLoad[]>>
  readonly models: Readonly<Record<string, { readonly rows: number; readonly certificate: Certificate }>>
  /** Per conformed relation: things whose sources contradict each other. */
  readonly conflicts: Readonly<Record<string, number>>
  /** Per source with references by a value; absent in versions made before there were any. */
  readonly lookups?: Readonly<Record<string, readonly LookupFound[]>>
  /** When each source's newest file was written, milliseconds since 1970 UTC. */
  readonly newestFile: Readonly<Record<string, number>>
}

/** A landing file as a run last saw it, so that an unchanged one is not even opened. */
export interface SeenFile {
  readonly path: string
  readonly size: number
  readonly modified: number
  /** Of the object in a container; where it has one, it alone tells whether the file changed. */
  readonly etag?: string
  /** Hash of the format it was read with; of the whole contract where that refused it. */
  readonly format: string
  readonly outcome: 'delivered' | 'duplicate' | 'refused'
  /** For a duplicate: the delivery that has the same content. */
  readonly of?: number
  /** For refused files: why, to be said again at every run. */
  readonly problem?: { readonly code: string; readonly message: string; readonly hint?: string }
}

/** `current.json`: the commit point. Whoever reads it sees one whole version. */
export interface Current {
  readonly format: number
  /** The version readers open. */
  readonly version: number
  /** The newest version a run has published; differs from `version` only while pinned. */
  readonly latest: number
  readonly pinned: boolean
  /** Delta version per bronze table at the time of publishing. */
  readonly lake: Readonly<Record<string, number>>
  readonly landing: Readonly<Record<string, readonly SeenFile[]>>
}

/** The pointer once a version was made: to that one, unless a person pinned an older one. */
export function nextCurrent(
  version: number,
  current: Current | undefined,
  seen: Pick<Current, 'lake' | 'landing'>,
): Current {
  const pinned = current?.pinned ?? false
  return {
    format: FORMAT,
    version: pinned && current ? current.version : version,
    latest: version,
    pinned,
    ...seen,
  }
}

const CURRENT = 'current.json'
const name = (version: number): string => String(version).padStart(6, '0')

/** `current.json` as it was read: `tag` is what `point` takes. `current` is undefined where its text is not readable. */
export interface Pointer {
  readonly tag: string
  readonly current: Current | undefined
}

/**
 * The place of published versions: a folder, or a container with copies on this machine. Every write is whole or not at all;
 * failures are C360Error (NO_ACCESS, DISK_FULL, STORAGE_UNREACHABLE).
 */
export class Versions {
  private readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  /** The version's database as a file of this machine; in a container it is there after `fetch`. */
  database(version: number): string {
    return this.store.file(`${name(version)}.duckdb`)
  }

  /** For people: where the version's database lies for all machines. */
  url(version: number): string {
    return this.store.url(`${name(version)}.duckdb`)
  }

  /** Told where a published version is not where versions lie. */
  missing(version: number): C360Error {
    const message = `${this.url(version)} is missing, though version ${version} is published.`
    return new C360Error('WAREHOUSE_DAMAGED', message)
  }

  /** Throws away this machine's copy of a version in a container: the next `fetch` brings it anew. */
  release(version: number): Promise<void> {
    return this.store.release(`${name(version)}.duckdb`)
  }

  /** The version's database, brought to this machine where it lies in a container; undefined when it is not there. */
  async fetch(version: number, options?: TransferOptions): Promise<string | undefined> {
    const found = await this.store.fetch(`${name(version)}.duckdb`, options)
    return found ? this.database(version) : undefined
  }

  /** Throws WAREHOUSE_DAMAGED where `current.json` is not readable. */
  async current(): Promise<Current | undefined> {
    return (await this.pointer())?.current
  }

  /** The same, to be changed; undefined when nothing was published yet. `evenDamaged`: also where it is not readable. */
  async pointer(evenDamaged = false): Promise<Pointer | undefined> {
    const found = await this.store.readTagged(CURRENT)
    if (found === undefined) return undefined
    const current = parsed<Current>(found.content.toString('utf8'))
    if (current === undefined && !evenDamaged) throw this.damaged(CURRENT)
    return { tag: found.etag, current }
  }

  async manifest(version: number): Promise<Manifest | undefined> {
    return this.readJson<Manifest>(`${name(version)}.json`)
  }

  /** Every version that is there, newest first; candidates that were never published are among them. */
  async list(): Promise<number[]> {
    return this.numbers(/^(\d{6,})\.duckdb$/)
  }

  /** A number nobody has used yet: beyond `latest`, and beyond what killed or racing runs have left. */
  async next(latest: number): Promise<number> {
    return Math.max(latest, 0, ...(await this.numbers(/^(\d{6,})\.(?:duckdb|json)$/))) + 1
  }

  /** A private copy of a version (shared blocks where the file system can), or just a free name when there is none. WAREHOUSE_DAMAGED when it is missing. */
  async candidate(runId: string, base: number | undefined, options?: TransferOptions): Promise<string> {
    const path = this.store.file(`candidate-${runId}.duckdb`)
    await this.doing('copying the warehouse', async () => {
      await mkdir(this.store.file(''), { recursive: true })
      if (base === undefined) return
      if ((await this.fetch(base, options)) === undefined) throw this.missing(base)
      await copyFile(this.database(base), path, constants.COPYFILE_FICLONE)
    })
    return path
  }

  /** Gives a finished candidate its number. It is not current yet: that is `point`. OVERTAKEN when the number was taken meanwhile. */
  async settle(candidate: string, manifest: Manifest, options?: TransferOptions): Promise<void> {
    const { version } = manifest
    await this.doing('writing the warehouse', async () => {
      if (!(await this.store.putIfAbsent(`${name(version)}.json`, printed(manifest)))) throw overtaken()
      const path = this.database(version)
      await rename(candidate, path)
      await this.store.upload(`${name(version)}.duckdb`, path, options)
    })
  }

  /** The only commit: replaces `current.json` in one step if it is still what `tag` names (undefined: not there). OVERTAKEN when it is not. */
  async point(
    current: Current,
    tag: string | undefined,
    boundary: (name: string) => Promise<void> | void = () => undefined,
  ): Promise<void> {
    await this.doing('publishing', async () => {
      await boundary('warehouse.before_rename')
      const done =
        tag === undefined
          ? await this.store.putIfAbsent(CURRENT, printed(current))
          : await this.store.putIfMatch(CURRENT, printed(current), tag)
      if (!done) throw overtaken()
      await boundary('warehouse.after_rename')
    })
  }

  /** Throws away what killed runs left on this machine. Only to be called by the holder of the lock. */
  async sweep(): Promise<void> {
    const folder = this.store.file('')
    const stale = (await filesIn(folder)).filter((file) => /^candidate-|\.tmp$/.test(file))
    for (const file of stale) await rm(join(folder, file), { force: true })
    await this.dropCopies(folder)
  }

  /** Copies of versions that another machine has removed from the container. */
  private async dropCopies(folder: string): Promise<void> {
    const there = new Set(await this.list())
    for (const file of await filesIn(folder)) {
      const version = /^(\d{6,})\.duckdb$/.exec(file)?.[1]
      if (version !== undefined && !there.has(Number(version))) await this.store.release(file)
    }
  }

  /** Removes published versions beyond `keep.versions` or older than `keep.days`, never the current or the newest one. */
  async prune(keep: { versions: number; days: number }, current: Current, now: number): Promise<void> {
    for (const [index, version] of (await this.list()).entries()) {
      if (version === current.version || version >= current.latest) continue
      const modified = (await this.store.stat(`${name(version)}.duckdb`))?.modified ?? now
      if (index >= keep.versions || now - modified >= keep.days * 86_400_000) await this.remove(version)
    }
  }

  /** Removes what was built between two published versions and never published itself: candidates, leftovers of killed runs. */
  async dropBetween(older: number, newer: number): Promise<void> {
    for (const version of await this.numbers(/^(\d{6,})\.(?:duckdb|json)$/))
      if (version > older && version < newer) await this.remove(version)
  }

  /** The manifest first: a version without one is listed by nobody, and the next clearing finds its database again. */
  async remove(version: number): Promise<void> {
    for (const file of [`${name(version)}.json`, `${name(version)}.duckdb`]) {
      await this.store.remove(file)
      await this.store.release(file)
    }
  }

  /** Newest first. */
  private async numbers(pattern: RegExp): Promise<number[]> {
    const found = (await this.store.list('')).flatMap(({ path }) => pattern.exec(path)?.[1] ?? [])
    return [...new Set(found.map(Number))].sort((a, b) => b - a)
  }

  private async readJson<T>(file: string): Promise<T | undefined> {
    const content = await this.store.read(file)
    if (content === undefined) return undefined
    const value = parsed<T>(content.toString('utf8'))
    if (value === undefined) throw this.damaged(file)
    return value
  }

  private damaged(file: string): C360Error {
    return new C360Error('WAREHOUSE_DAMAGED', `${this.store.url(file)} is not readable JSON.`)
  }

  private async doing(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw fromSystemError(error, what)
    }
  }
}

const printed = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`

export const overtaken = (): C360Error =>
  new C360Error('OVERTAKEN', 'Another run has published meanwhile; nothing was published by this one.')

/** undefined where the text is no JSON object. */
function parsed<T>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? (value as T) : undefined
  } catch {
    return undefined
  }
}

const filesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw fromSystemError(error, `reading ${folder}`)
  })
