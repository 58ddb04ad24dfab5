import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import type { OnEvent } from './events.ts'
import { openLedger } from './ledger.ts'
import { withLock } from './lock.ts'
import { withoutValues } from './masked.ts'
import { newRunId } from './run-id.ts'
import type { RunOptions } from './work.ts'

/** What a run is known by while it has the project: its id, and events that go to the ledger and to the caller. */
export interface Recorded {
  readonly runId: string
  readonly onEvent: OnEvent
}

/** Does the work of a run while nobody else has the project; whatever happens, the ledger has its end. */
export async function recorded<T>(
  { root }: Project,
  { signal, onEvent: tell }: RunOptions,
  startedAt: number,
  work: (run: Recorded) => Promise<T>,
): Promise<T> {
  const folder = join(root, '.c360')
  const runId = newRunId(startedAt)
  const lockOptions = {
    ...(signal ? { signal } : {}),
    onWait: (holder: string) => tell?.({ type: 'waiting', holder }),
  }
  return withLock(folder, `c360 run ${runId}`, lockOptions, async () => {
    const ledger = await openLedger(folder, runId)
    const onEvent: OnEvent = (event) => {
      ledger.write(event)
      tell?.(event)
    }
    try {
      return await work({ runId, onEvent })
    } catch (failed) {
      const error = withoutValues(failed)
      const { code, message } =
        error instanceof C360Error ? error : { code: 'INTERNAL', message: String(error) }
      onEvent({ type: 'failed', code, message })
      throw error
    } finally {
      await rm(join(folder, 'tmp'), { recursive: true, force: true })
      await ledger.close()
    }
  })
}
