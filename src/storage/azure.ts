import type { Store } from './store.ts'

/** How to enter the account; nothing in it = DefaultAzureCredential. */
export interface AzureAuth {
  readonly sas?: string
  readonly accountKey?: string
  readonly connectionString?: string
}

/** A folder of a container of Azure Storage. */
export interface AzurePlace {
  readonly account: string
  readonly container: string
  /** Without slashes at its ends; '' = the whole container. */
  readonly prefix: string
  /** Base URL of the Blob endpoint; absent = https://<account>.blob.core.windows.net. */
  readonly endpoint?: string
  /** Folder of this machine for copies of its objects. */
  readonly mirror: string
  /** Asked at the first request, not before. */
  readonly auth: () => Promise<AzureAuth>
}

export function azureStore(place: AzurePlace): Store {
  throw new Error(`not written yet: ${place.account}`)
}
