import { type Found, missing } from './found.ts'

/** What was asked of which vault, and the role that allows it. */
export interface Asked {
  readonly vault: string
  readonly name: string
  readonly right: 'Key Vault Secrets User' | 'Key Vault Secrets Officer'
}

/** The SDK's failure told in our words; what the service sent is not repeated. */
export function vaultFailure(error: unknown, asked: Asked): Found {
  const { code, name, statusCode } = (error ?? {}) as { code?: unknown; name?: unknown; statusCode?: unknown }
  const host = new URL(asked.vault).host
  if (code === 'ERR_MODULE_NOT_FOUND')
    return missing(
      'no_sdk',
      'Key Vault needs two packages that are not installed here',
      'npm install @azure/keyvault-secrets @azure/identity',
    )
  if (typeof statusCode === 'number') return answered(statusCode, innerCode(error), host, asked)
  if (SIGN_IN.includes(String(name)))
    return missing(
      'not_signed_in',
      `nobody is signed in to Azure to ask the vault ${host}`,
      'on a machine of your own run `az login`; a server takes its managed identity, or AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
    )
  return missing(
    'unreachable',
    `the vault ${host} cannot be reached${typeof code === 'string' ? ` (${code})` : ''}`,
    'check the network and the name of the vault (`azure.key_vault`)',
  )
}

const SIGN_IN = [
  'CredentialUnavailableError',
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
]

function answered(status: number, inner: string | undefined, host: string, asked: Asked): Found {
  const secret = `the secret \`${asked.name}\``
  if (status === 404)
    return missing(
      'no_secret',
      `the vault ${host} has no secret \`${asked.name}\``,
      `write it with \`c360 secrets set ${asked.name}\``,
    )
  if (status === 401)
    return missing(
      'not_signed_in',
      `the vault ${host} does not accept who is signed in`,
      "sign in to the vault's own tenant: `az login --tenant ..`, or set AZURE_TENANT_ID",
    )
  if (inner === 'SecretDisabled')
    return missing(
      'disabled',
      `${secret} of the vault ${host} is disabled`,
      `enable it: az keyvault secret set-attributes --enabled true --vault-name ${vaultName(asked.vault)} --name ${asked.name}`,
    )
  if (inner === 'ForbiddenByFirewall' || inner === 'ForbiddenByConnection')
    return missing(
      'firewall',
      `the firewall of the vault ${host} does not let this machine in`,
      "allow this machine's address or network under the vault's Networking",
    )
  if (status === 403) return forbidden(secret, host, asked)
  if (status === 429 || status >= 500)
    return missing(
      'unreachable',
      `the vault ${host} is busy or failing (HTTP ${status})`,
      'try again in a minute',
    )
  return missing('refused', `the vault ${host} refused ${secret} (HTTP ${status})`, 'see its activity log')
}

const forbidden = (secret: string, host: string, { vault, right }: Asked): Found =>
  missing(
    'forbidden',
    `${right === 'Key Vault Secrets User' ? 'reading' : 'writing'} ${secret} of the vault ${host} is forbidden`,
    `it takes the role \`${right}\` on the vault: ${assignment(vault, right)}`,
  )

const assignment = (vault: string, right: string): string =>
  `az role assignment create --role "${right}" --assignee <object id of who runs c360> --scope "$(az keyvault show --name ${vaultName(vault)} --query id --output tsv)"`

const vaultName = (vault: string): string => new URL(vault).hostname.split('.')[0] ?? ''

/** Key Vault says in an inner code why it forbids; the rest of its answer is left unread. */
function innerCode(error: unknown): string | undefined {
  const { details } = error as { details?: { error?: { innerError?: { code?: unknown } } } }
  const code = details?.error?.innerError?.code
  return typeof code === 'string' ? code : undefined
}
