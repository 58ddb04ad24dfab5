import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob'
import { C360Error } from '../errors.ts'
import type { AzureAuth, AzurePlace } from './azure.ts'
import { credentialFor, installed, sasQuery } from './azure-sdk.ts'

/** The SDK's own retries know neither 429 nor Retry-After, and would repeat a write whose answer was lost without saying so. */
const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 1 },
  userAgentOptions: { userAgentPrefix: 'customer360' },
}

const needs = {
  who: 'Azure Storage',
  name: '@azure/storage-blob',
  install: '@azure/storage-blob @azure/identity',
}

/** Where a place is entered; sends nothing. SDK_MISSING, NO_ACCESS when `auth` cannot be what it should be. */
export async function openContainer(place: AzurePlace, auth: AzureAuth): Promise<ContainerClient> {
  const sdk = await installed(needs, () => import('@azure/storage-blob'))
  const endpoint = endpointOf(place)
  if (auth.connectionString !== undefined) return fromConnectionString(sdk, place, auth.connectionString)
  if (auth.accountKey !== undefined) {
    const credential = new sdk.StorageSharedKeyCredential(place.account, auth.accountKey.trim())
    return new sdk.BlobServiceClient(endpoint, credential, options).getContainerClient(place.container)
  }
  if (auth.sas !== undefined)
    return new sdk.BlobServiceClient(
      `${endpoint}?${sasOf(place, auth.sas)}`,
      new sdk.AnonymousCredential(),
      options,
    ).getContainerClient(place.container)
  const credential = await credentialFor(endpoint, place.account)
  return new sdk.BlobServiceClient(endpoint, credential, options).getContainerClient(place.container)
}

export const endpointOf = ({ account, endpoint }: AzurePlace): string =>
  (endpoint ?? `https://${account}.blob.core.windows.net`).replace(/\/+$/, '')

type BlobSdk = typeof import('@azure/storage-blob')

function fromConnectionString(sdk: BlobSdk, place: AzurePlace, text: string): ContainerClient {
  const service = parsed(sdk, place, text.trim())
  if (service.accountName !== '' && service.accountName !== place.account)
    throw new C360Error(
      'NO_ACCESS',
      `The connection string of \`azure.storage.${place.account}\` is one of the account ${service.accountName}.`,
      { hint: 'Name that account in c360.yaml, or give the connection string of this one.' },
    )
  return service.getContainerClient(place.container)
}

/** What the SDK says of a text it cannot read may quote it. */
function parsed(
  sdk: BlobSdk,
  { account }: AzurePlace,
  text: string,
): InstanceType<BlobSdk['BlobServiceClient']> {
  try {
    return sdk.BlobServiceClient.fromConnectionString(text, options)
  } catch {
    throw new C360Error(
      'NO_ACCESS',
      `The connection string of \`azure.storage.${account}\` cannot be read.`,
      {
        hint: 'It has the form DefaultEndpointsProtocol=https;AccountName=..;AccountKey=..;EndpointSuffix=core.windows.net (portal: Access keys).',
      },
    )
  }
}

function sasOf({ account }: AzurePlace, text: string): string {
  const query = sasQuery(text)
  if (new URLSearchParams(query).has('sig')) return query
  throw new C360Error('NO_ACCESS', `The SAS of \`azure.storage.${account}\` has no signature (sig=..).`, {
    hint: 'Give the whole SAS token as it was made: sv=..&sp=..&sig=..',
  })
}

/** Every text that must not be seen anywhere. */
export const secretsOf = ({ sas, accountKey, connectionString }: AzureAuth): string[] =>
  [sas, accountKey, connectionString].filter((text) => text !== undefined)
