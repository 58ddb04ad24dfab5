import type { Problem } from '../errors.ts'
import type { Ended } from '../run/apart.ts'
import type { OnEvent, RunEvent } from '../run/events.ts'

/** Starts a run and waits for its end: in a process of its own, or as a server counts its runs. */
export type StartRun = (
  root: string,
  options: { readonly signal: AbortSignal; readonly onEvent: OnEvent },
) => Promise<Ended>

/** Why a run was started. */
export type Reason = 'start' | 'files' | 'project' | 'message' | 'again' | 'schedule'

/** A failure as it is told; no secrets, no values of rows. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly problems: readonly Problem[]
  readonly transient: boolean
  /** Of the command that ends while this is the newest. */
  readonly exit: number
}

/** What a watcher tells, for lines on a terminal, lines of JSON, and a server's log. */
export type WatchEvent =
  | {
      readonly type: 'watching'
      readonly landing: string
      readonly by: readonly ('file events' | 'queue' | 'polling')[]
      /** Seconds. */
      readonly poll: number
      readonly settle: number
    }
  /** A run begins; `files` are new or changed landing files, the first few. */
  | {
      readonly type: 'begins'
      readonly reason: Reason
      readonly files: readonly string[]
      readonly count: number
    }
  | { readonly type: 'progress'; readonly event: RunEvent }
  | ({ readonly type: 'ended' } & Ended)
  /** `again` = milliseconds until the next try; absent = not before something changes. */
  | {
      readonly type: 'failed'
      readonly failure: Failure
      readonly attempt: number
      readonly runId: string
      readonly again?: number
    }
  | { readonly type: 'note'; readonly severity: 'info' | 'warn'; readonly message: string }
  | { readonly type: 'cancelled' }

export type Tell = (event: WatchEvent) => void
