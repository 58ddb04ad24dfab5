import { setTimeout as pause } from 'node:timers/promises'
import type { Ended } from '../run/apart.ts'
import { recordFailure } from '../run/ledger-failure.ts'
import { failureOf } from './failure.ts'
import type { Failure, StartRun, Tell } from './types.ts'

export type Attempted =
  | { readonly state: 'ended'; readonly ended: Ended }
  | { readonly state: 'failed'; readonly failure: Failure }
  /** The caller's signal ended it while it was at work. */
  | { readonly state: 'cancelled' }

export interface Unattended {
  readonly root: string
  readonly start: StartRun
  readonly signal: AbortSignal
  readonly tell: Tell
  /** The first wait between two tries in milliseconds; the next is four times as long. */
  readonly firstMs?: number
}

const TRIES = 3
const FIRST_MS = 5_000

/**
 * A run that nobody waits for: a failure that may pass is tried again, and every failure is told and lies in the ledger, where
 * the list of runs shows it. Never throws.
 */
export async function unattended(options: Unattended): Promise<Attempted> {
  for (let attempt = 1; ; attempt++) {
    const tried = await once(options)
    if (tried.state !== 'failed') return tried
    const { failure, runId } = tried
    if (runId === '') await recordFailure(options.root, failure)
    const again = attempt < TRIES && failure.transient ? waitOf(options, attempt) : undefined
    options.tell({ type: 'failed', failure, attempt, runId, ...(again === undefined ? {} : { again }) })
    if (again === undefined) return { state: 'failed', failure }
    await pause(again, undefined, { signal: options.signal }).catch(() => undefined)
    if (options.signal.aborted) return { state: 'failed', failure }
  }
}

async function once({ root, start, signal, tell }: Unattended) {
  let runId = ''
  try {
    const ended = await start(root, {
      signal,
      onEvent: (event) => {
        if (event.type === 'started') runId = event.runId
        tell({ type: 'progress', event })
      },
    })
    tell({ type: 'ended', ...ended })
    return { state: 'ended' as const, ended }
  } catch (error) {
    if (signal.aborted) return { state: 'cancelled' as const }
    return { state: 'failed' as const, failure: failureOf(error), runId }
  }
}

/** Between half and the whole of it at random, so that many runners do not come back together. */
const waitOf = ({ firstMs = FIRST_MS }: Unattended, attempt: number): number =>
  Math.round(firstMs * 4 ** (attempt - 1) * (0.5 + Math.random() / 2))
