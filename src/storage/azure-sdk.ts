import type { TokenCredential } from '@azure/identity'
import { C360Error } from '../errors.ts'

/** An optional package, or SDK_MISSING that says who needs it and how it comes. */
export async function installed<T>(
  needs: { readonly who: string; readonly name: string; readonly install: string },
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new C360Error(
      'SDK_MISSING',
      `${needs.who} needs the package ${needs.name}, which is not installed.`,
      {
        hint: `npm install ${needs.install}`,
      },
    )
  }
}

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
