import { constants, copyFile, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error, fromSystemError } from '../errors.ts'
import type { EntityName } from '../model/types.ts'
import type { Certificate } from '../plan/certify.ts'
import type { BuiltFrom } from '../plan/types.ts'

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

const name = (version: number): string => String(version).padStart(6, '0')

/** The folder of published versions. Every write is atomic; failures are C360Error (NO_ACCESS, DISK_FULL). */
export class Versions {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  database(version: number): string {
    return join(this.folder, `${name(version)}.duckdb`)
  }

  async current(): Promise<Current | undefined> {
    return this.readJson<Current>('current.json')
  }

  async manifest(version: number): Promise<Manifest | undefined> {
    return this.readJson<Manifest>(`${name(version)}.json`)
  }

  /** Every version on disk, newest first; candidates that were never published are among them. */
  async list(): Promise<number[]> {
    const files = await this.files()
    return files
      .flatMap((file) => {
        const found = /^(\d{6,})\.duckdb$/.exec(file)
        return found ? [Number(found[1])] : []
      })
      .sort((a, b) => b - a)
  }

  /** A private copy of a version (shared blocks where the file system can), or just a free name when there is none. */
  async candidate(runId: string, base: number | undefined): Promise<string> {
    const path = join(this.folder, `candidate-${runId}.duckdb`)
    await this.doing('copying the warehouse', async () => {
      await mkdir(this.folder, { recursive: true })
      if (base !== undefined) await copyFile(this.database(base), path, constants.COPYFILE_FICLONE)
    })
    return path
  }

  /** Gives a finished candidate its number. It is not current yet: that is `point`. */
  async settle(candidate: string, manifest: Manifest): Promise<void> {
    await this.doing('writing the warehouse', async () => {
      await sync(candidate)
      await this.writeJson(`${name(manifest.version)}.json`, manifest)
      await rename(candidate, this.database(manifest.version))
      await sync(this.folder)
    })
  }

  /** The only commit: replaces current.json in one step. */
  async point(
    current: Current,
    boundary: (name: string) => Promise<void> | void = () => undefined,
  ): Promise<void> {
    await this.doing('publishing', async () => {
      await mkdir(this.folder, { recursive: true })
      await this.writeJson('current.json', current, boundary)
    })
  }

  /** Throws away what killed runs left. Only to be called by the holder of the lock. */
  async sweep(): Promise<void> {
    const stale = (await this.files()).filter((file) => /^candidate-|\.tmp$/.test(file))
    for (const file of stale) await rm(join(this.folder, file), { force: true })
  }

  /** Removes published versions beyond `keep.versions` or older than `keep.days`, never the current or the newest one. */
  async prune(keep: { versions: number; days: number }, current: Current, now: number): Promise<void> {
    for (const [index, version] of (await this.list()).entries()) {
      if (version === current.version || version >= current.latest) continue
      const { mtimeMs } = await stat(this.database(version))
      if (index >= keep.versions || now - mtimeMs >= keep.days * 86_400_000) await this.remove(version)
    }
  }

  /** Removes what was built between two published versions and never published itself: candidates, leftovers of killed runs. */
  async dropBetween(older: number, newer: number): Promise<void> {
    for (const version of await this.list())
      if (version > older && version < newer) await this.remove(version)
  }

  /** The manifest first: a version without one is listed by nobody, and the next clearing finds its database again. */
  private async remove(version: number): Promise<void> {
    await rm(join(this.folder, `${name(version)}.json`), { force: true })
    await rm(this.database(version), { force: true })
  }

  private async files(): Promise<string[]> {
    return readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw fromSystemError(error, `reading ${this.folder}`)
    })
  }

  private async readJson<T>(file: string): Promise<T | undefined> {
    const path = join(this.folder, file)
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw fromSystemError(error, `reading ${path}`)
    })
    if (text === undefined) return undefined
    const value = parsed(text)
    if (value === null || typeof value !== 'object')
      throw new C360Error('WAREHOUSE_DAMAGED', `${path} is not readable JSON.`)
    return value as T
  }

  private async writeJson(
    file: string,
    value: unknown,
    boundary?: (name: string) => Promise<void> | void,
  ): Promise<void> {
    const temporary = join(this.folder, `${file}.tmp`)
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(`${JSON.stringify(value, null, 1)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await boundary?.('warehouse.before_rename')
    await rename(temporary, join(this.folder, file))
    await sync(this.folder)
    await boundary?.('warehouse.after_rename')
  }

  private async doing(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw fromSystemError(error, what)
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
