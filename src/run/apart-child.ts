import { setPriority } from 'node:os'
import { endedOf, type RunMessage } from './apart.ts'
import { type Prepared, prepare } from './prepare.ts'
import { type RunResult, run } from './run.ts'
import { toWire } from './wire-error.ts'
import type { RunOptions } from './work.ts'

/** Readers come first: a run may take a little longer. */
const NICE = 10

async function main([root = '', mode, target]: readonly string[]): Promise<void> {
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
    const result = await work(await prepare(root), target, {
      fullRefresh: mode === 'full',
      signal: cancel.signal,
      onEvent: (event) => tell({ type: 'event', event }),
    })
    tell({ type: 'ended', ended: endedOf(result) })
  } catch (error) {
    tell({ type: 'failed', error: toWire(error) })
  } finally {
    process.removeListener('disconnect', stop)
    if (process.connected) process.disconnect()
  }
}

async function work(prepared: Prepared, target: string | undefined, options: RunOptions): Promise<RunResult> {
  if (target === undefined) return run(prepared, options)
  const { openTarget } = await import('./target/open.ts')
  const { importTarget } = await import('./target/import.ts')
  return importTarget(prepared, target, await openTarget(prepared.project, target), options)
}

await main(process.argv.slice(2))
