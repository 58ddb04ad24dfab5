import { C360Error } from '../../errors.ts'
import type { ExecuteOptions, RowBatch, Session } from '../engine.ts'
import { cancelled, headOf, soonAfter, telling } from '../statement.ts'
import { type Connection, type ConnectionOptions, openDriver } from './driver.ts'
import { failure } from './failure.ts'
import { plainName } from './literals.ts'
import { batchesOf, type Statement } from './rows.ts'
import { snowflakeSessionSettings } from './sql-target.ts'

/** Where a Snowflake is and how we enter; secrets are values here, not references. */
export interface SnowflakeSettings {
  readonly account: string
  /** Default `<account>.snowflakecomputing.com`; a host of this machine is spoken to without encryption. */
  readonly host?: string
  readonly port?: number
  readonly user: string
  /** PEM; instead of a password. */
  readonly privateKey?: string
  readonly privateKeyPassphrase?: string
  readonly password?: string
  readonly role?: string
  readonly warehouse: string
  readonly database: string
  /** Seconds after which the server ends a statement; without it the account's own limit holds. */
  readonly statementSeconds?: number
}

const LOOPBACK = /^(localhost|127(\.\d+){3})$/

/**
 * Opens a session, in UTC. Faults of the network are tried again by the driver: every statement has a number, by which
 * Snowflake knows one that it was sent twice. Throws C360Error: SDK_MISSING, TARGET_UNREACHABLE, TARGET_DENIED, CANCELLED.
 */
export async function connectSnowflake(settings: SnowflakeSettings, signal?: AbortSignal): Promise<Session> {
  const where = `Snowflake at ${settings.host ?? settings.account}`
  const driver = await openDriver()
  let connection: Connection | undefined
  try {
    signal?.throwIfAborted()
    connection = driver.createConnection(optionsOf(settings))
    await (signal ? soonAfter(signal, entered(connection), 0) : entered(connection))
    const session = new SnowflakeSession({ connection, where })
    await session.execute([...prepare(settings)], signal ? { signal } : {})
    return session
  } catch (error) {
    // One that is still entering leaves as soon as it is in: kept alive, it would stay for ever.
    if (connection) void left(connection)
    throw signal?.aborted ? cancelled() : failure(error, { where, doing: 'connecting' })
  }
}

const entered = (connection: Connection): Promise<void> =>
  new Promise((done, fail) => {
    connection.connect((error) => (error ? fail(error) : done()))
  })

/** One that never got in says so, which nobody needs to know. */
const left = (connection: Connection): Promise<void> =>
  new Promise((done) => connection.destroy(() => done()))

function optionsOf(settings: SnowflakeSettings): ConnectionOptions {
  const { account, host, port, user, privateKey, privateKeyPassphrase, password, role } = settings
  const isHere = host !== undefined && LOOPBACK.test(host)
  const options = {
    account,
    username: user,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(isHere ? { protocol: 'http' } : {}),
    ...(privateKey === undefined
      ? { authenticator: 'SNOWFLAKE', password: password ?? '' }
      : {
          authenticator: 'SNOWFLAKE_JWT',
          privateKey,
          ...(privateKeyPassphrase === undefined ? {} : { privateKeyPass: privateKeyPassphrase }),
        }),
    ...(role === undefined ? {} : { role }),
    warehouse: settings.warehouse,
    database: settings.database,
    application: 'customer360',
    clientSessionKeepAlive: true,
    rowMode: 'array' as const,
    streamResult: true,
    fetchAsString: ['Number'] as const,
    // Otherwise NULL comes as the text 'NULL'.
    representNullAsStringNull: false,
    // A name that was never reached may be a slip of the pen: seven tries take minutes.
    sfRetryMaxLoginRetries: 2,
  }
  return options as unknown as ConnectionOptions
}

function prepare({ statementSeconds }: SnowflakeSettings): string[] {
  const limit =
    statementSeconds === undefined
      ? []
      : [`alter session set STATEMENT_TIMEOUT_IN_SECONDS = ${Math.max(1, Math.ceil(statementSeconds))}`]
  return [...snowflakeSessionSettings, ...limit]
}

interface Link {
  readonly connection: Connection
  readonly where: string
}

class SnowflakeSession implements Session {
  private readonly link: Link

  constructor(link: Link) {
    this.link = link
  }

  /** One by one; DDL commits whatever was begun, so that several together are never atomic here. */
  async execute(
    statements: readonly string[],
    { atomic = false, signal }: ExecuteOptions = {},
  ): Promise<void> {
    if (atomic && statements.length > 1)
      throw new C360Error('INTERNAL', 'Snowflake commits at every statement that makes a table.')
    for (const sql of statements) await this.telling(sql, signal, () => this.ended(sql, signal))
  }

  async *stream(sql: string, signal?: AbortSignal): AsyncIterable<RowBatch> {
    const statement = await this.telling(sql, signal, () => this.ended(sql, signal))
    const batches = batchesOf(statement, plainName)
    for (;;) {
      const next = await this.telling(sql, signal, () => batches.next())
      if (next.done) return
      yield next.value
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await left(this.link.connection)
  }

  /** Runs a statement to its end; an aborted signal ends it on the server. */
  private ended(sql: string, signal?: AbortSignal): Promise<Statement> {
    const { connection } = this.link
    return new Promise<Statement>((resolve, reject) => {
      const cancel = () => statement.cancel(() => undefined)
      const statement = connection.execute({
        sqlText: sql,
        complete(error, finished) {
          signal?.removeEventListener('abort', cancel)
          if (error) reject(error)
          else resolve(finished)
        },
      })
      signal?.addEventListener('abort', cancel, { once: true })
    })
  }

  private telling<T>(sql: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return telling(
      signal,
      (error) => failure(error, { where: this.link.where, doing: headOf(sql, /'/) }),
      work,
    )
  }
}
