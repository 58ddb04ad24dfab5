import type { TokenCredential } from '@azure/identity'
import { C360Error } from '../errors.ts'
import { installed } from '../installed.ts'

export { installed }

let shared: TokenCredential | undefined

/**
 * This machine's identity, for an endpoint that may have its token: NO_ACCESS without HTTPS. One for the process: it keeps
 * its tokens, and asking anew may cost a second and a process.
 */
export async function credentialFor(endpoint: string, account: string): Promise<TokenCredential> {
  if (!endpoint.startsWith('https:'))
    throw new C360Error('NO_ACCESS', `${endpoint} is not HTTPS: an identity's token is not sent there.`, {
      hint: `Write https://, or give azure.storage.${account} a key.`,
    })
  const name = '@azure/identity'
  const needs = { who: 'Azure Storage', name, install: '@azure/storage-blob @azure/identity' }
  const { DefaultAzureCredential } = await installed(needs, () => import('@azure/identity'))
  shared ??= new DefaultAzureCredential()
  return shared
}

/** A SAS with or without its question mark, or as the whole URL that the portal shows. */
export const sasQuery = (text: string): string => text.trim().replace(/^[^?]*\?/, '')
