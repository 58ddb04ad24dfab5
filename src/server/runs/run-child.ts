import { setPriority } from 'node:os'
import type { RunEvent } from '../../run/events.ts'
import { prepare } from '../../run/prepare.ts'
import { run } from '../../run/run.ts'
import { toWire, type WireError } from '../helper/wire-error.ts'

/** What the process of a run tells the server: its events as they come, then one of the two ends. */
export type RunMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'ended'; readonly runId: string; readonly outcome: string }
  | { readonly type: 'failed'; readonly error: WireError }

/** Readers come first: a run may take a little longer. */
const NICE = 10

async function main([root = '', mode]: readonly string[]): Promise<void> {
  const cancel = new AbortController()
  const stop = () => cancel.abort()
  process.on('message', stop).on('disconnect', stop).on('SIGINT', stop).on('SIGTERM', stop)
  try {
    setPriority(NICE)
  } catch {}
  const tell = (message: RunMessage) => {
    if (process.connected) process.send?.(message)
  }
  try {
    const { runId, outcome } = await run(await prepare(root), {
      fullRefresh: mode === 'full',
      signal: cancel.signal,
      onEvent: (event) => tell({ type: 'event', event }),
    })
    tell({ type: 'ended', runId, outcome })
  } catch (error) {
    tell({ type: 'failed', error: toWire(error) })
  } finally {
    process.removeListener('disconnect', stop)
    if (process.connected) process.disconnect()
  }
}

await main(process.argv.slice(2))
