/** A file of a workspace in git mode: an object of Synapse, as JSON. */
export interface Resource {
  readonly name: string
  readonly type?: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Folders of a workspace in git mode. */
export type Folder = 'pipeline' | 'dataflow' | 'dataset' | 'linkedService' | 'trigger'

/**
 * What the workspace's objects are called. Names of data flows, datasets and linked services take no dashes, those of streams within a
 * flow no underscores either.
 */
export const PIPELINE = 'c360_load'
export const TRIGGER = 'c360_daily'
export const LAKE = 'c360_lake'
export const DATABASE = 'c360_sql'
export const KEY_VAULT = 'c360_key_vault'
export const flowName = (source: string): string => `load_${source}`
export const filesName = (source: string, packed: boolean): string => `files_${source}${packed ? '_gz' : ''}`
export const tableName = (source: string): string => `table_${source}`

/** A value that Synapse looks up when it runs. */
export const expression = (value: string) => ({ value, type: 'Expression' })

export const toLinkedService = (referenceName: string) => ({ referenceName, type: 'LinkedServiceReference' })
export const toDataset = (referenceName: string) => ({ referenceName, type: 'DatasetReference' })
