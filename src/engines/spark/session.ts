import { setTimeout as pause } from 'node:timers/promises'
import { C360Error } from '../../errors.ts'
import type { ExecuteOptions, RowBatch, Session } from '../engine.ts'
import { cancelled, headOf, telling } from '../statement.ts'
import { failure } from './failure.ts'
import { type RetryPolicy, sending } from './retry.ts'
import { openWire } from './thrift-http.ts'
import { type Handle, type Operation, openService, type Repeat, type Service } from './thrift-service.ts'
import { databricksTraits, type SparkTraits, sparkTraits } from './traits.ts'

/** Where a Spark or Databricks listens and how we enter; secrets are values here, not references. */
export interface SparkSettings {
  readonly engine: 'spark' | 'databricks'
  readonly host: string
  /** Default 10001 (Spark), 443 (Databricks). */
  readonly port?: number
  /** Default `cliservice` (Spark). */
  readonly httpPath?: string
  /** Default true for Databricks, false for Spark. */
  readonly tls?: boolean
  /** Sent as a bearer token. */
  readonly token?: string
  /** Sent as Basic authentication where there is no token. */
  readonly user?: string
  readonly password?: string
  /** The catalog in which names without one are looked up. */
  readonly catalog?: string
  /** Seconds after which the server ends a statement; without it a statement may take as long as it takes. */
  readonly statementSeconds?: number
  /** Milliseconds for a connection to stand (30 s), and for one request to be answered (5 min). */
  readonly connectMs?: number
  readonly answerMs?: number
  readonly retry?: Partial<RetryPolicy>
}

/**
 * Opens a session, in UTC and with ANSI rules. Throws C360Error: TARGET_UNREACHABLE, TARGET_DENIED, SQL_FAILED (no such
 * catalog), CANCELLED.
 */
export async function connectSpark(settings: SparkSettings, signal?: AbortSignal): Promise<Session> {
  const traits = settings.engine === 'databricks' ? databricksTraits : sparkTraits
  const { host, port = traits.port, tls = traits.tls, connectMs = 30_000, answerMs = 300_000 } = settings
  const path = (settings.httpPath ?? traits.path ?? '').replace(/^\/+/, '')
  const authorization = authorizationOf(settings, traits)
  const wire = openWire({ host, port, path, tls, authorization, connectMs, answerMs })
  const link: Link = {
    service: openService(sending(wire, settings.retry, signal)),
    where: `${traits.title} at ${host}:${port}`,
    databricks: traits.name === 'databricks',
    seconds: settings.statementSeconds,
    close: () => wire[Symbol.dispose](),
  }
  const known = { ...link, service: openService(sending(wire, settings.retry)) }
  try {
    signal?.throwIfAborted()
    const handle = await link.service.openSession(traits, {})
    const session = new SparkSession(known, handle)
    await session.execute([...traits.prepare, ...useCatalog(settings)], signal ? { signal } : {})
    return session
  } catch (error) {
    link.close()
    throw signal?.aborted ? cancelled() : failure(error, { ...link, doing: 'connecting' })
  }
}

function authorizationOf({ token, user, password }: SparkSettings, traits: SparkTraits): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  const name = user ?? traits.user
  if (name === undefined) return undefined
  return `Basic ${Buffer.from(`${name}:${password ?? name}`).toString('base64')}`
}

const useCatalog = ({ catalog }: SparkSettings): string[] =>
  catalog === undefined ? [] : [`USE CATALOG \`${catalog.replaceAll('`', '``')}\``]

interface Link {
  readonly service: Service
  readonly where: string
  readonly databricks: boolean
  readonly seconds: number | undefined
  close(): void
}

/** Rows asked for at a time: what is in memory is a batch or two. */
const BATCH_ROWS = 10_000

class SparkSession implements Session {
  private readonly link: Link
  private readonly handle: Handle

  constructor(link: Link, handle: Handle) {
    this.link = link
    this.handle = handle
  }

  /** One by one; several together are never atomic here, and asking for it is a defect of the caller's. */
  async execute(
    statements: readonly string[],
    { atomic = false, signal }: ExecuteOptions = {},
  ): Promise<void> {
    if (atomic && statements.length > 1)
      throw new C360Error('INTERNAL', 'Spark has no transactions of several statements.')
    for (const sql of statements)
      await this.telling(sql, signal, async () => {
        const operation = await this.ended(sql, signal)
        await this.closed(operation)
      })
  }

  async *stream(sql: string, signal?: AbortSignal): AsyncIterable<RowBatch> {
    const operation = await this.telling(sql, signal, () => this.ended(sql, signal))
    try {
      yield* this.batches(operation, sql, signal)
    } finally {
      await this.closed(operation)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.service.closeSession(this.handle).catch(() => undefined)
    this.link.close()
  }

  private async *batches(operation: Operation, sql: string, signal?: AbortSignal): AsyncIterable<RowBatch> {
    const { service } = this.link
    const columns = await this.telling(sql, signal, () => service.columns(operation))
    const [names, types] = [columns.map(({ name }) => name), columns.map(({ type }) => type)]
    for (let first = true; ; first = false) {
      const batch = await this.telling(sql, signal, () => service.fetch(operation, columns, BATCH_ROWS))
      if (batch.rows > 0 || first) yield { names, types, ...batch }
      if (batch.rows === 0) return
    }
  }

  /** Starts a statement and waits for its end; an aborted signal ends it on the server. */
  private async ended(sql: string, signal?: AbortSignal): Promise<Operation> {
    const { service, seconds } = this.link
    signal?.throwIfAborted()
    const operation = await service.start(this.handle, sql, { seconds, repeat: repeatOf(sql) })
    const cancel = () => void service.cancel(operation).catch(() => undefined)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      if (signal?.aborted) cancel()
      await this.finished(operation)
      return operation
    } catch (error) {
      await this.closed(operation)
      throw error
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  private async finished(operation: Operation): Promise<void> {
    for (let polls = 0; ; polls++) {
      const asked = performance.now()
      const { state, fault } = await this.link.service.status(operation)
      if (state === 'finished') return
      if (state === 'timed_out') throw this.timedOut()
      if (state !== 'waiting')
        throw fault ?? new C360Error('CANCELLED', 'The statement was ended on the server.')
      const waited = performance.now() - asked
      await pause(Math.max(0, Math.min(20 * 1.5 ** polls, MOST_PAUSE) - waited))
    }
  }

  private timedOut(): C360Error {
    return new C360Error('TIMED_OUT', `${this.link.where} ended a statement after ${this.link.seconds} s.`, {
      hint: 'Raise `statement_timeout` of the target, or give it more power.',
    })
  }

  /** What the server keeps for an operation; where that fails it is freed with the session. */
  private async closed(operation: Operation): Promise<void> {
    await this.link.service.close(operation).catch(() => undefined)
  }

  private telling<T>(sql: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return telling(signal, (error) => failure(error, { ...this.link, doing: headOf(sql) }), work)
  }
}

const MOST_PAUSE = 500

/**
 * A statement that was sent and not answered may run or not, even now. It is sent again only where that cannot matter: reading,
 * and settings of the session. What changes a table never is: its twin may still be at work, and INSERT would add rows twice.
 */
function repeatOf(sql: string): Repeat {
  return READING.test(sql.trimStart()) ? 'any' : 'once'
}

const READING =
  /^(SELECT|FROM|VALUES|SHOW|DESCRIBE|SET|USE|WITH\b(?![\s\S]*\b(INSERT|MERGE|UPDATE|DELETE)\b))\b/i
