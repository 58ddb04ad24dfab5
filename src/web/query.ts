import { keepPreviousData, QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Answer, Query } from '../semantic/types.ts'
import { api } from './api.ts'
import { createBatcher } from './batch.ts'
import { type ApiFailure, orThrow, projectInUrl, RequestFailed, type Result } from './http.ts'
import { useModel, useSession } from './session.tsx'

const refuses = (error: unknown): boolean =>
  error instanceof RequestFailed && error.failure.status !== 429 && error.failure.status !== 0

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        retry: (tries, error) => tries < 3 && !refuses(error),
        retryDelay: (tries, error) =>
          error instanceof RequestFailed && error.failure.retryAfter
            ? error.failure.retryAfter * 1000
            : 300 * 2 ** tries,
      },
    },
  })

/** What a tile knows about a question it asked. */
export interface Ask {
  readonly query: Query | null
  /** The last picture: kept while the next one is loading. */
  readonly answer: Answer | undefined
  /** The version `answer` is from. */
  readonly version: number | undefined
  /** `idle` when there is nothing to ask (a measure without data, for example). */
  readonly state: 'idle' | 'loading' | 'ready' | 'failed'
  /** `answer` belongs to an earlier question or version. */
  readonly stale: boolean
  readonly failure: ApiFailure | undefined
  readonly retry: () => void
}

const ask = createBatcher((body, signal) => api.query(body, signal))

/**
 * Asks the semantic model. All tiles of a page go out in one request, pinned to the page's version; null asks nothing.
 * A version that is gone (410) makes the session be read anew, and all tiles move to the new version together.
 */
export const useAsk = (query: Query | null): Ask => {
  const client = useQueryClient()
  const { project, version } = useSession()
  const asked = useQuery({
    queryKey: ['ask', project, version, query],
    enabled: query !== null && version !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(query as Query, version as number, signal),
  })
  const failure = asked.error instanceof RequestFailed ? asked.error.failure : undefined
  const isGone = failure?.code === 'VERSION_GONE'
  useEffect(() => {
    if (isGone) void client.invalidateQueries({ queryKey: ['session'] })
  }, [isGone, client])
  return {
    query,
    answer: query === null ? undefined : asked.data?.answer,
    version: asked.data?.version,
    state: query === null ? 'idle' : asked.isError ? 'failed' : asked.data ? 'ready' : 'loading',
    stale: asked.isPlaceholderData || (asked.isError && asked.data !== undefined),
    failure,
    retry: () => void asked.refetch(),
  }
}

/** Whether the measure has any known value of the dimension at all; undefined until it is known. */
export const useKnows = (measure: string, dimension: string): boolean | undefined => {
  const model = useModel()
  const { answer } = useAsk(
    model.has(measure) ? { measures: [measure], by: [{ dimension }], limit: 2 } : null,
  )
  if (!model.has(measure)) return false
  return answer?.rows.some(([value]) => value !== null)
}

export interface Loaded<T> {
  readonly data: T | undefined
  readonly state: 'loading' | 'ready' | 'failed'
  readonly stale: boolean
  readonly failure: ApiFailure | undefined
  readonly retry: () => void
}

/**
 * Any other endpoint. `key` says all that the answer depends on; a new version of gold is always part of it.
 * `every` asks again after so many milliseconds. Keys live in memory only, so personal values may stand in them.
 */
export const useLoad = <T>(
  key: readonly unknown[],
  load: (signal: AbortSignal) => Promise<Result<T>>,
  options: { enabled?: boolean; every?: number } = {},
): Loaded<T> => {
  const { version } = useSession()
  const loaded = useQuery({
    queryKey: ['load', projectInUrl(), version, ...key],
    enabled: options.enabled ?? true,
    placeholderData: keepPreviousData,
    ...(options.every === undefined ? {} : { refetchInterval: options.every }),
    queryFn: ({ signal }) => orThrow(load(signal)),
  })
  return {
    data: loaded.data,
    state: loaded.isError ? 'failed' : loaded.data === undefined ? 'loading' : 'ready',
    stale: loaded.isPlaceholderData,
    failure: loaded.error instanceof RequestFailed ? loaded.error.failure : undefined,
    retry: () => void loaded.refetch(),
  }
}

/** Makes screens ask again after something was changed: a run, a decision, a rollback. */
export const useRefresh = (): (() => void) => {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: ['session'] })
    void client.invalidateQueries({ queryKey: ['load'] })
  }
}
