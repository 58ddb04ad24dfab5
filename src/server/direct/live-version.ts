import type { RowBatch } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { Project } from '../../project/types.ts'
import type { TargetManifest } from '../../run/target/state.ts'
import { type Columns, typeName } from '../../sql/types.ts'
import { MadeOnce } from '../reading/made-once.ts'
import type { Row } from '../reading/session-pool.ts'
import type { Lease, Live } from '../reading/snapshot.ts'
import { type CustomerHere, customerHere } from './customer.ts'
import { openHere, putHere } from './here.ts'
import { LiveCustomers } from './live-customers.ts'
import type { LiveSessions } from './live-sessions.ts'
import { askable, inWordsThere, notLive, type Place } from './words.ts'

interface Asked {
  readonly columns: Columns
  readonly batches: readonly RowBatch[]
}

/** Customers that are kept here after they were looked at. */
const CUSTOMERS = 20

/** A version of a target that is asked where it lies, and what was learned of it: answers are kept as long as it is. */
export class LiveVersion {
  readonly manifest: TargetManifest
  private readonly place: Place
  private readonly sessions: LiveSessions
  private readonly made = new MadeOnce()
  private readonly closers: (() => Promise<void>)[] = []
  private readonly customers = new LiveCustomers(CUSTOMERS)
  private readonly isShown: (version: LiveVersion) => Promise<boolean>
  private leases = 0

  /** `isShown` asks whether the target still shows readers this version: some engines forget what was before it. */
  constructor(
    manifest: TargetManifest,
    place: Place,
    sessions: LiveSessions,
    isShown: (version: LiveVersion) => Promise<boolean>,
  ) {
    this.isShown = isShown
    this.manifest = manifest
    this.place = place
    this.sessions = sessions
  }

  get isLeased(): boolean {
    return this.leases > 0
  }

  /** `released` is called when nobody reads it any more. */
  lease(released: () => void): Lease {
    this.leases++
    let isOver = false
    const ends: (() => void)[] = []
    const live: Live = {
      dialect: askable,
      types: this.place.types,
      customer: (project, id, signal) =>
        this.customers.reader(
          id,
          signal,
          () => this.customer(project, id, signal),
          (end) => void ends.push(end),
        ),
    }
    return {
      version: this.manifest.version,
      manifest: this.manifest,
      pinned: false,
      isGoldOnly: true,
      live,
      get database(): string {
        throw notLive('What needs the whole version on this machine')
      },
      rows: (sql, signal) => this.rows(sql, signal),
      stream: (sql, signal) => this.stream(sql, signal),
      over: (rows, select, signal) => this.over(rows, select, signal),
      once: (key, make) => this.made.once(key, make),
      atClose: (close) => void this.closers.push(close),
      [Symbol.asyncDispose]: async () => {
        if (isOver) return
        isOver = true
        for (const end of ends) end()
        this.leases--
        if (this.leases === 0) released()
      },
    }
  }

  async close(): Promise<void> {
    for (const close of this.closers.splice(0)) await close()
    await this.customers.close()
  }

  private async ask(sql: string, signal: AbortSignal): Promise<Asked> {
    const { sql: there, columns } = await inWordsThere(sql, this.place)
    try {
      const [names, types] = [columns.map(([name]) => name), columns.map(([, type]) => typeName(type))]
      const batches = await this.sessions.batches(there, signal)
      // As the embedded engine would call and type them: others have capitals, and words of their own.
      return { columns, batches: batches.map((batch) => ({ ...batch, names, types })) }
    } catch (error) {
      if (!(error instanceof C360Error && error.code === 'SQL_FAILED')) throw error
      if (!(await this.isShown(this))) throw gone(this.manifest.version)
      throw this.failed(error)
    }
  }

  private failed(error: C360Error): C360Error {
    return new C360Error('SQL_FAILED', error.message, {
      cause: error,
      hint: `If a model was changed since version ${this.manifest.version} was built, run again upon the target.`,
    })
  }

  private async rows(sql: string, signal: AbortSignal): Promise<Row[]> {
    const { batches } = await this.ask(sql, signal)
    return batches.flatMap(({ names, columns, rows }) =>
      Array.from({ length: rows }, (_, r) =>
        Object.fromEntries(names.map((name, c) => [name, columns[c]?.[r]])),
      ),
    )
  }

  private async *stream(sql: string, signal: AbortSignal): AsyncIterable<RowBatch> {
    yield* (await this.ask(sql, signal)).batches
  }

  private async *over(
    rows: string,
    select: (from: string) => string,
    signal: AbortSignal,
  ): AsyncIterable<RowBatch> {
    const { columns, batches } = await this.ask(rows, signal)
    await using session = await openHere()
    await putHere(session, 'asked', columns, batches)
    yield* session.stream(select('asked'), signal)
  }

  private customer(project: Project, id: string, signal: AbortSignal): Promise<CustomerHere> {
    const ask = async (sql: string) => (await this.ask(sql, signal)).batches
    const isEmpty = (table: string) => this.manifest.models[table]?.rows === 0
    return customerHere(ask, this.place.types, project, id, isEmpty)
  }
}

export const gone = (version: number): C360Error =>
  new C360Error('VERSION_GONE', `Version ${version} is not there any more.`)
