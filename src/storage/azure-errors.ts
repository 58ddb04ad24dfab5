import { C360Error } from '../errors.ts'
import type { Again } from './retry.ts'

/** What is known of a failed request: the service's answer, or how the connection failed. */
export interface Failure {
  /** HTTP status; absent = no answer came. */
  readonly status?: number
  /** The service's error code, or the system's (ECONNRESET). */
  readonly code: string
  /** Milliseconds the service asks to wait. */
  readonly afterMs?: number
}

interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly code?: unknown
  readonly statusCode?: number
  readonly response?: { readonly headers?: { get(name: string): string | undefined } }
  readonly details?: { readonly errorCode?: unknown }
}

export function failureOf(error: unknown): Failure {
  const { statusCode, code, name, response, details } = (error ?? {}) as Thrown
  const said = response?.headers?.get('x-ms-error-code') ?? details?.errorCode ?? code ?? name
  const afterMs = waitAsked((header) => response?.headers?.get(header))
  return {
    code: typeof said === 'string' ? said : 'unknown',
    ...(statusCode === undefined ? {} : { status: statusCode }),
    ...(afterMs === undefined ? {} : { afterMs }),
  }
}

/** Retry-After is a number of seconds or a date; some services say milliseconds in a header of their own. */
function waitAsked(header: (name: string) => string | undefined): number | undefined {
  const exact = Number(header('retry-after-ms') ?? header('x-ms-retry-after-ms') ?? Number.NaN)
  if (exact >= 0) return exact
  const text = header('retry-after')
  if (text === undefined) return undefined
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

const passing = new Set([408, 429, 500, 502, 503, 504])
const unknownHost = new Set(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])
const brokenConnection = new Set([
  ...unknownHost,
  ...['EAI_AGAIN', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'EADDRNOTAVAIL'],
  ...[
    'REQUEST_SEND_ERROR',
    'PARSE_ERROR',
    'ENETDOWN',
    'ERR_STREAM_PREMATURE_CLOSE',
    'ERR_SSL_BAD_RECORD_MAC',
  ],
])
const NEWCOMER_MS = 5_000

/**
 * Whether a request may be sent again. A host that never answered is more likely misspelt than away, so
 * patience with it is short. The SDK calls a body that was cut off an abort: the caller's own is known apart.
 */
export function mayPass(error: unknown, everReached: boolean): Again | undefined {
  if (error instanceof C360Error) return undefined
  const { status, code, afterMs } = failureOf(error)
  if (status !== undefined && passing.has(status)) return afterMs === undefined ? {} : { afterMs }
  if (status !== undefined && status >= 300) return undefined
  if (unknownHost.has(code) && !everReached) return { patienceMs: NEWCOMER_MS }
  return brokenConnection.has(code) || isCutOff(error) ? {} : undefined
}

const isCutOff = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'AbortError' ||
    /received less data than required|Unclosed root tag|socket hang up/.test(error.message))

export interface Telling {
  readonly doing: string
  readonly account: string
  readonly container: string
  readonly host: string
  readonly tries: number
  readonly secrets: readonly string[]
}

/** A failure of the SDK as C360Error. The SDK's own error goes no further: it holds the signed URL and the headers. */
export function tellFailure(error: unknown, telling: Telling): C360Error {
  const { status, code } = failureOf(error)
  const { doing, container, account, tries } = telling
  const about = `Azure Storage, ${doing}`
  const ended = status === 401 || status === 403 ? endOfSas(telling.secrets) : undefined
  if (ended !== undefined)
    return new C360Error(
      'NO_ACCESS',
      `${about}: the SAS of \`azure.storage.${account}\` ended at ${ended}.`,
      {
        hint: 'Make a new one, or use an identity (managed identity, az login), which does not end.',
      },
    )
  const known = words(telling)[code]
  if (known) return new C360Error(known.as, `${about}: ${known.says}`, { hint: known.hint })
  if (/Credential|Authentication(Required)?Error/.test(nameOf(error))) return noIdentity(error, telling)
  if (status === 401 || status === 403)
    return new C360Error('NO_ACCESS', `${about}: the account ${account} refused it (${status} ${code}).`, {
      hint: roleHint(container),
    })
  if (status !== undefined && !passing.has(status))
    return new C360Error('INTERNAL', `${about}: answered ${status} ${code}. ${said(error, telling)}`.trim())
  return unreachable(error, telling, tries > 1 ? ` after ${tries} tries` : '')
}

/** When the SAS among the secrets ended, if it has. */
function endOfSas(secrets: readonly string[]): string | undefined {
  const end = secrets.map((secret) => new URLSearchParams(secret.replace(/^[^?]*\?/, '')).get('se'))[0]
  return end && Date.parse(end) < Date.now() ? end : undefined
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

function unreachable(error: unknown, telling: Telling, after: string): C360Error {
  const { status, code } = failureOf(error)
  const { doing, host, account } = telling
  const lost = status === undefined ? code : `it answered ${status} ${code}`
  const why = code === 'AbortError' ? 'the connection went silent' : lost
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code))
    return new C360Error('STORAGE_UNREACHABLE', `The certificate of ${host} is not trusted (${code}).`, {
      hint: 'Behind a proxy that reads TLS, name its certificate in the variable NODE_EXTRA_CA_CERTS.',
    })
  if (code === 'ENOTFOUND')
    return new C360Error('STORAGE_UNREACHABLE', `There is no host ${host}${after}, ${doing}.`, {
      hint: `Is the account called ${account}? Then check the network and its name server (a private endpoint needs its DNS zone).`,
    })
  return new C360Error('STORAGE_UNREACHABLE', `${host} could not be reached${after}, ${doing}: ${why}.`)
}

