import type { RetryPolicy } from '../../storage/retry.ts'

/** Where an Azure SQL database or SQL Server is and how we enter; secrets are values here, not references. */
export interface AzureSqlSettings {
  readonly server: string
  /** Default 1433. */
  readonly port?: number
  readonly database: string
  /** Without a password this machine's identity enters (managed identity, `az login`). */
  readonly user?: string
  readonly password?: string
  /** Default true. */
  readonly encrypt?: boolean
  readonly trustServerCertificate?: boolean
  /** Seconds after which a statement is ended; without it a statement may take as long as it takes. */
  readonly statementSeconds?: number
  /** Milliseconds for a connection to stand (30 s). */
  readonly connectMs?: number
  readonly retry?: Partial<RetryPolicy>
}
