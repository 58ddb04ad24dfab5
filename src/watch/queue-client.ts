import type { QueueServiceClient } from '@azure/storage-queue'
import { C360Error } from '../errors.ts'
import type { Project, WatchSettings } from '../project/types.ts'
import { authOf } from '../run/stores.ts'
import { openSecrets } from '../secrets/secrets.ts'
import { failureOf, withoutSecrets } from '../storage/azure-errors.ts'
import { credentialFor, installed, sasQuery } from '../storage/azure-sdk.ts'

export type Queue = NonNullable<WatchSettings['queue']>

/** Few: whoever reads a queue comes back by itself. */
const options = { retryOptions: { maxTries: 3 }, userAgentOptions: { userAgentPrefix: 'customer360' } }

const needs = {
  who: 'A queue',
  name: '@azure/storage-queue',
  install: '@azure/storage-queue @azure/identity',
}

/** The queue's account, entered as c360.yaml says; sends nothing. SECRET_MISSING, SDK_MISSING, NO_ACCESS. */
export async function openQueues(project: Project, { account }: Queue): Promise<QueueServiceClient> {
  const sdk = await installed(needs, () => import('@azure/storage-queue'))
  const settings = project.azure.accounts[account] ?? {}
  const { sas, accountKey, connectionString } = await authOf(openSecrets(project), settings)
  const endpoint = settings.queueEndpoint ?? `https://${account}.queue.core.windows.net`
  try {
    if (connectionString !== undefined)
      return sdk.QueueServiceClient.fromConnectionString(connectionString.trim(), options)
    if (accountKey !== undefined) {
      const key = new sdk.StorageSharedKeyCredential(account, accountKey.trim())
      return new sdk.QueueServiceClient(endpoint, key, options)
    }
    if (sas !== undefined)
      return new sdk.QueueServiceClient(
        `${endpoint}?${sasQuery(sas)}`,
        new sdk.AnonymousCredential(),
        options,
      )
  } catch {
    // What the SDK says of a text it cannot read may quote it.
    throw new C360Error(
      'NO_ACCESS',
      `The secret of \`azure.storage.${account}\` cannot be read as what it should be.`,
      {
        hint: 'Give the whole key, SAS or connection string as the portal shows it.',
      },
    )
  }
  return new sdk.QueueServiceClient(endpoint, await credentialFor(endpoint, account), options)
}

/** A failure of the SDK as C360Error; its own goes no further: it holds the signed URL and the headers. */
export function queueFailure(error: unknown, { account, name }: Queue): C360Error {
  if (error instanceof C360Error) return error
  const { status, code } = failureOf(error)
  const queue = `az://${account}/${name}`
  if (status === 404)
    return new C360Error('NOT_FOUND', `There is no queue ${queue} (${code}).`, {
      hint: `Make it: az storage queue create --account-name ${account} --name ${name}`,
    })
  if (status === 401 || status === 403)
    return new C360Error(
      'NO_ACCESS',
      `The account ${account} refused to read the queue ${name} (${status} ${code}).`,
      {
        hint: 'Give this identity the role "Storage Queue Data Contributor" on the queue (it reads, hides and deletes messages); a SAS needs the service Queue (ss=q) and sp=rup.',
      },
    )
  const first = error instanceof Error ? withoutSecrets(error.message.split('\n', 1)[0] ?? '', []) : code
  if (error instanceof Error && /Credential|Authentication(Required)?Error/.test(error.name))
    return new C360Error('NO_ACCESS', `No identity to read the queue ${queue} with. ${first}`, {
      hint: 'Run `az login`, give this machine a managed identity, or name a key in c360.yaml.',
    })
  return new C360Error(
    'STORAGE_UNREACHABLE',
    `The queue ${queue} could not be read: ${status ?? ''} ${code}.`,
  )
}

/** Somebody else has the message by now, or it is gone. */
export function isLost(error: unknown): boolean {
  const { status, code } = failureOf(error)
  return status === 404 || code === 'PopReceiptMismatch'
}
