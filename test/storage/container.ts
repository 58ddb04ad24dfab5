import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob'
import { type AzurePlace, azureStore } from '../../src/storage/azure.ts'
import type { Store } from '../../src/storage/store.ts'
import type { Azurite } from '../support/azurite.ts'

let made = 0

/** A new container of an Azurite, and a Store on a folder of it. */
export interface TestContainer extends AsyncDisposable {
  readonly client: ContainerClient
  readonly place: AzurePlace
  readonly store: Store
  /** The same place entered another way. */
  open(other: Partial<AzurePlace>): Store
}

export async function newContainer(azurite: Azurite, prefix = 'retail/in'): Promise<TestContainer> {
  const container = `test-${process.pid}-${++made}`
  const client = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
    container,
  )
  await client.create()
  const mirror = await mkdtemp(join(tmpdir(), 'c360-mirror-'))
  const place: AzurePlace = {
    account: azurite.account,
    endpoint: azurite.blobEndpoint,
    container,
    prefix,
    mirror,
    auth: async () => ({ accountKey: azurite.key }),
  }
  return {
    client,
    place,
    store: azureStore(place),
    open: (other) => azureStore({ ...place, ...other }),
    [Symbol.asyncDispose]: () => rm(mirror, { recursive: true, force: true }),
  }
}
