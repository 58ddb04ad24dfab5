import type * as T from './api-types.ts'
import { type RequestOptions, type Result, request, send } from './http.ts'

type Signal = AbortSignal | undefined
const at = (part: string): string => encodeURIComponent(part)
const json = <A>(path: string, options?: RequestOptions): Promise<Result<A>> => request<A>(path, options)

export interface GoldPage {
  readonly offset?: number
  readonly limit?: number
  readonly order?: string
  readonly descending?: boolean
  readonly version?: number
}

/** Every endpoint, once. Personal values travel in bodies only, never in an address. */
export const api = {
  session: (signal?: Signal) => json<T.SessionInfo>('/session', { signal }),
  model: (signal?: Signal) => json<T.SemanticModel>('/model', { signal }),
  query: (body: T.QueryRequest, signal?: Signal) => json<T.QueryResponse>('/query', { body, signal }),
  gold: (table: string, page: GoldPage, signal?: Signal) =>
    json<T.GoldTable>(`/gold/${at(table)}`, { query: { ...page }, signal }),

  search: (text: string, limit: number, signal?: Signal) =>
    json<T.Found>('/search', { body: { text, limit }, signal }),
  customers: (body: T.CustomersRequest, signal?: Signal) => json<T.Customers>('/customers', { body, signal }),
  customerColumns: (signal?: Signal) => json<T.CustomerColumns>('/customers/columns', { signal }),
  profile: (id: string, signal?: Signal) => json<T.Profile>(`/customers/${at(id)}`, { signal }),
  timeline: (id: string, query: { kinds?: string; before?: string; limit?: number }, signal?: Signal) =>
    json<T.Timeline>(`/customers/${at(id)}/timeline`, { query, signal }),
  reveal: (id: string) => json<T.Revealed>(`/customers/${at(id)}/reveal`, { method: 'POST' }),

  audiences: (signal?: Signal) => json<{ audiences: T.Audience[] }>('/audiences', { signal }),
  saveAudience: (audience: T.Audience) =>
    json<T.Audience>(`/audiences/${at(audience.name)}`, { method: 'PUT', body: audience }),
  removeAudience: (name: string) => json<undefined>(`/audiences/${at(name)}`, { method: 'DELETE' }),
  savedViews: (signal?: Signal) =>
    json<{ savedViews: T.SavedView[]; unreadable: number }>('/saved-views', { signal }),
  saveView: (view: T.SavedView) =>
    json<T.SavedView>(`/saved-views/${at(view.name)}`, { method: 'PUT', body: view }),
  removeView: (name: string) => json<undefined>(`/saved-views/${at(name)}`, { method: 'DELETE' }),

  /** The response itself: the caller saves its body as a file. */
  export: (body: T.ExportRequest, signal?: Signal) => send('/export', { body, signal }),

  runs: (signal?: Signal) => json<T.Runs>('/runs', { signal }),
  run: (id: string, signal?: Signal) => json<T.RunDetail>(`/runs/${at(id)}`, { signal }),
  startRun: (fullRefresh = false) => json<{ runId: string | null }>('/runs', { body: { fullRefresh } }),
  cancelRun: (id: string) => json<unknown>(`/runs/${at(id)}/cancel`, { method: 'POST' }),
  rollback: (version: number) => json<unknown>('/rollback', { body: { version } }),
  unpin: () => json<unknown>('/unpin', { method: 'POST' }),
  quality: (signal?: Signal) => json<T.Quality>('/quality', { signal }),
  lineage: (signal?: Signal) => json<T.LineageGraph>('/lineage', { signal }),

  quarantine: (
    query: {
      source?: string
      reason?: string
      column?: string
      offset?: number
      limit?: number
      reveal?: boolean
    },
    signal?: Signal,
  ) => json<T.Quarantine>('/quarantine', { query, signal }),
  decide: (body: T.Decision) => json<{ waiting: number }>('/quarantine/decisions', { body }),

  legacy: (signal?: Signal) => json<T.LegacyFiles>('/legacy', { signal }),
  reconcile: (file: string, signal?: Signal) =>
    json<T.ReconcileReport>('/reconcile', { body: { file }, signal }),
  explain: (body: T.ExplainRequest, signal?: Signal) => json<T.Explained>('/explain', { body, signal }),
  sql: (body: T.SqlRequest, signal?: Signal) => json<T.SqlResult>('/sql', { body, signal }),
  tables: (signal?: Signal) => json<T.Tables>('/tables', { signal }),

  /** `earlier`: the upload these files are added to. */
  upload: (files: FormData, earlier?: string, signal?: Signal) =>
    json<T.Upload>('/setup/upload', { body: files, query: { upload: earlier }, signal }),
  inspect: (body: T.InspectRequest, signal?: Signal) =>
    json<T.Inspection>('/setup/inspect', { body, signal }),
  create: (body: T.CreateRequest) => json<T.Created>('/setup/create', { body }),
  connectivity: (body: { schedule: string | null; mode: 'import' | 'direct' }) =>
    json<T.SessionInfo['connectivity']>('/connectivity', { method: 'PUT', body }),
} as const

/** Where a run's events come from, for EventSource. */
export const runEventsUrl = (id: string): string => `/api/runs/${at(id)}/events`
