import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Session, Settings } from '../engines/engine.ts'
import type { Project } from '../project/types.ts'
import type { AzurePolicy } from '../storage/azure.ts'
import type { TransferOptions } from '../storage/store.ts'
import type { OnEvent } from './events.ts'
import { spillFolder } from './lock.ts'
import type { Prepared } from './prepare.ts'
import type { Versions } from './versions.ts'

export interface RunOptions {
  readonly fullRefresh?: boolean
  /** false leaves the finished version as a candidate to compare. */
  readonly publish?: boolean
  readonly signal?: AbortSignal
  /** Patience with containers, and sizes of what is moved, other than the usual ones. */
  readonly storage?: Partial<AzurePolicy>
  readonly onEvent?: OnEvent
  /** Called at every named effect boundary; tests end the process there. */
  readonly boundary?: (name: string) => Promise<void> | void
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number
  /** Rows a table must have for its rollups to be made; without it, each rollup says from how many on it pays. */
  readonly rollupsFrom?: number
}

/** What every part of one run shares, wherever the warehouse is. */
export interface Work {
  readonly prepared: Prepared
  readonly options: RunOptions
  readonly runId: string
  readonly startedAt: number
  readonly onEvent: OnEvent
  readonly boundary: (name: string) => Promise<void> | void
}

/** A run that builds the project's own warehouse. */
export interface LocalWork extends Work {
  readonly versions: Versions
}

type Place = Pick<Settings, 'database' | 'readOnly' | 'threads' | 'isLittle'>

/** A session of the run, which has the lock: what it spills lies in the folder that every run begins by emptying. */
export const connect = ({ prepared: { project } }: Work, settings: Place): Promise<Session> =>
  opened(project, { ...settings, scratch: join(project.root, '.c360', 'tmp', 'spill') })

/** A session of somebody else: a run may be at work meanwhile, so it spills into a folder of its own. */
export const connectTo = (project: Project, settings: Place = {}): Promise<Session> =>
  opened(project, { ...settings, scratch: spillFolder(join(project.root, '.c360')) })

/** Within the project's limits, where the settings name no others. The engine is imported here, late: a run with nothing to do never loads it. */
async function opened({ memory, threads }: Project, settings: Settings): Promise<Session> {
  const { duckdb } = await import('../engines/duckdb/index.ts')
  // The engine makes this folder when memory runs short, and no folder above it.
  if (settings.scratch) await mkdir(dirname(settings.scratch), { recursive: true }).catch(() => undefined)
  return duckdb.connect({
    ...(memory === undefined ? {} : { memory }),
    ...(threads === undefined ? {} : { threads }),
    ...settings,
  })
}

const TELL_EVERY_MS = 2000

/** Options of a transfer that is told of every few seconds, and ends with the run's signal. */
export function told(
  { onEvent, signal }: { readonly onEvent: OnEvent; readonly signal?: AbortSignal },
  direction: 'download' | 'upload',
  path: string,
  of?: number,
): TransferOptions {
  let last = performance.now()
  return {
    ...(signal ? { signal } : {}),
    onProgress: (bytes) => {
      if (performance.now() - last < TELL_EVERY_MS) return
      last = performance.now()
      onEvent({ type: 'transfer', direction, path, bytes, ...(of === undefined ? {} : { of }) })
    },
  }
}

export const signalOf = ({ options }: Work) => (options.signal ? { signal: options.signal } : {})