const noIdentity = (error: unknown, telling: Telling): C360Error =>
  new C360Error(
    'NO_ACCESS',
    `Azure Storage, ${telling.doing}: no identity to log in with. ${said(error, telling)}`,
    {
      hint: `Run \`az login\`, give this machine a managed identity, or name a key in c360.yaml: azure: { storage: { ${telling.account}: { account_key: \${keyvault:..} } } }.`,
    },
  )

const roleHint = (container: string): string =>
  `Give this identity the role "Storage Blob Data Contributor" on the container ${container} (a new role takes some minutes to hold).`

interface Words {
  readonly as: 'NO_ACCESS' | 'NOT_FOUND' | 'LOCKED' | 'STORAGE_UNREACHABLE'
  readonly says: string
  readonly hint: string
}

function words({ account, container, host }: Telling): Readonly<Record<string, Words>> {
  const no = (says: string, hint: string): Words => ({ as: 'NO_ACCESS', says, hint })
  const wrongKey = no(
    `the account ${account} does not accept the key or SAS.`,
    `Check the secret of \`azure.storage.${account}\` (rotated, expired, cut short?) and this machine's clock.`,
  )
  const permission = no(`this identity or SAS has no right to do that in ${container}.`, roleHint(container))
  const noContainer: Words = {
    as: 'NOT_FOUND',
    says: `the account ${account} has no container ${container}.`,
    hint: `Make it (az storage container create --account-name ${account} --name ${container}), or name another in c360.yaml.`,
  }
  return {
    AuthenticationFailed: wrongKey,
    InvalidAuthenticationInfo: no(
      `the account ${account} does not accept this identity's token.`,
      'Is the account in another tenant? Log in to that one: az login --tenant ..',
    ),
    NoAuthenticationInformation: permission,
    AuthorizationPermissionMismatch: permission,
    InsufficientAccountPermissions: permission,
    AuthorizationResourceTypeMismatch: no(
      'the SAS does not cover containers and objects.',
      'Make it with the resource types service, container and object (srt=sco), or for this container (sr=c).',
    ),
    AuthorizationServiceMismatch: no('the SAS is not one for blobs.', 'Make it for the service Blob (ss=b).'),
    AuthorizationProtocolMismatch: no('the SAS allows HTTPS only.', 'Write https:// in `endpoint`.'),
    AuthorizationSourceIPMismatch: no(
      'the SAS does not allow the address of this machine.',
      'Make one without an address range, or with this one in it (sip=..).',
    ),
    AuthorizationFailure: no(
      `the account ${account} refused it: its firewall does not let this network in, or the key or SAS is not the right one.`,
      `Add this network to the firewall of ${account} (portal: Networking), or use a private endpoint; then check the secret of \`azure.storage.${account}\` (a SAS needs sp=rwdl).`,
    ),
    KeyBasedAuthenticationNotPermitted: no(
      `the account ${account} does not allow account keys.`,
      `Take the key of ${account} out of c360.yaml: then the identity of this machine is used (az login, managed identity).`,
    ),
    PublicAccessNotPermitted: no(`the account ${account} wants a log-in.`, roleHint(container)),
    AccountIsDisabled: no(`the account ${account} is disabled.`, 'Is its subscription active?'),
    BlobImmutableDueToPolicy: no(
      'an immutability policy protects the object.',
      'The lake and the warehouse need a container without such a policy.',
    ),
    BlobArchived: no(
      'the object lies in the archive tier.',
      'Bring it back to the tier hot or cool (az storage blob set-tier); that may take hours.',
    ),
    ContainerNotFound: noContainer,
    FilesystemNotFound: noContainer,
    ContainerBeingDeleted: { ...noContainer, says: `the container ${container} is being deleted.` },
    InvalidResourceName: { ...noContainer, says: `${container} cannot be the name of a container.` },
    ResourceNotFound: {
      ...noContainer,
      says: `${host} knows no account ${account}, or no container ${container}.`,
    },
    LeaseIdMissing: {
      as: 'LOCKED',
      says: 'another program holds a lease on the object.',
      hint: 'Wait for it to end, or break the lease (az storage blob lease break).',
    },
  }
}

/** The first line of what the SDK says, without anything that could open a door. */
const said = (error: unknown, { secrets }: Telling): string =>
  withoutSecrets(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : '', secrets)

/** Removes known secrets, signatures, keys, tokens and the queries of URLs. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const parts = secrets
    .flatMap((secret) => [secret, ...secret.split(/[?&;]/)])
    .filter((part) => part.length >= 16)
  const known = parts.sort((a, b) => b.length - a.length)
  const clean = known.reduce((rest, part) => rest.replaceAll(part, '***'), text)
  return clean
    .replace(/(https?:\/\/[^\s?'"]+)\?[^\s'"]*/g, '$1?***')
    .replace(/\b(sig|AccountKey|SharedAccessSignature)=[^\s&;'"]+/gi, '$1=***')
    .replace(/\b(Bearer|SharedKey)\s+\S+/gi, '$1 ***')
}
