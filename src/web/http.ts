import type { Failure } from './api-types.ts'

/** A request's outcome. A refusal by the server and a server that cannot be reached are both values. */
export type Result<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly failure: ApiFailure }

export type ApiFailure = Failure & {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number
  /** Seconds to wait before the next try, where the server said so. */
  readonly retryAfter?: number
}

/** For TanStack Query, whose functions fail by throwing. */
export class RequestFailed extends Error {
  readonly failure: ApiFailure
  constructor(failure: ApiFailure) {
    super(failure.message)
    this.failure = failure
  }
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Sent as JSON, or as it is when it is FormData. */
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
}

/** The project this page shows when several are served; it is part of the address. */
export const projectInUrl = (): string | undefined =>
  new URLSearchParams(window.location.search).get('project') ?? undefined

/** One JSON request. Rejects only when `signal` aborts it. */
export const request = async <T>(path: string, options: RequestOptions = {}): Promise<Result<T>> => {
  const sent = await send(path, options)
  if (!sent.ok) return sent
  if (sent.data.status === 204) return { ok: true, data: undefined as T }
  try {
    return { ok: true, data: (await sent.data.json()) as T }
  } catch (error) {
    if (options.signal?.aborted) throw error
    return { ok: false, failure: unreachable('The answer was cut off.') }
  }
}

/** The raw response of a request that succeeded: for files and streams. */
export const send = async (path: string, options: RequestOptions = {}): Promise<Result<Response>> => {
  try {
    const response = await fetch(address(path, options.query), init(options))
    return response.ok ? { ok: true, data: response } : { ok: false, failure: await failureOf(response) }
  } catch (error) {
    if (options.signal?.aborted) throw error
    return { ok: false, failure: unreachable('The server cannot be reached. Is c360 serve still running?') }
  }
}

/** For query functions of TanStack Query. */
export const orThrow = async <T>(result: Promise<Result<T>>): Promise<T> => {
  const settled = await result
  if (!settled.ok) throw new RequestFailed(settled.failure)
  return settled.data
}

const address = (path: string, query: RequestOptions['query'] = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return search === '' ? `/api${path}` : `/api${path}?${search}`
}

const init = ({ method, body, signal }: RequestOptions): RequestInit => {
  const headers: Record<string, string> = { accept: 'application/json' }
  const project = projectInUrl()
  if (project !== undefined) headers['c360-project'] = project
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) headers['content-type'] = 'application/json'
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }
}

const failureOf = async (response: Response): Promise<ApiFailure> => {
  const retryAfter = Number(response.headers.get('retry-after'))
  const wait = retryAfter > 0 ? { retryAfter } : {}
  try {
    return { ...((await response.json()) as Failure), status: response.status, ...wait }
  } catch {
    return { ...unreachable(`The server answered ${response.status}.`), status: response.status, ...wait }
  }
}

const unreachable = (message: string): ApiFailure => ({
  code: 'UNREACHABLE',
  message,
  requestId: '',
  status: 0,
})
