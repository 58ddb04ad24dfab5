import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

/** What a request for a secret is answered with instead of the secret. */
export interface Fault {
  readonly status: number
  /** Key Vault's code of the error, and the one within it. */
  readonly code: string
  readonly inner?: string
  /** Seconds, as the header says them. */
  readonly retryAfter?: number
  /** How many requests are answered so; absent = all. */
  times?: number
}

/** A double of one Key Vault over HTTPS, and of the token endpoint of an App Service. */
export interface KeyVaultDouble extends AsyncDisposable {
  readonly url: string
  /** Variables for a child process that is to find, trust and enter it. */
  readonly env: Readonly<Record<string, string>>
  /** Adds a version; the newest is the secret. */
  set(name: string, value: string, attributes?: { enabled?: boolean }): void
  fault(name: string, fault: Fault): void
  versions(name: string): readonly string[]
  /** Method and path of every request that carried the token, in order. */
  readonly requests: readonly string[]
  /** Every body it sent, for a check against the published specification. */
  readonly answers: readonly { readonly operation: string; readonly status: number; readonly body: unknown }[]
}

interface Version {
  readonly id: string
  readonly value: string
  readonly enabled: boolean
  readonly created: number
}

const TENANT = '8f1c8f5e-0c3f-4b6e-9a53-5f6f3b6f1a11'

export async function startKeyVault(): Promise<KeyVaultDouble> {
  const folder = await mkdtemp(join(tmpdir(), 'c360-vault-'))
  const { key, cert, certPath } = await selfSigned(folder)
  const [token, header] = [randomBytes(24).toString('hex'), randomBytes(12).toString('hex')]
  const secrets = new Map<string, Version[]>()
  const faults = new Map<string, Fault>()
  const requests: string[] = []
  const answers: { operation: string; status: number; body: unknown }[] = []
  const state = { token, secrets, faults, requests, answers, url: '' }
  const vault = createHttps({ key, cert }, (request, response) => void answer(state, request, response))
  const tokens = createHttp((request, response) => giveToken(request, response, { token, header }))
  state.url = `https://127.0.0.1:${await listen(vault)}`
  const endpoint = `http://127.0.0.1:${await listen(tokens)}/msi/token`
  return {
    url: state.url,
    env: {
      NODE_EXTRA_CA_CERTS: certPath,
      C360_KEY_VAULT_LOOPBACK: '1',
      IDENTITY_ENDPOINT: endpoint,
      IDENTITY_HEADER: header,
    },
    set: (name, value, { enabled = true } = {}) => void addVersion(state, name, value, enabled),
    fault: (name, fault) => void faults.set(name, fault),
    versions: (name) => (secrets.get(name) ?? []).map(({ value }) => value),
    requests,
    answers,
    async [Symbol.asyncDispose]() {
      for (const server of [vault, tokens]) {
        server.closeAllConnections()
        server.close()
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface State {
  readonly token: string
  readonly secrets: Map<string, Version[]>
  readonly faults: Map<string, Fault>
  readonly requests: string[]
  readonly answers: { operation: string; status: number; body: unknown }[]
  url: string
}

async function selfSigned(folder: string) {
  const [keyPath, certPath] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
  ]
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  await promisify(execFile)('openssl', [...kind, ...names, '-keyout', keyPath, '-out', certPath])
  return { key: await readFile(keyPath), cert: await readFile(certPath), certPath }
}

const listen = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** The managed identity of an App Service: a GET with the secret header, for one resource. */
function giveToken(
  request: IncomingMessage,
  response: ServerResponse,
  { token, header }: { token: string; header: string },
): void {
  const resource = new URL(request.url ?? '', 'http://localhost').searchParams.get('resource')
  const isEntitled = request.headers['x-identity-header'] === header && resource === 'https://vault.azure.net'
  const expires_on = String(Math.floor(Date.now() / 1000) + 3600)
  send(
    response,
    isEntitled ? 200 : 401,
    isEntitled
      ? { access_token: token, expires_on, resource, token_type: 'Bearer', client_id: TENANT }
      : { statusCode: 401, message: 'Unauthorized' },
  )
}

const send = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

const failure = (code: string, message: string, inner?: string) => ({
  error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) },
})

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  const { pathname, searchParams } = new URL(request.url ?? '', state.url)
  const reply = (status: number, content: unknown, headers?: Record<string, string>) => {
    state.answers.push({ operation: `${request.method} ${pathname}`, status, body: content })
    send(response, status, content, headers)
  }
  if (request.headers.authorization === undefined)
    return reply(401, failure('Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'), {
      'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="https://vault.azure.net"`,
    })
  if (request.headers.authorization !== `Bearer ${state.token}`)
    return reply(401, failure('Unauthorized', 'AKV10022: Invalid audience.'))
  state.requests.push(`${request.method} ${pathname}`)
  if (!searchParams.has('api-version')) return reply(400, failure('BadParameter', 'api-version is missing.'))
  const [, kind, name = '', rest] = pathname.split('/')
  if (kind !== 'secrets') return reply(404, failure('NotFound', 'No such resource.'))
  const fault = state.faults.get(name)
  if (fault && (fault.times === undefined || fault.times-- > 0))
    return reply(
      fault.status,
      failure(fault.code, 'The double was told to fail.', fault.inner),
      fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) },
    )
  if (request.method === 'PUT') {
    const { value } = JSON.parse(body) as { value: string }
    return reply(200, bundle(state, name, addVersion(state, name, value, true)))
  }
  const versions = state.secrets.get(name) ?? []
  if (name === '') return reply(200, { value: listed(state), nextLink: null })
  if (rest === 'versions')
    return reply(200, { value: versions.map((one) => item(state, name, one, one.id)), nextLink: null })
  const found = rest ? versions.find(({ id }) => id === rest) : versions.at(-1)
  if (!found)
    return reply(
      404,
      failure('SecretNotFound', `A secret with (name/id) ${name} was not found in this key vault.`),
    )
  if (!found.enabled)
    return reply(
      403,
      failure('Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled'),
    )
  return reply(200, bundle(state, name, found))
}

function addVersion({ secrets }: State, name: string, value: string, enabled: boolean): Version {
  const created = Math.floor(Date.now() / 1000)
  const version = { id: randomBytes(16).toString('hex'), value, enabled, created }
  secrets.set(name, [...(secrets.get(name) ?? []), version])
  return version
}

const bundle = (state: State, name: string, version: Version) => ({
  value: version.value,
  ...item(state, name, version, version.id),
})

const listed = (state: State) =>
  [...state.secrets].flatMap(([name, versions]) => {
    const newest = versions.at(-1)
    return newest ? [item(state, name, newest)] : []
  })

const item = ({ url }: State, name: string, { enabled, created }: Version, version?: string) => ({
  id: `${url}/secrets/${name}${version === undefined ? '' : `/${version}`}`,
  attributes: {
    enabled,
    created,
    updated: created,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  },
  tags: {},
})
