/** What we use of the driver, which has no types of its own. */
declare module 'mssql' {
  interface Column {
    readonly name: string
  }
  interface Request {
    stream: boolean
    arrayRowMode: boolean
    input(name: string, type: unknown, value: unknown): this
    query(sql: string): Promise<{ readonly recordset: readonly (readonly unknown[])[] }>
    batch(sql: string): Promise<unknown>
    bulk(table: Table): Promise<unknown>
    pause(): boolean
    resume(): boolean
    cancel(): void
    on(event: 'recordset', heard: (columns: readonly Column[]) => void): this
    on(event: 'row', heard: (row: readonly unknown[]) => void): this
    on(event: 'error', heard: (error: unknown) => void): this
  }
  interface Table {
    readonly columns: { add(name: string, type: unknown, options: { readonly nullable: boolean }): unknown }
    readonly rows: { add(...values: readonly unknown[]): unknown; readonly length: number }
  }
  interface ConnectionPool {
    connect(): Promise<unknown>
    close(): Promise<unknown>
    on(event: 'error', heard: (error: unknown) => void): this
  }
  interface Transaction {
    begin(): Promise<unknown>
    commit(): Promise<unknown>
    rollback(): Promise<unknown>
  }
  interface Driver {
    readonly MAX: number
    readonly NVarChar: (length: number) => unknown
    readonly ConnectionPool: new (config: Readonly<Record<string, unknown>>) => ConnectionPool
    readonly Transaction: new (pool: ConnectionPool) => Transaction
    readonly Request: new (parent: ConnectionPool | Transaction) => Request
    readonly Table: new (name: string) => Table
  }
  const driver: Driver
  // biome-ignore lint/style/noDefaultExport: it is CommonJS
  export default driver
  export type { Column, ConnectionPool, Driver, Request, Table, Transaction }
}
