import { expect } from 'vitest'
import { endedOf } from '../../src/run/apart.ts'
import type { RunOptions } from '../../src/run/run.ts'
import type { WatchEvent } from '../../src/watch/types.ts'
import { type WatchEnd, type WatchOptions, watch } from '../../src/watch/watcher.ts'
import { csv, ORDER, orders, small } from '../history/small.ts'
import type { Lab } from '../support/lab.ts'

export const contract = orders('key: [transaction_id]', 'load: upsert')

/** A project with one source, `orders*.csv`, nothing in landing yet. */
export const shop = (): Promise<Lab> => small({ orders: contract })

export const order = (id: string): string => `${id},C1,2025-01-01T10:00:00,10.00`
export const file = (...ids: readonly string[]): string => csv(ORDER, ...ids.map(order))

/** A watcher at work on a project, with the real run in this process. */
export interface Watching {
  readonly events: readonly WatchEvent[]
  of<T extends WatchEvent['type']>(type: T): readonly Extract<WatchEvent, { type: T }>[]
  /** Waits until so many runs have ended well. */
  runs(count: number): Promise<void>
  /** Waits until what was asked for is so. */
  until(holds: () => unknown): Promise<void>
  stop(): Promise<WatchEnd>
  readonly signal: AbortSignal
  /** Runs that were at work at the same time, at most. */
  readonly atOnce: () => number
}

export interface WatchingOptions extends Partial<WatchOptions> {
  /** Instead of the plain run; call `real` for that. */
  readonly doing?: (real: () => ReturnType<Lab['run']>) => ReturnType<Lab['run']>
  readonly run?: RunOptions
}

const WAIT = { timeout: 20_000, interval: 20 }

export function watching(lab: Lab, options: WatchingOptions = {}): Watching {
  const { doing, run = {}, ...rest } = options
  const stop = new AbortController()
  const events: WatchEvent[] = []
  let [now, most] = [0, 0]
  const end = watch({
    root: lab.root,
    signal: stop.signal,
    settleMs: 100,
    pollMs: 60_000,
    retryMs: 50,
    tell: (event) => events.push(event),
    start: async (_root, given) => {
      most = Math.max(most, ++now)
      const real = () => lab.run({ ...run, ...given })
      try {
        return endedOf(await (doing ? doing(real) : real()))
      } finally {
        now--
      }
    },
    ...rest,
  })
  const of: Watching['of'] = (type) => events.filter((event) => event.type === type) as never
  const until = (holds: () => unknown) => expect.poll(holds, WAIT).toBeTruthy()
  return {
    events,
    of,
    until,
    runs: (count) => until(() => of('ended').length >= count),
    stop: () => {
      stop.abort()
      return end
    },
    signal: stop.signal,
    atOnce: () => most,
  }
}

/** Ids of the orders that are published. */
export const published = async (lab: Lab): Promise<string[]> =>
  (await lab.sql('select transaction_id as id from silver.orders order by 1')).map(({ id }) => String(id))
