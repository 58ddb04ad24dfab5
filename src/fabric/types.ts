/** The kinds of items that a Power BI project has. */
export type ItemType = 'SemanticModel' | 'Report'

/** One item of a project: its parts by path, as the definition of Fabric names them (`definition/tables/Sales.tmdl`). */
export interface LocalItem {
  readonly type: ItemType
  readonly name: string
  readonly parts: Parts
}

export type Parts = ReadonlyMap<string, Buffer>

export interface LocalProject {
  readonly model: LocalItem
  /** Its reference to the model is a relative path, until the model has an id. */
  readonly report: LocalItem
}

export interface Workspace {
  readonly id: string
  readonly displayName: string
}

/** An item as the lists of a workspace tell it. */
export interface RemoteItem {
  readonly id: string
  readonly displayName: string
}

export interface ConnectionDetails {
  /** `SQL`, `Snowflake`, `AzureDataLakeStorage` and the like. */
  readonly type: string
  /** For SQL `server;database`. */
  readonly path: string
}

/** A connection of Fabric: it holds the credentials, and this program never sees them. */
export interface Connection {
  readonly id: string
  readonly displayName?: string
  readonly connectivityType: string
  readonly connectionDetails: ConnectionDetails
}

/** What a model reads from, and the connection it is bound to, if any. */
export interface DataSource {
  readonly id?: string
  readonly connectivityType: string
  readonly connectionDetails: ConnectionDetails
}

export interface Schedule {
  /** `06:30`, on the hour or half past it. */
  readonly times: readonly string[]
  /** A zone as Windows names it. */
  readonly zone: string
}

/** What is to be in the workspace. */
export interface Wish {
  readonly project: LocalProject
  /** Ids or names. */
  readonly connections: readonly string[]
  readonly schedule: Schedule | undefined
  readonly refresh: boolean
}
