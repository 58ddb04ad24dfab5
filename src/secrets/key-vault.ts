import type { TokenCredential } from '@azure/identity'
import type { SecretClient } from '@azure/keyvault-secrets'
import { C360Error } from '../errors.ts'
import type { Found } from './found.ts'
import { vaultFailure } from './vault-failure.ts'

/** The vaults one process talks to: signed in once, one client each. */
export interface KeyVaults {
  get(vault: string, name: string, signal: AbortSignal): Promise<Found>
  /** Writes a new version; its id, without the value. */
  set(vault: string, name: string, value: string): Promise<Found>
}

/** Vaults by DefaultAzureCredential; the SDK is loaded with the first request. */
export function keyVaults(): KeyVaults {
  const clients = new Map<string, Promise<SecretClient>>()
  let credential: Promise<TokenCredential> | undefined
  const clientOf = (vault: string): Promise<SecretClient> => {
    credential ??= newCredential()
    const client = clients.get(vault) ?? credential.then((entered) => newClient(vault, entered))
    clients.set(vault, client)
    return client
  }
  const ask = async (
    vault: string,
    name: string,
    right: Right,
    work: (client: SecretClient) => Promise<string>,
  ) => {
    try {
      return { ok: true, value: await work(await clientOf(vault)) } as const
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw cancelled(error)
      return vaultFailure(error, { vault, name, right })
    }
  }
  return {
    get: (vault, name, abortSignal) =>
      ask(vault, name, READ, async (client) => (await client.getSecret(name, { abortSignal })).value ?? ''),
    set: (vault, name, value) =>
      ask(vault, name, WRITE, async (client) => (await client.setSecret(name, value)).properties.id ?? ''),
  }
}

type Right = 'Key Vault Secrets User' | 'Key Vault Secrets Officer'
const READ: Right = 'Key Vault Secrets User'
const WRITE: Right = 'Key Vault Secrets Officer'

const cancelled = (cause: Error) =>
  new C360Error('CANCELLED', 'Cancelled while a secret was asked for.', { cause })

async function newCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity')
  return new DefaultAzureCredential()
}

async function newClient(vault: string, credential: TokenCredential): Promise<SecretClient> {
  const { SecretClient } = await import('@azure/keyvault-secrets')
  const disableChallengeResourceVerification = process.env[LOOPBACK] === '1' && isLoopback(vault)
  return new SecretClient(vault, credential, { disableChallengeResourceVerification })
}

/** Set to 1, the SDK takes a vault on this machine for one; for tests, and without effect on any other host. */
const LOOPBACK = 'C360_KEY_VAULT_LOOPBACK'

const isLoopback = (vault: string): boolean =>
  ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(vault).hostname)
