import {
  type ClientRequest,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
} from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'

/** Where a service listens, and how we enter. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  /** Without a slash before it. */
  readonly path: string
  readonly tls: boolean
  /** The header `Authorization`; undefined sends none. */
  readonly authorization: string | undefined
  /** Milliseconds until a connection stands, and until a request is answered. */
  readonly connectMs: number
  readonly answerMs: number
}

/** Why a request has no answer. */
export class WireFault extends Error {
  /** The request was not worked on, so that sending it again does nothing twice. */
  readonly unsent: boolean
  readonly status: number | undefined
  /** Milliseconds the service asks us to wait. */
  readonly afterMs: number | undefined

  constructor(
    message: string,
    facts: { unsent: boolean; status?: number; afterMs?: number | undefined; cause?: unknown },
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.unsent = facts.unsent
    this.status = facts.status
    this.afterMs = facts.afterMs
  }
}

export interface Wire extends Disposable {
  /** Sends a call and gives the bytes of its answer. Throws WireFault. */
  post(body: Buffer): Promise<Buffer>
}

/** One keep-alive connection or a few; certificates are checked as Node does. */
export function openWire(endpoint: Endpoint): Wire {
  const agent = new (endpoint.tls ? TlsAgent : PlainAgent)({ keepAlive: true })
  return {
    post: (body) => send(endpoint, agent, body),
    [Symbol.dispose]: () => agent.destroy(),
  }
}

async function send(endpoint: Endpoint, agent: PlainAgent, body: Buffer): Promise<Buffer> {
  const answer = await answered(endpoint, agent, body)
  if (answer.status === 200) return answer.body
  const unsent = answer.status === 429 || answer.status === 503
  throw new WireFault(`HTTP ${answer.status}`, { unsent, status: answer.status, afterMs: answer.afterMs })
}

interface Answer {
  readonly status: number
  readonly afterMs: number | undefined
  readonly body: Buffer
}

function answered(endpoint: Endpoint, agent: PlainAgent, body: Buffer): Promise<Answer> {
  const { host, port, path, authorization } = endpoint
  const headers = {
    'Content-Type': 'application/x-thrift',
    Accept: 'application/x-thrift',
    'Content-Length': body.length,
    'User-Agent': 'customer360',
    ...(authorization === undefined ? {} : { Authorization: authorization }),
  }
  const options = { host, port, path: `/${path}`, method: 'POST', headers, agent }
  const make = endpoint.tls ? tlsRequest : plainRequest
  return new Promise((resolve, reject) => {
    const request = make(options, (response) => collect(response).then(resolve, fail))
    const connected = limited(request, endpoint)
    const fail = (cause: Error) => reject(faultOf(cause, connected()))
    request.on('error', fail)
    request.end(body)
  })
}

/** Ends a request that does not connect, or is not answered, in time; whether it was connected. */
function limited(request: ClientRequest, { connectMs, answerMs }: Endpoint): () => boolean {
  let connected = false
  const end = (ms: number, what: string) =>
    setTimeout(() => request.destroy(Object.assign(new Error(what), { code: 'ETIMEDOUT' })), ms)
  let timer = end(connectMs, `no connection within ${connectMs / 1000} s`)
  const onward = () => {
    connected = true
    clearTimeout(timer)
    timer = end(answerMs, `no answer within ${answerMs / 1000} s`)
  }
  request.on('socket', (socket) => {
    if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', onward)
    else onward()
  })
  request.on('close', () => clearTimeout(timer))
  return () => connected
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const seconds = Number(response.headers['retry-after'])
  const afterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
  return { status: response.statusCode ?? 0, afterMs, body: Buffer.concat(chunks) }
}

function faultOf(cause: Error, connected: boolean): WireFault {
  const { code } = cause as NodeJS.ErrnoException
  const said = code === undefined || code === 'ETIMEDOUT' ? cause.message : code
  return new WireFault(said, { unsent: !connected, cause })
}
