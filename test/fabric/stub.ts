import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultIn, isUuid, type Route, routeOf } from './shapes.ts'
import { create, partsIn, sent, shownItems, update } from './stub-items.ts'
import { bind, refresh, refreshesOf, sourcesOf } from './stub-model.ts'
import { openOperations, refusal } from './stub-operations.ts'
import type { Fault, Reply, Sent, Settings, Stub, StubItem } from './stub-types.ts'

export async function openStub(): Promise<Stub> {
  const workspace = randomUUID()
  const faults: (Fault & { seen: number })[] = []
  const tokens = { fabric: `fabric.${randomUUID()}`, powerbi: `powerbi.${randomUUID()}` }
  const settings: Settings = {
    looks: 1,
    retryAfter: 1,
    operationError: undefined,
    refreshEnd: { status: 'Completed' },
    refreshLooks: 1,
    refreshHeader: 'RequestId',
    decoy: false,
    hidden: 0,
    pageSize: 2,
    operationHost: 'https://wabi-west-europe-redirect.invalid',
  }
  const operations = openOperations(settings)
  const servers = { fabric: await listen(), powerbi: await listen() }
  const url = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stub: Stub = {
    fabric: url(servers.fabric),
    powerbi: url(servers.powerbi),
    tokens,
    violations: [],
    asked: [],
    workspace,
    items: new Map(),
    connections: [],
    bindings: new Map(),
    refreshes: [],
    schedule: undefined,
    settings,
    fault: (fault) => void faults.push({ ...fault, seen: 0 }),
    async [Symbol.asyncDispose]() {
      for (const server of Object.values(servers)) {
        server.closeAllConnections()
        await new Promise((done) => server.close(done))
      }
    },
  }
  for (const service of ['fabric', 'powerbi'] as const)
    servers[service].on('request', (request: IncomingMessage, response: ServerResponse) => {
      void handle(service, request, response).catch((error: unknown) => {
        stub.violations.push(`the stub failed: ${error instanceof Error ? error.stack : String(error)}`)
        response.writeHead(500).end()
      })
    })

  async function handle(service: Route['service'], request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const address = new URL(request.url ?? '', 'http://stub')
    const found = routeOf(service, request.method ?? '', address.pathname)
    const label = `${service} ${request.method} ${address.pathname}`
    if (!found) {
      stub.violations.push(`${label}: there is no such request`)
      return send(response, refusal(404, 'EntityNotFound', 'No such path.'))
    }
    const { route, ids } = found
    stub.asked.push(route.name)
    if (request.headers.authorization !== `Bearer ${tokens[service]}`)
      return send(
        response,
        refusal(401, 'TokenExpired', 'Access token has expired, resubmit with a new access token'),
      )
    const body = Buffer.concat(chunks).toString()
    const wrong = faultOf(route, ids, address.searchParams, request, body)
    if (wrong !== undefined) {
      stub.violations.push(`${label}: ${wrong}`)
      return send(response, refusal(400, 'CorruptedPayload', wrong))
    }
    const fault = faults.find((one) => one.route === route.name && due(one))
    if (fault?.how === 'cut') return request.socket.destroy()
    if (fault && fault.how !== 'drop') return send(response, fault.how)
    const reply = answer(route, ids, address.searchParams, body === '' ? undefined : JSON.parse(body))
    if (fault) return request.socket.destroy()
    send(response, reply)
  }

  function due(fault: Fault & { seen: number }): boolean {
    const at = fault.seen++
    const first = fault.skip ?? 0
    return at >= first && at < first + (fault.times ?? 1)
  }

  function answer(route: Route, ids: Record<string, string>, query: URLSearchParams, body: Sent): Reply {
    if (ids.w !== undefined && ids.w !== workspace)
      return refusal(404, 'WorkspaceNotFound', 'The requested workspace was not found.')
    const item = ids.i === undefined ? undefined : stub.items.get(ids.i)
    if (ids.i !== undefined && !item) return refusal(404, 'ItemNotFound', 'The requested item was not found.')
    const [verb = '', kind = ''] = route.name.split(/ (?:of )?/)
    switch (verb) {
      case 'list':
        return listOf(stub, route, item, query)
      case 'workspace':
        return { status: 200, body: { id: workspace, displayName: 'Sales', type: 'Workspace' } }
      case 'create':
        return create(stub, operations, kind, body)
      case 'definition':
        return operations.later({ definition: { parts: sent(item) } }, () => {})
      case 'update':
        return update(stub, operations, item, body)
      case 'bind':
        return bind(stub, item as StubItem, body)
      case 'operation':
        return operations.operation(ids.o ?? '', route.name === 'operation result')
      case 'refreshes':
        return {
          status: 200,
          body: { value: refreshesOf(stub).slice(0, Number(query.get('$top') ?? 60)) },
        }
      case 'refresh':
        return refresh(stub)
      default:
        stub.schedule = body.value
        return { status: 200 }
    }
  }

  return stub
}

function listOf(stub: Stub, route: Route, item: StubItem | undefined, query: URLSearchParams): Reply {
  const all = () => {
    switch (route.name) {
      case 'list workspaces':
        return ['Finance', 'Sales', 'sales archive'].map((displayName) => ({
          id: displayName === 'Sales' ? stub.workspace : randomUUID(),
          displayName,
          type: 'Workspace',
        }))
      case 'list connections':
        return stub.connections
      case 'list folders':
        return []
      case 'list item connections':
        return sourcesOf(stub, item as StubItem)
      default:
        return shownItems(stub, route.name.slice('list '.length))
    }
  }
  const entries = all()
  const from = Number(query.get('continuationToken') ?? 0)
  const next = from + stub.settings.pageSize
  const more = next < entries.length
  return {
    status: 200,
    body: {
      value: entries.slice(from, next),
      ...(more
        ? {
            continuationToken: String(next),
            continuationUri: `https://elsewhere.invalid/?continuationToken=${next}`,
          }
        : {}),
    },
  }
}

async function listen(): Promise<Server> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body)
  response
    .writeHead(status, {
      ...(text === '' ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    })
    .end(text)
}

function faultOf(
  { query = {}, body: schema }: Route,
  ids: Record<string, string>,
  search: URLSearchParams,
  { headers }: IncomingMessage,
  body: string,
): string | undefined {
  // fabric-cicd sends a body with everything, also where none belongs.
  const foreign = /^ms-fabric-cicd\//.test(headers['user-agent'] ?? '')
  const id = Object.values(ids).find((one) => !isUuid(one))
  if (id !== undefined) return `${id} is no id`
  for (const [name, value] of search) {
    const known = query[name]
    const wrong = known ? faultIn(known, value) : 'there is no such parameter'
    if (wrong !== undefined) return `?${name}: ${wrong}`
  }
  if (schema === undefined) return body === '' || foreign ? undefined : 'there is no body to be sent'
  if (!/^application\/json\b/.test(headers['content-type'] ?? ''))
    return `content-type is ${headers['content-type']}`
  const wrong = faultIn(schema, JSON.parse(body))
  if (wrong !== undefined) return wrong
  const paths = [...partsIn(JSON.parse(body), false)].map(([path]) => path)
  return new Set(paths).size === paths.length ? undefined : 'two parts have one path'
}
