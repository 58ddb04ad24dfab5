import { join } from 'node:path'
import { localStore } from '../storage/local.ts'
import type { Store } from '../storage/store.ts'
import type { Failure } from './types.ts'

/** `.c360/watch.json`: that a watcher lives, for health checks of containers. */
export interface Heartbeat {
  readonly pid: number
  /** ISO, UTC. */
  readonly at: string
  /** Code of the newest run's failure, if it failed. */
  readonly failure: string | null
}

const EVERY_MS = 10_000
/** A watcher that was silent for so long is dead or stuck. */
const FRESH_MS = 60_000

const FILE = 'watch.json'
const placeOf = (root: string): Store => localStore(join(root, '.c360'))

/** Beats until it is disposed of. A beat that cannot be written is a missed one. */
export function beat(root: string, failure: () => Failure | undefined): AsyncDisposable {
  const place = placeOf(root)
  const write = async (): Promise<void> => {
    const value: Heartbeat = {
      pid: process.pid,
      at: new Date().toISOString(),
      failure: failure()?.code ?? null,
    }
    await place.put(FILE, `${JSON.stringify(value)}\n`).catch(() => undefined)
  }
  let last = write()
  const timer = setInterval(() => {
    last = write()
  }, EVERY_MS)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await last
      if ((await readBeat(root))?.pid === process.pid) await place.remove(FILE)
    },
  }
}

/** undefined when there is none that can be read. */
async function readBeat(root: string): Promise<Heartbeat | undefined> {
  try {
    const content = await placeOf(root).read(FILE)
    return content && (JSON.parse(content.toString('utf8')) as Heartbeat)
  } catch {
    return undefined
  }
}

export interface Health {
  readonly healthy: boolean
  readonly beat: Heartbeat | undefined
}

/** Whether a watcher has told within the last minute that it lives. */
export async function healthOf(root: string, now = Date.now()): Promise<Health> {
  const last = await readBeat(root)
  return { healthy: last !== undefined && now - Date.parse(last.at) < FRESH_MS, beat: last }
}
