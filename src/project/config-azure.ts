import { ACCOUNT } from './location.ts'
import { VAULT_NAME } from './reference.ts'
import { type At, mapping, named, type Place, type Read, reject, type Shape, text, turned } from './shape.ts'
import type { AzureAccount, AzureSettings, SecretRef } from './types.ts'
import { nearest } from './words.ts'
import type { YamlFile } from './yaml.ts'

/** A vault by its name or URL; the value is its URL. */
const vault: Shape<string> = turned(
  text('the name of a vault'),
  (value, at) => vaultOf(value) ?? refuseVault(at),
  { type: 'string', minLength: 1 },
)

const refuseVault = (at: Place): undefined =>
  reject(
    at,
    'bad_value',
    `${at.label} must be the name of a vault, or its https URL`,
    'for example `acme-vault`, or `https://acme-vault.vault.azure.net`',
  )

/** URL of a vault by its name or URL. */
export function vaultOf(value: string): string | undefined {
  if (VAULT_NAME.test(value)) return vaultUrl(value)
  const url = urlOf(value)
  const isBare =
    url?.protocol === 'https:' && url.username === '' && url.pathname === '/' && url.search === ''
  return isBare && !url.href.includes('#') ? url.origin : undefined
}

/** URL of a vault by its name; in the cloud of `beside` (a vault's URL) where that is one of the national ones. */
export function vaultUrl(name: string, beside?: string): string {
  const cloud = /\.(vault\.(?:azure\.cn|usgovcloudapi\.net|microsoftazure\.de))$/.exec(beside ?? '')?.[1]
  return `https://${name.toLowerCase()}.${cloud ?? 'vault.azure.net'}`
}

const urlOf = (value: string): URL | undefined => (URL.canParse(value) ? new URL(value) : undefined)

/** Base URL of a service of an account. */
const endpointOf = (service: string): Shape<string> =>
  turned(
    text('a URL'),
    (value, at) => {
      const url = urlOf(value)
      const isBase = url && /^https?:$/.test(url.protocol) && url.username === '' && !/[?#]/.test(value)
      if (!isBase)
        return reject(
          at,
          'bad_value',
          `${at.label} must be the https URL of a ${service} endpoint, without keys and queries`,
          `for example \`https://acmelake.${service.toLowerCase()}.core.windows.net\``,
        )
      if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) warnPlain(at)
      return value.replace(/\/+$/, '')
    },
    { type: 'string', minLength: 1 },
  )

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

const warnPlain = ({ file, label, line }: Place): void =>
  file.report({
    code: 'not_encrypted',
    severity: 'warn',
    line,
    message: `${label} is \`http:\`: what is read and written there can be read on the way`,
    hint: 'use `https:` anywhere but on your own machine',
  })

export const SECRET_PATTERN = '^\\$\\{(env|file|keyvault):[^{}]+\\}$'

/** What is written is checked by `config-references.ts`; here it only has to be a text. */
const secret: Shape<string> = {
  schema: { type: 'string', pattern: SECRET_PATTERN },
  read: text('a reference, for example `${keyvault:lake-key}`').read,
}

const account = mapping({
  endpoint: {
    shape: endpointOf('Blob'),
    doc: 'Base URL of the Blob endpoint. Default https://<account>.blob.core.windows.net.',
  },
  queue_endpoint: {
    shape: endpointOf('Queue'),
    doc: 'Base URL of the Queue endpoint, for `watch: { queue: .. }`. Default https://<account>.queue.core.windows.net.',
  },
  sas: {
    shape: secret,
    doc: 'Where a shared access signature lies: `${keyvault:name}`, `${env:NAME}` or `${file:path}`.',
  },
  account_key: { shape: secret, doc: 'Where the key of the account lies, written like `sas`.' },
  connection_string: {
    shape: secret,
    doc: 'Where the connection string of the account lies, written like `sas`.',
  },
})

export const azureShape = mapping({
  key_vault: { shape: vault, doc: 'The Key Vault that `${keyvault:name}` means: its name or URL.' },
  storage: {
    shape: named(account, (name) => `account \`${name}\``),
    doc: 'How accounts of Azure Storage are entered, by name. Without an entry: DefaultAzureCredential (managed identity, `az login`).',
  },
})

type WrittenAccount = Read<typeof account>

const WAYS = ['sas', 'account_key', 'connection_string'] as const

/** `secretAt` finds the reference that stands at a path of c360.yaml; `locations` are the project's. */
export function azureFrom(
  written: Read<typeof azureShape> | undefined,
  secretAt: (path: readonly string[]) => SecretRef | undefined,
  locations: readonly string[],
  file: YamlFile,
): AzureSettings {
  const storage = written?.values.storage ?? []
  const names = storage.map(({ name }) => name)
  const accounts = locations.flatMap((place) => /^az:\/\/([^/]+)/.exec(place)?.[1] ?? [])
  const unentered = accounts.filter((name) => !names.includes(name))
  const entries = storage.flatMap(({ name, line, value }) => {
    if (!value) return []
    checkAccount(name, { value, line }, unentered, file)
    return [[name, accountFrom(name, value, secretAt)] as const]
  })
  const keyVault = written?.values.key_vault
  return { ...(keyVault === undefined ? {} : { keyVault }), accounts: Object.fromEntries(entries) }
}

function accountFrom(
  name: string,
  { values }: WrittenAccount,
  secretAt: (path: readonly string[]) => SecretRef | undefined,
): AzureAccount {
  const way = (key: (typeof WAYS)[number]) => secretAt(['azure', 'storage', name, key])
  const [sas, accountKey, connectionString] = [way('sas'), way('account_key'), way('connection_string')]
  return {
    ...(values.endpoint === undefined ? {} : { endpoint: values.endpoint }),
    ...(values.queue_endpoint === undefined ? {} : { queueEndpoint: values.queue_endpoint }),
    ...(sas ? { sas } : {}),
    ...(accountKey ? { accountKey } : {}),
    ...(connectionString ? { connectionString } : {}),
  }
}

function checkAccount(
  name: string,
  { value: { lines }, line }: At<WrittenAccount>,
  unentered: readonly string[],
  file: YamlFile,
): void {
  const at = { file, label: `account \`${name}\``, line }
  if (!ACCOUNT.test(name)) reject(at, 'bad_value', `${at.label} must have 3 to 24 small letters and digits`)
  const [first, second] = WAYS.filter((way) => lines[way] !== undefined)
  if (second !== undefined)
    reject(
      { ...at, line: lines[second] ?? line },
      'two_ways_in',
      `${at.label} has both \`${first}\` and \`${second}\``,
      'keep one of them',
    )
  const meant = nearest(name, unentered)
  if (meant !== undefined)
    file.report({
      code: 'unused_account',
      severity: 'warn',
      line,
      message: `no location of this project lies in the ${at.label}`,
      hint: `did you mean \`${meant}\`?`,
    })
}
