import type { TokenCredential } from '@azure/identity'
import { C360Error } from '../errors.ts'
import { installed } from '../installed.ts'
import type { Service } from './cloud.ts'

/** Tokens of one process, in memory only. */
export interface Tokens {
  /** TARGET_DENIED (nobody is signed in, a variable that holds no token), SDK_MISSING. */
  get(service: Service): Promise<string>
  /** The service did not accept the last one: whether another one may be had. */
  renew(service: Service): boolean
}

interface Held {
  readonly token: string
  readonly until: number
}

/** Time for a request to arrive before its token runs out. */
const MARGIN_MS = 5 * 60_000

/** From the environment where a CI system puts one there, else by DefaultAzureCredential. */
export function openTokens(env: Readonly<Record<string, string | undefined>>): Tokens {
  const held = new Map<string, Held>()
  let credential: Promise<TokenCredential> | undefined
  const given = (service: Service) => service.tokens.find((name) => (env[name] ?? '') !== '')
  return {
    async get(service) {
      const variable = given(service)
      if (variable !== undefined) return checked(variable, env[variable] ?? '')
      const known = held.get(service.scope)
      if (known && known.until > Date.now()) return known.token
      credential ??= signIn()
      const fresh = await ask(await credential, service)
      held.set(service.scope, fresh)
      return fresh.token
    },
    renew: (service) => given(service) === undefined && held.delete(service.scope),
  }
}

/** What is no header value is refused here: the error of the HTTP client would repeat it. */
function checked(variable: string, value: string): string {
  const token = value.trim()
  if (/^[\w.~+/=-]+$/.test(token)) return token
  throw new C360Error('TARGET_DENIED', `The variable ${variable} does not hold an access token.`, {
    hint: `For example ${variable}="$(az account get-access-token --resource https://api.fabric.microsoft.com --query accessToken --output tsv)".`,
  })
}

async function signIn(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await installed(
    { who: 'Signing in to Fabric', name: '@azure/identity', install: '@azure/identity' },
    () => import('@azure/identity'),
  )
  return new DefaultAzureCredential()
}

async function ask(credential: TokenCredential, { scope, name }: Service): Promise<Held> {
  try {
    const { token, expiresOnTimestamp } = (await credential.getToken(scope)) ?? {}
    if (token !== undefined) return { token, until: (expiresOnTimestamp ?? 0) - MARGIN_MS }
  } catch (error) {
    throw new C360Error('TARGET_DENIED', `Nobody is signed in to ask ${name}.`, {
      cause: error,
      hint: 'On a machine of your own run `az login`; a server takes its managed identity, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; a CI system may set C360_FABRIC_TOKEN.',
    })
  }
  throw new C360Error('TARGET_DENIED', `There is no token for ${name}.`)
}

/** A token of an application, not of a person: it has no mailbox, and no scopes but roles. */
export function isApplication(token: string): boolean {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof claims !== 'object' || claims === null || !('scp' in claims)
  } catch {
    return true
  }
}
