import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { faultIn, isUuid, type Route, reportReference, routeOf } from './shapes.ts'

/**
 * Both services on loopback. Every request is held against the public shapes; what does not fit is answered as a fault and
 * kept in `violations`. State is kept as the services keep it: items by name, operations that take a look or two, refreshes.
 */
export interface Stub extends AsyncDisposable {
  readonly fabric: string
  readonly powerbi: string
  readonly tokens: { readonly fabric: string; readonly powerbi: string }
  readonly violations: string[]
  /** `create reports`, `operation`, ..: the names of the routes in the order of requests. */
  readonly asked: string[]
  readonly workspace: string
  readonly items: Map<string, StubItem>
  readonly connections: StubConnection[]
  readonly bindings: Map<string, { id: string; connectivityType: string }>
  readonly refreshes: StubRefresh[]
  schedule: unknown
  /** Answered instead of, or after, what the request asks for. */
  fault(fault: Fault): void
  readonly settings: Settings
}

export interface StubItem {
  readonly id: string
  readonly type: string
  readonly displayName: string
  parts: Map<string, Buffer>
  /** Lists show it after so many looks. */
  hidden: number
}

export interface StubConnection {
  readonly id: string
  readonly displayName: string
  readonly connectivityType: string
  readonly connectionDetails: { readonly type: string; readonly path: string }
}

export interface StubRefresh {
  readonly requestId: string
  readonly refreshType: string
  readonly startTime: string
  endTime?: string
  status: string
  serviceExceptionJson?: string
  looks: number
}

export interface Settings {
  /** Definitions are taken at once, or by an operation that takes so many looks. */
  looks: number
  retryAfter: number
  /** How the next operations end. */
  operationError: { errorCode: string; message: string; moreDetails?: unknown[] } | undefined
  refreshEnd: { status: string; serviceExceptionJson?: string }
  refreshLooks: number
  /** The header that names a refresh; `another`: it holds an id that the history does not have. */
  refreshHeader: 'RequestId' | 'x-ms-request-id' | 'Location' | 'none' | 'another'
  /** Somebody else refreshes at the same time. */
  decoy: boolean
  /** New items are not listed for so many looks. */
  hidden: number
  pageSize: number
  /** Operations are named on this host; by default on one that no token may go to. */
  operationHost: string
}

export interface Fault {
  readonly route: string
  /** Which of the requests to that route from now on: 0 is the next one. */
  readonly skip?: number
  readonly times?: number
  /** `drop`: done, and the connection is cut before the answer; `cut`: cut before anything is done. */
  readonly how:
    | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
    | 'drop'
    | 'cut'
}

interface Operation {
  looks: number
  readonly result: unknown
  readonly finish: () => void
  error?: unknown
}

/** The bodies of all requests: the shapes were held before. */
interface Sent {
  readonly displayName: string
  readonly type?: string
  readonly definition?: { readonly parts: readonly { readonly path: string; readonly payload: string }[] }
  readonly connectionBinding?: StubConnection
  readonly value?: unknown
}

type Reply = { status: number; body?: unknown; headers?: Record<string, string> }

