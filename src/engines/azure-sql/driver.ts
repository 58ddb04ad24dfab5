import type { ConnectionPool, Driver } from 'mssql'
import { C360Error } from '../../errors.ts'
import { installed } from '../../installed.ts'
import { type RetryPolicy, retrying } from '../../storage/retry.ts'
import { mayPass } from './failure.ts'
import type { AzureSqlSettings } from './settings.ts'

export interface Opened {
  readonly driver: Driver
  readonly pool: ConnectionPool
}

const defaults: RetryPolicy = { patienceMs: 90_000, firstMs: 1000, longestMs: 15_000 }

/** A name or port that was never reached may be a slip of the pen: then patience is short. */
const STRANGER_MS = 10_000

const DATABASE_SCOPE = 'https://database.windows.net/.default'

/** One connection, kept in a pool of one. What may pass while connecting is tried again: a serverless database takes a minute to wake. */
export async function open(settings: AzureSqlSettings, signal?: AbortSignal): Promise<Opened> {
  const needs = { who: 'A target in Azure SQL', name: 'mssql', install: 'mssql' }
  const { default: driver } = await installed(needs, () => import('mssql'))
  const once = async (): Promise<Opened> => {
    const heard: { number?: number } = {}
    const pool = new driver.ConnectionPool(await configOf(settings, heard))
    pool.on('error', () => undefined)
    try {
      await pool.connect()
      return { driver, pool }
    } catch (error) {
      await pool.close().catch(() => undefined)
      // The driver keeps the server's number of a refused login to itself.
      throw heard.number === undefined ? error : Object.assign(error as Error, { number: heard.number })
    }
  }
  const judge = (error: unknown) => {
    if (!mayPass(error)) return undefined
    return typeof (error as { number?: unknown }).number === 'number' ? {} : { patienceMs: STRANGER_MS }
  }
  return retrying(once, { policy: { ...defaults, ...settings.retry }, judge, signal })
}

async function configOf(
  settings: AzureSqlSettings,
  heard: { number?: number },
): Promise<Record<string, unknown>> {
  const { server, port = 1433, database, encrypt = true, trustServerCertificate = false } = settings
  return {
    server,
    port,
    database,
    ...(await wayIn(settings)),
    connectionTimeout: settings.connectMs ?? 30_000,
    requestTimeout: (settings.statementSeconds ?? 0) * 1000,
    // One session: settings and transactions belong to a connection.
    pool: { max: 1, min: 0, idleTimeoutMillis: 3_600_000, acquireTimeoutMillis: 600_000 },
    validateConnection: 'socket',
    options: {
      encrypt,
      trustServerCertificate,
      useUTC: true,
      appName: 'c360',
      dateFormat: 'ymd',
      // Any error ends the transaction it happens in.
      abortTransactionOnError: true,
      enableArithAbort: true,
    },
    beforeConnect: (connection: { on(event: string, heard: (token: { number: number }) => void): void }) =>
      connection.on('errorMessage', ({ number }) => {
        heard.number ??= number
      }),
  }
}

async function wayIn({ user, password, encrypt = true }: AzureSqlSettings): Promise<Record<string, unknown>> {
  if (password !== undefined) return { user, password }
  if (!encrypt)
    throw new C360Error('NO_ACCESS', 'An identity is not sent to Azure SQL without encryption.', {
      hint: 'Remove `encrypt: false`, or enter with `user` and `password`.',
    })
  const needs = {
    who: 'A target in Azure SQL with `auth: default`',
    name: '@azure/identity',
    install: '@azure/identity',
  }
  const { DefaultAzureCredential } = await installed(needs, () => import('@azure/identity'))
  const token = await new DefaultAzureCredential().getToken(DATABASE_SCOPE).catch((error: unknown) => {
    throw new C360Error('TARGET_DENIED', 'This machine has no identity for Azure SQL.', {
      hint: 'Run `az login`, give the machine a managed identity, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
      cause: error,
    })
  })
  return { authentication: { type: 'azure-active-directory-access-token', options: { token: token.token } } }
}
