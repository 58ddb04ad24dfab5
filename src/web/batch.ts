import type { Answer, Query } from '../semantic/types.ts'
import type { QueryRequest, QueryResponse } from './api-types.ts'
import { type ApiFailure, RequestFailed, type Result } from './http.ts'

export interface Answered {
  readonly version: number
  readonly answer: Answer
}

type Post = (body: QueryRequest, signal: AbortSignal) => Promise<Result<QueryResponse>>

interface Waiting {
  readonly key: string
  readonly query: Query
  readonly version: number
  readonly done: (answered: Answered) => void
  readonly failed: (error: unknown) => void
  readonly signal: AbortSignal
}

/** The server's limit for one request. */
const most = 24

/**
 * Puts all queries asked in one go into as few requests as possible: one per version, each different query once. They go
 * out before the browser lays out and paints what a click changed. A request is aborted when nobody waits for any of its queries any more.
 */
export const createBatcher = (post: Post) => {
  let queue: Waiting[] = []

  const flush = (): void => {
    const waiting = queue.filter(({ signal }) => !signal.aborted)
    queue = []
    for (const group of groupedBy(waiting, ({ version }) => version).values()) {
      const keys = [...new Set(group.map(({ key }) => key))]
      for (let at = 0; at < keys.length; at += most) {
        const part = new Set(keys.slice(at, at + most))
        void ask(group.filter(({ key }) => part.has(key)))
      }
    }
  }

  const ask = async (waiting: readonly Waiting[]): Promise<void> => {
    const byKey = groupedBy(waiting, ({ key }) => key)
    const queries = [...byKey.values()].flatMap(([first]) => (first ? [first.query] : []))
    const version = waiting[0]?.version
    if (version === undefined) return
    const controller = new AbortController()
    const dropped = (): void => {
      if (waiting.every(({ signal }) => signal.aborted)) controller.abort()
    }
    for (const { signal } of waiting) signal.addEventListener('abort', dropped, { once: true })
    try {
      const result = await post({ version, queries } as QueryRequest, controller.signal)
      ;[...byKey.values()].forEach((group, index) => {
        for (const one of group) settle(one, result, index)
      })
    } catch (error) {
      for (const { failed } of waiting) failed(error)
    }
  }

  return (query: Query, version: number, signal: AbortSignal): Promise<Answered> =>
    new Promise((done, failed) => {
      if (queue.length === 0) queueMicrotask(flush)
      queue.push({ key: JSON.stringify(query), query, version, done, failed, signal })
      signal.addEventListener('abort', () => failed(signal.reason), { once: true })
    })
}

const settle = ({ done, failed }: Waiting, result: Result<QueryResponse>, index: number): void => {
  if (!result.ok) {
    failed(new RequestFailed(result.failure))
    return
  }
  const one = result.data.answers[index]
  if (one?.ok) {
    done({ version: result.data.version, answer: one.answer })
    return
  }
  const failure: ApiFailure = one
    ? { ...one.failure, status: 400 }
    : { code: 'INCOMPLETE', message: 'An answer is missing.', requestId: '', status: 0 }
  failed(new RequestFailed(failure))
}

const groupedBy = <T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
