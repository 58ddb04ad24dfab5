import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { openClient } from '../../src/fabric/client.ts'
import { cloudOf } from '../../src/fabric/cloud.ts'
import { findWorkspace } from '../../src/fabric/items.ts'
import { isApplication, openTokens } from '../../src/fabric/tokens.ts'
import { openStub } from './stub.ts'

afterEach(() => vi.unstubAllEnvs())

/** The token endpoint of an App Service. */
async function openIdentity(tokens: Readonly<Record<string, string>>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const resource = new URL(request.url ?? '', 'http://x').searchParams.get('resource') ?? ''
    const given = tokens[resource]
    asked.push(resource)
    response.writeHead(given === undefined ? 400 : 200, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({
        access_token: given,
        expires_on: String(Math.round(Date.now() / 1000) + 3600),
        resource,
        token_type: 'Bearer',
      }),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`
  return {
    asked,
    endpoint,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  }
}

test('a managed identity is asked once for each service', async () => {
  await using stub = await openStub()
  const [fabric, powerbi] = ['https://api.fabric.microsoft.com', 'https://analysis.windows.net/powerbi/api']
  await using identity = await openIdentity({
    [fabric]: stub.tokens.fabric,
    [powerbi]: stub.tokens.powerbi,
  })
  for (const name of [
    'AZURE_TENANT_ID',
    'AZURE_CLIENT_ID',
    'AZURE_CLIENT_SECRET',
    'AZURE_FEDERATED_TOKEN_FILE',
  ])
    vi.stubEnv(name, undefined)
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential')
  vi.stubEnv('IDENTITY_ENDPOINT', identity.endpoint)
  vi.stubEnv('IDENTITY_HEADER', 'header')
  const cloud = cloudOf(
    { api: stub.fabric, powerbiApi: stub.powerbi },
    { C360_FABRIC_SCOPE: `${fabric}/.default` },
  )
  const client = openClient({
    cloud,
    tokens: openTokens({}),
    signal: new AbortController().signal,
    note: () => {},
  })
  expect(await findWorkspace(client, 'Sales')).toMatchObject({ id: stub.workspace })
  expect(await client.token('powerbi')).toBe(stub.tokens.powerbi)
  expect(await client.token('fabric')).toBe(stub.tokens.fabric)
  expect(identity.asked).toEqual([fabric, powerbi])
  expect(stub.violations).toEqual([])
})

test('a token from a variable is taken for both services, unless Power BI has its own', async () => {
  const { fabric, powerbi } = cloudOf({}, {})
  const one = openTokens({ C360_FABRIC_TOKEN: ' a.b.c\n' })
  expect([await one.get(fabric), await one.get(powerbi)]).toEqual(['a.b.c', 'a.b.c'])
  const two = openTokens({ C360_FABRIC_TOKEN: 'a.b.c', C360_POWERBI_TOKEN: 'd.e.f' })
  expect([await two.get(fabric), await two.get(powerbi)]).toEqual(['a.b.c', 'd.e.f'])
})

test('the token of a person has scopes, that of an application has none', () => {
  const token = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`
  expect(isApplication(token({ scp: 'Dataset.ReadWrite.All' }))).toBe(false)
  expect(isApplication(token({ roles: [], idtyp: 'app' }))).toBe(true)
  expect(isApplication('opaque')).toBe(true)
})

test('a token that is not accepted is replaced once, when another one may be had', async () => {
  await using stub = await openStub()
  const given = ['run.out', stub.tokens.fabric]
  const tokens = {
    get: async () => given[0] ?? '',
    renew: () => given.shift() !== undefined && given.length > 0,
  }
  const cloud = cloudOf({ api: stub.fabric, powerbiApi: stub.powerbi }, {})
  const client = openClient({ cloud, tokens, signal: new AbortController().signal, note: () => {} })
  expect(await findWorkspace(client, stub.workspace)).toMatchObject({ displayName: 'Sales' })
  expect(stub.asked).toHaveLength(2)
})
