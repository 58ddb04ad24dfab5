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

/** The bodies of all requests: the shapes were held before. */
export interface Sent {
  readonly displayName: string
  readonly type?: string
  readonly definition?: { readonly parts: readonly { readonly path: string; readonly payload: string }[] }
  readonly connectionBinding?: StubConnection
  readonly value?: unknown
}

export type Reply = { status: number; body?: unknown; headers?: Record<string, string> }
