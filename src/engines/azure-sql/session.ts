import type { ConnectionPool, Driver, Request, Table, Transaction } from 'mssql'
import { C360Error } from '../../errors.ts'
import type { ExecuteOptions, RowBatch, Session, Transact } from '../engine.ts'
import { cancelled, headOf } from '../statement.ts'
import { open } from './driver.ts'
import { failure } from './failure.ts'
import { streamed } from './rows.ts'
import type { AzureSqlSettings } from './settings.ts'
import { type Described, needsText, sentAs } from './values.ts'

/** Opens a session. Throws C360Error: TARGET_UNREACHABLE, TARGET_DENIED, SDK_MISSING, CANCELLED. */
export async function connectAzureSql(
  settings: AzureSqlSettings,
  signal?: AbortSignal,
): Promise<AzureSqlSession> {
  const where = `Azure SQL at ${settings.server}/${settings.database}`
  try {
    signal?.throwIfAborted()
    const { driver, pool } = await open(settings, signal)
    return new AzureSqlSession(driver, pool, { where, seconds: settings.statementSeconds })
  } catch (error) {
    throw signal?.aborted ? cancelled() : failure(error, { where, doing: 'connecting' })
  }
}

interface Place {
  readonly where: string
  readonly seconds: number | undefined
}

/** One connection. Statements are batches of their own; within `transaction` all of them are undone together. */
export class AzureSqlSession implements Session {
  private readonly driver: Driver
  private readonly pool: ConnectionPool
  private readonly place: Place
  private running: Transaction | undefined
  readonly transact: Transact = {
    begin: () => this.begin(),
    commit: () => this.commit(),
    rollback: () => this.rollback(),
  }

  constructor(driver: Driver, pool: ConnectionPool, place: Place) {
    this.driver = driver
    this.pool = pool
    this.place = place
  }

  async execute(
    statements: readonly string[],
    { atomic = false, signal }: ExecuteOptions = {},
  ): Promise<void> {
    if (atomic && statements.length > 1 && !this.running)
      return this.transaction(() => this.execute(statements, signal ? { signal } : {}))
    for (const sql of statements)
      await this.telling(headOf(sql, /'/), signal, async () => {
        const request = this.request()
        await ended(request, request.batch(sql), signal)
      })
  }

  async *stream(sql: string, signal?: AbortSignal): AsyncIterable<RowBatch> {
    const doing = headOf(sql, /'/)
    const columns = await this.telling(doing, signal, () => this.described(sql, signal))
    const request = this.request()
    const isPlain = !columns.some(needsText)
    if (!isPlain) request.input('statement', this.driver.NVarChar(this.driver.MAX), sql)
    const text = isPlain ? sql : `exec sys.sp_executesql @statement with result sets ((${sentAs(columns)}))`
    try {
      yield* streamed(
        request,
        (isBatch) => (isBatch ? request.batch(text) : request.query(text)),
        { columns, isBatch: isPlain },
        signal,
      )
    } catch (error) {
      throw signal?.aborted ? cancelled() : failure(error, { ...this.place, doing })
    }
  }

  /** Does the work in one transaction: it is all there afterwards, or nothing is. Within one, it is a part of that one. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.running) return work()
    await this.transact.begin()
    try {
      const result = await work()
      await this.transact.commit()
      return result
    } catch (error) {
      await this.transact.rollback()
      throw error
    }
  }

  private async begin(): Promise<void> {
    const transaction = new this.driver.Transaction(this.pool)
    await this.telling('begin transaction', undefined, () => transaction.begin())
    this.running = transaction
  }

  private async commit(): Promise<void> {
    const { running } = this
    if (!running) throw new C360Error('INTERNAL', 'There is no transaction to commit.')
    await this.telling('commit', undefined, () => running.commit())
    this.running = undefined
  }

  /** What ended it on the server is known already, and not the news. */
  private async rollback(): Promise<void> {
    const { running } = this
    this.running = undefined
    await running?.rollback().catch(() => undefined)
  }

  /** Sends rows in bulk to a table of the session; must be within a transaction, which holds the connection. */
  async bulk(table: Table, signal?: AbortSignal): Promise<void> {
    await this.telling('bulk load', signal, async () => {
      const request = this.request()
      await ended(request, request.bulk(table), signal)
    })
  }

  /** An empty table of texts for `bulk`. */
  textTable(name: string, columns: readonly string[]): Table {
    const table = new this.driver.Table(name)
    for (const column of columns)
      table.columns.add(column, this.driver.NVarChar(this.driver.MAX), { nullable: true })
    return table
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pool.close().catch(() => undefined)
  }

  private request(): Request {
    return new this.driver.Request(this.running ?? this.pool)
  }

  private async described(sql: string, signal?: AbortSignal): Promise<Described[]> {
    const request = this.request()
    request.arrayRowMode = false
    request.input('statement', this.driver.NVarChar(this.driver.MAX), sql)
    const answer = request.query('exec sys.sp_describe_first_result_set @statement')
    const { recordset } = await ended(request, answer, signal)
    return (recordset as readonly unknown[]).map((row, place) => {
      const { name, system_type_name, collation_name } = row as Readonly<Record<string, string | null>>
      return {
        name: name ?? `c${place + 1}`,
        type: system_type_name ?? 'varchar(max)',
        collation: collation_name ?? undefined,
      }
    })
  }

  private async telling<T>(
    doing: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      signal?.throwIfAborted()
      return await work()
    } catch (error) {
      if (signal?.aborted) throw cancelled()
      throw failure(error, { ...this.place, doing })
    }
  }
}

/** An aborted signal ends the request on the server. */
async function ended<T>(request: Request, answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const cancel = () => request.cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    if (signal?.aborted) cancel()
    return await answer
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}
