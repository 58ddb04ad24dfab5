import { setTimeout as timer } from 'node:timers/promises'
import type { C360Error } from '../errors.ts'
import type { Cloud, Service } from './cloud.ts'
import { cancelled, failureOf, type Told, toldIn, unreachable } from './failures.ts'
import type { Tokens } from './tokens.ts'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH'
  /** Begins with a slash; ids in it are encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** For messages: `creating the report`. */
  readonly doing: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; undefined where there is none, and where it is `null`. */
  readonly body: unknown
}

/** The request may have arrived or not. */
export type Lost = { readonly lost: unknown }

/** A refusal that the caller may know how to go on from. */
export type Refused = { readonly refused: Told; readonly error: C360Error }

export interface Client {
  /** A request that may arrive twice without harm: it is repeated until it is answered. */
  send(service: keyof Cloud, call: Call): Promise<Answer>
  /** A request that must not arrive twice: only what the service certainly turned away (429, 401) is repeated. */
  once(service: keyof Cloud, call: Call): Promise<Answer | Lost | Refused>
  /** Waits; CANCELLED with these words at Ctrl-C. */
  wait(ms: number, ifCancelled: string): Promise<void>
  readonly signal: AbortSignal
  /** A line of progress. */
  note(text: string): void
  /** The token of a service, for what it says of its owner. */
  token(service: keyof Cloud): Promise<string>
}

export interface ClientSettings {
  readonly cloud: Cloud
  readonly tokens: Tokens
  readonly signal: AbortSignal
  /** Told how it goes, a line at a time. */
  readonly note: (text: string) => void
  /** Milliseconds; rejects when the signal is aborted. Tests do not wait as long. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** An answer that takes longer is lost. */
const ANSWER_MS = 100_000
const TRIES = 6
/** Together, for one request that is turned away again and again. */
const THROTTLED_MS = 15 * 60_000

/** A thin client of both services: tokens, patience, errors in our words. */
export function openClient({ cloud, tokens, signal, note, pause = defaultPause }: ClientSettings): Client {
  const wait = async (ms: number, ifCancelled: string) => {
    try {
      await pause(ms, signal)
    } catch (error) {
      throw signal.aborted ? cancelled(ifCancelled) : error
    }
  }
  const patience: Patience = { wait, note, tokens }
  return {
    signal,
    wait,
    note,
    token: (service) => tokens.get(cloud[service]),
    async send(name, call) {
      const service = cloud[name]
      for (let tries = 1; ; tries++) {
        const answer = await admitted(service, call, patience, signal)
        if (isLost(answer)) {
          if (signal.aborted) throw cancelled(`Cancelled while ${call.doing}.`)
          if (tries === TRIES) throw unreachable(service, call.doing, answer.lost)
        } else if (answer.status < 400) return answer
        else if (!isPassing(answer.status) || tries === TRIES) throw failureFor(service, call, answer)
        await wait(backoff(tries, isLost(answer) ? undefined : answer), `Cancelled while ${call.doing}.`)
      }
    },
    async once(name, call) {
      const service = cloud[name]
      const answer = await admitted(service, call, patience, undefined)
      if (isLost(answer) || answer.status < 400) return answer
      const error = failureFor(service, call, answer)
      return isPassing(answer.status) ? { lost: error } : { refused: toldIn(answer.body), error }
    },
  }
}

export const isLost = (answer: Answer | Lost | Refused): answer is Lost => 'lost' in answer

interface Patience {
  readonly wait: Client['wait']
  readonly note: (text: string) => void
  readonly tokens: Tokens
}

/** One request, again only while the service turns it away unread: throttled, or with a token that has run out. */
async function admitted(
  service: Service,
  call: Call,
  { wait, note, tokens }: Patience,
  signal: AbortSignal | undefined,
): Promise<Answer | Lost> {
  let renewed = false
  for (let tries = 1, waited = 0; ; tries++) {
    const answer = await attempt(service, call, await tokens.get(service), signal)
    if (isLost(answer)) return answer
    if (answer.status === 401 && !renewed && tokens.renew(service)) {
      renewed = true
      continue
    }
    const ms = backoff(tries, answer)
    if (answer.status !== 429 || waited + ms > THROTTLED_MS) return answer
    note(`${service.name} asks to wait ${Math.ceil(ms / 1000)} s: too many requests`)
    await wait(ms, `Cancelled while ${call.doing}.`)
    waited += ms
  }
}

async function attempt(
  { url }: Service,
  { method, path, query, body }: Call,
  token: string,
  signal: AbortSignal | undefined,
): Promise<Answer | Lost> {
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
  const limit = AbortSignal.timeout(ANSWER_MS)
  try {
    const response = await fetch(`${url}${path}${search}`, {
      method,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) }
  } catch (error) {
    return { lost: error }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}

const failureFor = (service: Service, { doing }: Call, { status, headers, body }: Answer): C360Error => {
  const told = toldIn(body)
  const code = told.code ?? headers.get('x-ms-public-api-error-code') ?? headers.get('x-powerbi-error-info')
  const requestId = headers.get('requestid') ?? headers.get('x-ms-request-id') ?? undefined
  return failureOf({ service, doing, status, told: { ...told, code: code ?? undefined }, requestId })
}

const isPassing = (status: number): boolean => status === 408 || (status >= 500 && status !== 501)

/** As long as the service says, else longer each time, so that many clients do not come back together. */
function backoff(tries: number, answer: Answer | undefined): number {
  const asked = answer && retryAfterMs(answer.headers)
  return asked ?? Math.min(30_000, 1000 * 2 ** (tries - 1)) * (0.5 + Math.random() / 2)
}

/** `Retry-After` in milliseconds: seconds, or a date. */
export function retryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

const defaultPause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await timer(ms, undefined, { signal })
}
