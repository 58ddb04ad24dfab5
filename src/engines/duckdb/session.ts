import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api'
import { C360Error, fromSystemError } from '../../errors.ts'
import type { ExecuteOptions, RowBatch, Session, Settings, Warehouse } from '../engine.ts'
import { dialect } from './dialect.ts'
import { driver } from './driver.ts'

/** Opens a database file (or memory) and one connection to it. Fails with WAREHOUSE_DAMAGED, LOCKED, NO_ACCESS. */
export async function connect(settings: Settings): Promise<Session> {
  const { database, readOnly = false, isLittle = false } = settings
  const instance = await open(settings)
  const connection = await connectionTo(instance)
  const isMaking = database !== undefined && !readOnly
  if (isMaking) await attachUnlogged(connection, database, isLittle)
  const another = async () => {
    const beside = await connectionTo(instance)
    if (isMaking) await beside.run(USE_WAREHOUSE)
    return new DuckDBSession(beside)
  }
  return new DuckDBSession(connection, { instance, another })
}

const USE_WAREHOUSE = 'use warehouse'

async function connectionTo(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect()
  await connection.run("set TimeZone = 'UTC'")
  return connection
}

/** Opens a published database read-only for several connections. Fails as `connect` does. */
export async function openWarehouse(settings: Settings): Promise<Warehouse> {
  const instance = await open({ ...settings, readOnly: true })
  return {
    async session() {
      return new DuckDBSession(await connectionTo(instance))
    },
    async [Symbol.asyncDispose]() {
      instance.closeSync()
    },
  }
}

/** Only what a checkpoint has finished is ever read from a file that is being made: a log beside it would be written for nothing. */
const UNLOGGED = `recovery_mode 'no_wal_writes'`

/**
 * Of this storage version on, texts have one compression that is found in one pass, instead of several that are tried in turn. Where
 * many values differ, it is the slower one to read.
 */
const QUICK_TEXTS = `storage_version 'v1.3.0'`

async function attachUnlogged(connection: DuckDBConnection, path: string, isLittle: boolean): Promise<void> {
  const options = isLittle ? [UNLOGGED, QUICK_TEXTS] : [UNLOGGED]
  try {
    await connection.run(`attach ${dialect.literal(path)} as warehouse (${options.join(', ')})`)
    await connection.run(USE_WAREHOUSE)
  } catch (error) {
    throw openFailure(error, path)
  }
}

async function open(settings: Settings): Promise<DuckDBInstance> {
  const options: Record<string, string> = {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
    ...(settings.readOnly ? { access_mode: 'READ_ONLY' } : {}),
    ...(settings.memory ? { memory_limit: engineShare(settings.memory) } : {}),
    ...(settings.threads ? { threads: String(settings.threads) } : {}),
    ...(settings.scratch ? { temp_directory: settings.scratch } : {}),
  }
  try {
    const database = settings.readOnly ? settings.database : undefined
    return await driver.DuckDBInstance.create(database ?? ':memory:', options)
  } catch (error) {
    throw openFailure(error, settings.database ?? ':memory:')
  }
}

/** DuckDB goes over its limit by what it does not count, and Node needs some: of `2GB` it is given 1.7. */
function engineShare(memory: string): string {
  const [, amount = '', unit = ''] = /^([\d.]+)\s*(\w+)$/.exec(memory) ?? []
  return amount === '' ? memory : `${Math.round(Number(amount) * 850) / 1000}${unit}`
}

function openFailure(error: unknown, path: string): unknown {
  const message = error instanceof Error ? error.message : String(error)
  if (/not a valid DuckDB database|different version|checksum|corrupt|Could not read|serializ/i.test(message))
    return new C360Error(
      'WAREHOUSE_DAMAGED',
      `${path} is not a warehouse this program can read: ${firstLine(message)}`,
      { cause: error },
    )
  if (/Conflicting lock|being used by another process/i.test(message))
    return new C360Error('LOCKED', `${path} is open for writing in another program: ${firstLine(message)}`, {
      cause: error,
    })
  return fromSystemError(error, `opening ${path}`)
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text

interface OwnInstance {
  readonly instance: DuckDBInstance
  readonly another: () => Promise<Session>
}

class DuckDBSession implements Session {
  readonly beside?: () => Promise<Session>
  private readonly connection: DuckDBConnection
  /** Closed with the session when it has one of its own. */
  private readonly instance: DuckDBInstance | undefined

  constructor(connection: DuckDBConnection, own?: OwnInstance) {
    this.connection = connection
    this.instance = own?.instance
    if (own) this.beside = own.another
  }

  async execute(statements: readonly string[], options: ExecuteOptions = {}): Promise<void> {
    const { atomic = false, signal } = options
    await this.guarded(signal, async () => {
      if (atomic) await this.connection.run('begin')
      try {
        for (const statement of statements) {
          signal?.throwIfAborted()
          await this.run(statement)
        }
        if (atomic) await this.connection.run('commit')
      } catch (error) {
        if (atomic) await this.connection.run('rollback').catch(() => undefined)
        throw error
      }
    })
  }

  async *stream(sql: string, signal?: AbortSignal): AsyncIterable<RowBatch> {
    const interrupt = () => this.connection.interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      signal?.throwIfAborted()
      const result = await this.connection.stream(sql)
      const names = result.deduplicatedColumnNames()
      const types = result.columnTypes().map(String)
      let empty = true
      for await (const chunk of result) {
        empty = false
        const columns = chunk.getColumns().map((column) => column.map(plain))
        yield { names, types, columns, rows: chunk.rowCount }
      }
      if (empty) yield { names, types, columns: names.map(() => []), rows: 0 }
    } catch (error) {
      throw failure(error, sql, signal)
    } finally {
      signal?.removeEventListener('abort', interrupt)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connection.closeSync()
    this.instance?.closeSync()
  }

  private async run(statement: string): Promise<void> {
    try {
      await this.connection.run(statement)
    } catch (error) {
      throw failure(error, statement)
    }
  }

  private async guarded(signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    const interrupt = () => this.connection.interrupt()
    signal?.addEventListener('abort', interrupt, { once: true })
    try {
      await work()
    } catch (error) {
      throw signal?.aborted ? cancelled(error) : error
    } finally {
      signal?.removeEventListener('abort', interrupt)
    }
  }
}

/** Values as plain JavaScript: numbers, bigint, boolean and text stay, everything else (decimal, time) as text. */
function plain(value: DuckDBValue): unknown {
  return value !== null && typeof value === 'object' ? String(value) : value
}

const cancelled = (cause: unknown) => new C360Error('CANCELLED', 'Cancelled.', { cause })

function failure(error: unknown, sql: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return cancelled(error)
  if (error instanceof C360Error) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/Out of Memory|could not allocate|failed to (allocate|pin) block/i.test(message))
    return new C360Error('OUT_OF_MEMORY', firstLine(message), { cause: error })
  const system = fromSystemError(error, 'writing')
  if (system instanceof C360Error) return system
  if (isDamage(message)) return new C360Error('WAREHOUSE_DAMAGED', firstLine(message), { cause: error })
  return new C360Error('SQL_FAILED', message, { cause: { error, sql } })
}

/** Of the database itself: a Parquet file that ends too soon is another one's damage. */
const isDamage = (message: string): boolean =>
  /^(IO|Serialization|INTERNAL|FATAL)/i.test(message) &&
  (/checksum|corrupt|Failed to load metadata|deserializ/i.test(message) ||
    (/Could not read enough bytes/i.test(message) && !/\.parquet/i.test(message)))
