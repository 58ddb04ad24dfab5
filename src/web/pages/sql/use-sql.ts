import { useEffect, useRef, useState } from 'react'
import { api } from '../../api.ts'
import type { SqlRequest, SqlResult } from '../../api-types.ts'
import type { ApiFailure } from '../../http.ts'

export type SqlState =
  | { readonly is: 'idle' }
  | { readonly is: 'running'; readonly before: SqlResult | null }
  | { readonly is: 'stopped' }
  | { readonly is: 'failed'; readonly failure: ApiFailure }
  | { readonly is: 'done'; readonly result: SqlResult; readonly request: SqlRequest }

/** One statement at a time; asking again, stopping and leaving the page take the running one back. */
export const useSql = () => {
  const [state, setState] = useState<SqlState>({ is: 'idle' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const run = async (request: SqlRequest): Promise<void> => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    setState((now) => ({ is: 'running', before: now.is === 'done' ? now.result : null }))
    try {
      const result = await api.sql(request, controller.signal)
      if (controller.signal.aborted) return
      setState(
        result.ok ? { is: 'done', result: result.data, request } : { is: 'failed', failure: result.failure },
      )
    } catch (error) {
      if (!controller.signal.aborted) throw error
    }
  }
  const stop = (): void => {
    running.current?.abort()
    setState({ is: 'stopped' })
  }
  return { state, run, stop }
}
