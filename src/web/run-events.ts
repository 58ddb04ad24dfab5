import { useEffect, useState } from 'react'
import { runEventsUrl } from './api.ts'
import type { RunDetail } from './api-types.ts'
import { projectInUrl } from './http.ts'
import { serverEvents } from './server-events.ts'

export type LedgerLine = RunDetail['events'][number]

export interface Followed {
  readonly lines: readonly LedgerLine[]
  /** How it ended (`published`, `failed`, …); null while it goes. */
  readonly ended: string | null
  /** The connection broke; it is tried again. */
  readonly interrupted: boolean
}

const nothing: Followed = { lines: [], ended: null, interrupted: false }
const retryAfter = 1500

/** A run's events as they happen, from its first one. A broken connection goes on after the last event that came. */
export const useRunEvents = (runId: string | null): Followed => {
  const [followed, setFollowed] = useState<Followed>(nothing)
  useEffect(() => {
    setFollowed(nothing)
    if (runId === null) return
    const controller = new AbortController()
    void follow(runId, controller.signal, setFollowed)
    return () => controller.abort()
  }, [runId])
  return followed
}

type Update = (change: (now: Followed) => Followed) => void

const follow = async (runId: string, signal: AbortSignal, update: Update): Promise<void> => {
  let last: string | undefined
  while (!signal.aborted) {
    try {
      for await (const { id, event, data } of serverEvents(runEventsUrl(runId), headers(last), signal)) {
        last = id ?? last
        if (event === 'end') {
          const { state } = JSON.parse(data) as { state: string }
          return update((now) => ({ ...now, ended: state, interrupted: false }))
        }
        const line = JSON.parse(data) as LedgerLine
        update((now) => ({ ...now, lines: [...now.lines, line], interrupted: false }))
      }
    } catch {
      if (signal.aborted) return
    }
    update((now) => ({ ...now, interrupted: true }))
    await new Promise((done) => setTimeout(done, retryAfter))
  }
}

/** EventSource cannot say which project is meant: it sends no headers. */
const headers = (last: string | undefined): Record<string, string> => {
  const project = projectInUrl()
  return {
    accept: 'text/event-stream',
    ...(project === undefined ? {} : { 'c360-project': project }),
    ...(last === undefined ? {} : { 'last-event-id': last }),
  }
}
