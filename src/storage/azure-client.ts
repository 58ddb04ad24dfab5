import type { TokenCredential } from '@azure/identity'
import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob'
import { C360Error } from '../errors.ts'
import type { AzureAuth, AzurePlace } from './azure.ts'

/** The SDK's own retries know neither 429 nor Retry-After, and would repeat a write whose answer was lost without saying so. */
const options: StoragePipelineOptions = {
  retryOptions: { maxTries: 1 },
  userAgentOptions: { userAgentPrefix: 'customer360' },
}

/** Where a place is entered; reads its secrets, sends nothing. SDK_MISSING, NO_ACCESS when they cannot be what they should be. */
export async function openContainer(place: AzurePlace): Promise<ContainerClient> {
  const sdk = await installed('@azure/storage-blob', () => import('@azure/storage-blob'))
  const auth = await place.auth()
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
  if (!endpoint.startsWith('https:'))
    throw new C360Error('NO_ACCESS', `${endpoint} is not HTTPS: an identity's token is not sent there.`, {
      hint: `Write https://, or give azure.storage.${place.account} a key.`,
    })
  return new sdk.BlobServiceClient(endpoint, await credential(), options).getContainerClient(place.container)
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

/** With or without its question mark, or as the whole URL that the portal shows. */
function sasOf({ account }: AzurePlace, text: string): string {
  const query = text.trim().replace(/^[^?]*\?/, '')
  if (new URLSearchParams(query).has('sig')) return query
  throw new C360Error('NO_ACCESS', `The SAS of \`azure.storage.${account}\` has no signature (sig=..).`, {
    hint: 'Give the whole SAS token as it was made: sv=..&sp=..&sig=..',
  })
}

let shared: TokenCredential | undefined

/** One for the process: it keeps its tokens, and asking anew may cost a second and a process. */
export async function credential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await installed('@azure/identity', () => import('@azure/identity'))
  shared ??= new DefaultAzureCredential()
  return shared
}

async function installed<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new C360Error('SDK_MISSING', `Azure Storage needs the package ${name}, which is not installed.`, {
      hint: 'npm install @azure/storage-blob @azure/identity',
    })
  }
}

/** Every text that must not be seen anywhere. */
export const secretsOf = ({ sas, accountKey, connectionString }: AzureAuth): string[] =>
  [sas, accountKey, connectionString].filter((text) => text !== undefined)
