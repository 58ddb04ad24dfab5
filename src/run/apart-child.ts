import { setPriority } from 'node:os'
import { endedOf, type RunMessage } from './apart.ts'
import { prepare } from './prepare.ts'
import { run } from './run.ts'
import { toWire } from './wire-error.ts'

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
    const result = await run(await prepare(root), {
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

await main(process.argv.slice(2))
