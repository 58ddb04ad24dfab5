import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { duckdb } from '../../engines/duckdb/index.ts'
import type { RowBatch, Warehouse } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import { isContainer } from '../../project/location.ts'
import type { Project } from '../../project/types.ts'
import { warehouseOf } from '../../run/stores.ts'
import { type Current, type Manifest, Versions } from '../../run/versions.ts'
import type { Dialect } from '../../sql/dialect.ts'
import type { Columns } from '../../sql/types.ts'
import type { ProfileReader } from '../people/profile-reader.ts'
import { MadeOnce } from './made-once.ts'
import { type Row, SessionPool } from './session-pool.ts'

export type { Row } from './session-pool.ts'

/** A published version, held open. All that is read through one lease is from one version. */
export interface Lease extends AsyncDisposable {
  readonly version: number
  readonly manifest: Manifest
  readonly pinned: boolean
  /** Absolute path of the database file; it may be gone from the folder while it is leased. CONFLICT where it is read live. */
  readonly database: string
  /** Brought from a target, or read there: silver, held-back rows and the files of rows are not in it. */
  readonly isGoldOnly: boolean
  /** Where questions go to a target's own engine. */
  readonly live?: Live
  /** A query's rows as objects; for small results. Waits for one of the version's connections. */
  rows(sql: string, signal: AbortSignal): Promise<Row[]>
  /** A query's rows in batches, for results of any size. */
  stream(sql: string, signal: AbortSignal): AsyncIterable<RowBatch>
  /** A SELECT in the embedded engine's words over the few rows of another one, which is asked where the version lies. */
  over(rows: string, select: (from: string) => string, signal: AbortSignal): AsyncIterable<RowBatch>
  /** What is the same for every reader of this version is made once and kept with it. */
  once<T>(key: string, make: () => Promise<T>): Promise<T>
  /** Called when the version is closed, long after the lease. */
  atClose(close: () => Promise<void>): void
}

/** What there is where a version is read live; `rows` and `stream` take the portable subset then, with order and limit. */
export interface Live {
  /** The embedded engine's words, but for those that cannot be asked elsewhere. */
  readonly dialect: Dialect
  /** Gold model -> its columns. */
  readonly types: ReadonlyMap<string, Columns>
  /** All that gold has of one customer, on this machine: asked once, for as long as it is looked at. */
  customer(project: Project, id: string, signal: AbortSignal): Promise<ProfileReader>
}

/** A database in memory beside each open version: `extra.main.<table>`. */
export const EXTRA = 'extra'
/** Connections per version; each query may use every thread of the engine. */
const CONNECTIONS = Math.max(4, availableParallelism() * 2)
/** A version nobody reads stays open for this long: a page that shows it asks again. */
const GRACE_MS = 60_000
const ASK_EVERY_MS = 1000

/** The versions of a project that are open now. */
export class Snapshots {
  private readonly open = new Map<string, Promise<OpenVersion>>()
  private readonly asked = new Map<string, { at: number; current: Promise<Current | undefined> }>()
  private readonly graceMs: number
  private kept: { readonly of: OpenVersion; readonly lease: Lease } | undefined

  constructor(graceMs: number = GRACE_MS) {
    this.graceMs = graceMs
  }

  /** The published version, or the one asked for. NOT_FOUND before the first run, VERSION_GONE. */
  async lease(project: Project, version?: number): Promise<Lease> {
    const versions = new Versions(warehouseOf(project))
    const current = await this.current(project, versions)
    if (!current)
      throw new C360Error('NOT_FOUND', 'Nothing was published yet.', { hint: 'Start a run first.' })
    const wanted = version ?? current.version
    const opened = await this.opened(project, versions, wanted, current)
    if (wanted === current.version) await this.keep(opened)
    return opened.lease(wanted === current.version && current.pinned)
  }

  async close(): Promise<void> {
    const all = [...this.open.values()]
    this.open.clear()
    for (const opened of all) await (await opened.catch(() => undefined))?.close()
  }

  /** A container is asked once a second, not at every request. */
  private current(project: Project, versions: Versions): Promise<Current | undefined> {
    if (!isContainer(project.warehouse)) return versions.current()
    const known = this.asked.get(project.warehouse)
    if (known && performance.now() - known.at < ASK_EVERY_MS) return known.current
    const current = versions.current()
    this.asked.set(project.warehouse, { at: performance.now(), current })
    current.catch(() => this.asked.delete(project.warehouse))
    return current
  }

