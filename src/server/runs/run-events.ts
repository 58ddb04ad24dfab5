import { setTimeout as sleep } from 'node:timers/promises'
import { activeRun, isEnd, LedgerTail } from './ledger-files.ts'

export interface RunMessageEvent {
  readonly id: string
  readonly event: 'run' | 'end'
  readonly data: string
}

export interface FollowOptions {
  /** Entries up to this id were seen already. */
  readonly after: number
  readonly signal: AbortSignal
  /** Milliseconds between looks at the ledger. */
  readonly every?: number
  /** Milliseconds after which silence is broken, so that nothing on the way closes the connection. */
  readonly heartbeat?: number
}

/**
 * What a run tells, from its ledger: all that was told already, then the rest as it comes, whoever runs it. The last one is `end`;
 * a run whose process is gone without a word ends as `interrupted`.
 */
export async function* eventsOf(
  root: string,
  runId: string,
  { after, signal, every = 150, heartbeat = 15_000 }: FollowOptions,
): AsyncIterable<RunMessageEvent | 'alive'> {
  const tail = new LedgerTail(root, runId)
  let told = Date.now()
  let last = 0
  for (;;) {
    // Asked first: a run that ends between the two looks has written its last line before it let go of the lock.
    const running = (await activeRun(root))?.runId === runId
    const entries = await tail.more()
    for (const entry of entries) {
      last = entry.id
      if (entry.id <= after) continue
      told = Date.now()
      const { id, at, event } = entry
      yield { id: String(id), event: 'run', data: JSON.stringify({ at, event }) }
    }
    const end = entries.find(isEnd)
    if (end || !running) {
      yield { id: String(last), event: 'end', data: JSON.stringify({ state: endState(end?.event) }) }
      return
    }
    if (Date.now() - told > heartbeat) {
      told = Date.now()
      yield 'alive'
    }
    await sleep(every, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
}

function endState(event: { type: string; outcome?: string; code?: string } | undefined): string {
  if (event === undefined) return 'interrupted'
  if (event.type === 'finished') return event.outcome ?? 'published'
  return event.code === 'CANCELLED' ? 'cancelled' : 'failed'
}