export async function openStub(): Promise<Stub> {
  const workspace = randomUUID()
  const operations = new Map<string, Operation>()
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
        return listOf(route, item, query)
      case 'workspace':
        return { status: 200, body: { id: workspace, displayName: 'Sales', type: 'Workspace' } }
      case 'create':
        return create(kind, body)
      case 'definition':
        return later({ definition: { parts: sent(item) } }, () => {})
      case 'update': {
        const parts = partsIn(body)
        const wrong = faultOfParts(item?.type ?? '', parts)
        if (wrong) return refusal(400, 'CorruptedPayload', wrong)
        return later(undefined, () => void (item && Object.assign(item, { parts })))
      }
      case 'bind':
        return bind(item as StubItem, body)
      case 'operation':
        return operation(ids.o ?? '', route.name === 'operation result')
      case 'refreshes':
        return {
          status: 200,
          body: { value: stub.refreshes.map(look).slice(0, Number(query.get('$top') ?? 60)) },
        }
      case 'refresh':
        return refresh()
      default:
        stub.schedule = body.value
        return { status: 200 }
    }
  }

  function listOf(route: Route, item: StubItem | undefined, query: URLSearchParams): Reply {
    const all = () => {
      switch (route.name) {
        case 'list workspaces':
          return ['Finance', 'Sales', 'sales archive'].map((displayName) => ({
            id: displayName === 'Sales' ? workspace : randomUUID(),
            displayName,
            type: 'Workspace',
          }))
        case 'list connections':
          return stub.connections
        case 'list folders':
          return []
        case 'list item connections':
          return sourcesOf(item as StubItem)
        default:
          return shownItems(route.name.slice('list '.length))
      }
    }
    const entries = all()
    const from = Number(query.get('continuationToken') ?? 0)
    const next = from + settings.pageSize
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

  const TYPES: Record<string, string> = { semanticModels: 'SemanticModel', reports: 'Report' }

  function shownItems(kind: string) {
    return [...stub.items.values()]
      .filter(({ type }) => kind === 'items' || type === TYPES[kind])
      .filter((one) => one.hidden-- <= 0)
      .map(({ id, type, displayName }) => ({
        id,
        type,
        displayName,
        description: '',
        workspaceId: workspace,
      }))
  }

  function create(kind: string, body: Sent): Reply {
    const type = body.type ?? TYPES[kind] ?? ''
    const parts = partsIn(body)
    const wrong = faultOfParts(type, parts)
    if (wrong) return refusal(400, 'CorruptedPayload', wrong)
    const taken = [...stub.items.values()].some(
      (one) => one.type === type && one.displayName.toLowerCase() === body.displayName.toLowerCase(),
    )
    if (taken) return refusal(409, 'ItemDisplayNameAlreadyInUse', 'Requested name is already in use.')
    const id = randomUUID()
    const item = { id, type, displayName: body.displayName, parts, hidden: settings.hidden }
    return later(
      { id, type, displayName: body.displayName, description: '', workspaceId: workspace },
      () => stub.items.set(id, item),
      201,
    )
  }

  function faultOfParts(type: string, parts: Map<string, Buffer>): string | undefined {
    if (type === 'SemanticModel')
      return ['definition.pbism', 'definition/model.tmdl']
        .map((path) => (parts.has(path) ? '' : `${path} is missing`))
        .find(Boolean)
    const reference = parts.get('definition.pbir')?.toString() ?? '{}'
    const wrong = faultIn(reportReference, JSON.parse(reference))
    const id = /(?:semanticmodelid=|pbiModelDatabaseName":\s*")([^"]+)"/.exec(reference)?.[1] ?? ''
    return wrong ?? (stub.items.get(id)?.type === 'SemanticModel' ? undefined : `there is no model ${id}`)
  }

  /** By an operation, or at once. What is made is there when the operation ends. */
  function later(result: unknown, finish: () => void, status = 200): Reply {
    if (settings.looks === 0) {
      finish()
      return { status, ...(result === undefined ? {} : { body: result }) }
    }
    const id = randomUUID()
    const error = settings.operationError
    operations.set(id, { looks: settings.looks, result, finish, ...(error ? { error } : {}) })
    return {
      status: 202,
      body: null,
      headers: {
        Location: `${settings.operationHost}/v1/operations/${id}`,
        'x-ms-operation-id': id,
        'Retry-After': String(settings.retryAfter),
      },
    }
  }

  function operation(id: string, wantsResult: boolean): Reply {
    const found = operations.get(id)
    if (!found) return refusal(404, 'OperationNotFound', 'The operation was not found.')
    const times = { createdTimeUtc: '2026-01-01T00:00:00Z', lastUpdatedTimeUtc: '2026-01-01T00:00:01Z' }
    if (wantsResult)
      return found.result === undefined
        ? refusal(400, 'OperationHasNoResult', 'The operation has no result.')
        : { status: 200, body: found.result }
    if (found.looks-- > 0)
      return {
        status: 200,
        headers: {
          'Retry-After': String(settings.retryAfter),
          'x-ms-operation-id': id,
          Location: `${settings.operationHost}/v1/operations/${id}`,
        },
        body: { status: 'Running', ...times, percentComplete: 50 },
      }
    if (found.error !== undefined)
      return { status: 200, body: { status: 'Failed', ...times, error: found.error } }
    found.finish()
    return {
      status: 200,
      headers:
        found.result === undefined
          ? {}
          : { Location: `${settings.operationHost}/v1/operations/${id}/result` },
      body: { status: 'Succeeded', ...times, percentComplete: 100, error: null },
    }
  }

  function sourcesOf(model: StubItem) {
    const text = model.parts.get('definition/expressions.tmdl')?.toString() ?? ''
    const value = (name: string) => new RegExp(`^expression ${name} = "([^"]*)"`, 'm').exec(text)?.[1]
    const lake = value('StorageUrl')
    if (lake !== undefined)
      return [{ connectivityType: 'None', connectionDetails: { type: 'AzureDataLakeStorage', path: lake } }]
    const server = value('Server')
    if (server === undefined) return []
    const bound = stub.bindings.get(model.id)
    return [
      {
        ...(bound ?? { connectivityType: 'None' }),
        connectionDetails: { type: 'SQL', path: `${server};${value('Database')}` },
      },
    ]
  }

  function bind(model: StubItem, body: Sent): Reply {
    const { id, connectivityType, connectionDetails } = body.connectionBinding as StubConnection
    const [source] = sourcesOf(model)
    const connection = stub.connections.find((one) => one.id === id)
    const { type = '', path = '' } = source?.connectionDetails ?? {}
    const wanted = type === 'AzureDataLakeStorage' ? `${path}/` : path
    if (connectionDetails.type !== type || connectionDetails.path !== wanted)
      return refusal(400, 'BindConnectionDetailNotFound', 'No data source reference has these details.')
    if (connection?.connectivityType !== connectivityType)
      return refusal(400, 'InvalidRequest', 'The connection is of another connectivity type.')
    stub.bindings.set(model.id, { id, connectivityType })
    return { status: 200 }
  }

  const look = (refresh: StubRefresh): Omit<StubRefresh, 'looks'> => {
    if (refresh.status === 'Unknown' && refresh.looks-- <= 0)
      Object.assign(refresh, settings.refreshEnd, { endTime: '2026-01-01T00:00:42Z' })
    const { looks: _, ...shown } = refresh
    return shown
  }

  function refresh(): Reply {
    if (stub.refreshes.some(({ status }) => status === 'Unknown'))
      return {
        status: 400,
        body: { error: { code: 'InvalidRequest', message: 'Another refresh request is already executing' } },
      }
    const requestId = randomUUID()
    stub.refreshes.unshift({
      requestId,
      refreshType: 'ViaApi',
      startTime: '2026-01-01T00:00:00Z',
      status: 'Unknown',
      looks: settings.refreshLooks,
    })
    if (settings.decoy)
      stub.refreshes.unshift({
        ...(stub.refreshes[0] as StubRefresh),
        requestId: randomUUID(),
        status: 'Completed',
      })
    const name = settings.refreshHeader
    const values: Record<string, string> = {
      RequestId: requestId,
      'x-ms-request-id': requestId,
      Location: `${stub.powerbi}/v1.0/myorg/groups/g/datasets/d/refreshes/${requestId}`,
      another: randomUUID(),
    }
    const header = name === 'another' ? 'RequestId' : name
    return { status: 202, headers: name === 'none' ? {} : { [header]: values[name] ?? '' } }
  }

  return stub
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

export const refusal = (status: number, errorCode: string, message: string): Reply => ({
  status,
  headers: { 'x-ms-public-api-error-code': errorCode, requestId: randomUUID() },
  body: { requestId: randomUUID(), errorCode, message },
})

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

function partsIn(body: Sent): Map<string, Buffer>
function partsIn(body: Sent, unique: false): [string, Buffer][]
function partsIn({ definition }: Sent, unique = true): Map<string, Buffer> | [string, Buffer][] {
  const parts = (definition?.parts ?? []).map(({ path, payload }): [string, Buffer] => [
    path,
    Buffer.from(payload, 'base64'),
  ])
  return unique ? new Map(parts) : parts
}

/** As Fabric gives a definition back: with a `.platform` of its own, other line ends, and a reference in full. */
function sent(item: StubItem | undefined) {
  const platform: [string, Buffer] = [
    '.platform',
    Buffer.from(JSON.stringify({ metadata: { type: item?.type, displayName: item?.displayName } })),
  ]
  const told = ([path, content]: [string, Buffer]): [string, Buffer] => {
    if (path.endsWith('.tmdl'))
      return [path, Buffer.from(content.toString().replaceAll('\n', '\r\n').trimEnd())]
    if (path !== 'definition.pbir') return [path, content]
    const full = content
      .toString()
      .replace(
        /semanticmodelid=/,
        'Data Source=powerbi://api.powerbi.com/v1.0/myorg/Sales;initial catalog=shop;integrated security=ClaimsToken;semanticmodelid=',
      )
    return [path, Buffer.from(JSON.stringify(JSON.parse(full)))]
  }
  return [...(item?.parts ?? []), platform].map((part) => {
    const [path, content] = told(part as [string, Buffer])
    return { path, payload: content.toString('base64'), payloadType: 'InlineBase64' }
  })
}