  /** The published version stays open, with all that was made for it; the one before it goes when nobody reads it any more. */
  private async keep(opened: OpenVersion): Promise<void> {
    if (this.kept?.of === opened) return
    const before = this.kept
    this.kept = { of: opened, lease: opened.lease(false) }
    await before?.lease[Symbol.asyncDispose]()
  }

  /** A version of the same number in a warehouse that was made anew is another one: the file itself tells them apart. */
  private async opened(
    project: Project,
    versions: Versions,
    version: number,
    current: Current,
  ): Promise<OpenVersion> {
    const path = versions.database(version)
    const isOpen = [...this.open.keys()].some((key) => key.startsWith(`${path} `))
    // Numbers in a container are never used again, so an open version need not be looked for there.
    const isHere = (isOpen && isContainer(project.warehouse)) || (await versions.fetch(version)) !== undefined
    const there = isHere ? await stat(path).catch(() => undefined) : undefined
    const same = (key: string) =>
      there ? key === `${path} ${there.ino} ${there.mtimeMs}` : key.startsWith(`${path} `)
    const known = [...this.open.keys()].find(same)
    if (known !== undefined) return this.open.get(known) as Promise<OpenVersion>
    if (!there || version > current.latest) throw gone(version)
    const key = `${path} ${there.ino} ${there.mtimeMs}`
    const opening = openVersion(project, versions, version, this.graceMs, () => this.open.delete(key))
    this.open.set(key, opening)
    opening.catch(() => this.open.delete(key))
    return opening
  }
}

const gone = (version: number) => new C360Error('VERSION_GONE', `Version ${version} is not there any more.`)

async function openVersion(
  project: Project,
  versions: Versions,
  version: number,
  graceMs: number,
  onClosed: () => void,
): Promise<OpenVersion> {
  const path = versions.database(version)
  const manifest = await versions.manifest(version)
  if (!manifest) throw gone(version)
  const warehouse = await duckdb.open({
    database: path,
    ...(project.memory === undefined ? {} : { memory: project.memory }),
    ...(project.threads === undefined ? {} : { threads: project.threads }),
  })
  const sessions = await Promise.all(Array.from({ length: CONNECTIONS }, () => warehouse.session()))
  // `extra` holds, in memory, what is made from the version to find things faster. Whatever a query says, it reads no other
  // file and changes no setting.
  await sessions[0]?.execute([
    `attach ':memory:' as ${EXTRA} (read_write)`,
    'set enable_external_access = false',
    'set lock_configuration = true',
  ])
  return new OpenVersion({ version, manifest, path, warehouse, graceMs, onClosed }, new SessionPool(sessions))
}

interface Opened {
  readonly version: number
  readonly manifest: Manifest
  readonly path: string
  readonly warehouse: Warehouse
  readonly graceMs: number
  readonly onClosed: () => void
}

class OpenVersion {
  private readonly of: Opened
  private readonly pool: SessionPool
  private readonly made = new MadeOnce()
  private readonly closers: (() => Promise<void>)[] = []
  private leases = 0
  private closing: NodeJS.Timeout | undefined

  constructor(of: Opened, pool: SessionPool) {
    this.of = of
    this.pool = pool
  }

  lease(pinned: boolean): Lease {
    clearTimeout(this.closing)
    this.leases++
    let released = false
    const { version, manifest, path } = this.of
    return {
      version,
      manifest,
      pinned,
      database: path,
      isGoldOnly: 'importedFrom' in manifest,
      rows: (sql, signal) => this.pool.rows(sql, signal),
      stream: (sql, signal) => this.pool.stream(sql, signal),
      over: (rows, select, signal) => this.pool.stream(select(`(${rows})`), signal),
      once: (key, make) => this.made.once(key, make),
      atClose: (close) => void this.closers.push(close),
      [Symbol.asyncDispose]: async () => {
        if (!released) this.release()
        released = true
      },
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.closing)
    this.of.onClosed()
    for (const close of this.closers) await close()
    await this.pool.close()
    await this.of.warehouse[Symbol.asyncDispose]()
  }

  private release(): void {
    this.leases--
    if (this.leases > 0) return
    this.closing = setTimeout(() => void this.close(), this.of.graceMs)
    this.closing.unref()
  }
}
