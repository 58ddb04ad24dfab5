import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { C360Error } from '../errors.ts'
import type { FileOutcome, OnEvent, RunEvent, RunOutcome } from './events.ts'
import type { RunResult } from './run.ts'
import { fromWire, type WireError } from './wire-error.ts'

/** What a run came to, for a line. */
export interface Ended {
  /** '' where nothing had changed. */
  readonly runId: string
  readonly outcome: RunOutcome
  /** The version that was made, or the one that was there. */
  readonly version: number | null
  /** Files that were brought in, and their rows. */
  readonly files: number
  readonly rows: number
  /** Files that could not be read, those of earlier runs that still lie there included. */
  readonly refused: number
  readonly seconds: number
}

/** What the process of a run tells: its events as they come, then one of the two ends. */
export type RunMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'ended'; readonly ended: Ended }
  | { readonly type: 'failed'; readonly error: WireError }

export interface ApartOptions {
  readonly fullRefresh?: boolean
  /** A target whose published gold is brought here, instead of a run. */
  readonly importFrom?: string
  /** Asks the run to stop; it leaves what was published as it was. */
  readonly signal?: AbortSignal
  readonly onEvent?: OnEvent
}

/**
 * A run of the project in a process of its own: whoever starts it keeps its event loop and its memory, and lives on when the
 * run does not. Resolves when the process is gone. Failures as `prepare` and `run`; INTERNAL when the process died.
 */
export async function runApart(root: string, options: ApartOptions = {}): Promise<Ended> {
  const { fullRefresh, importFrom, signal } = options
  if (signal?.aborted) throw new C360Error('CANCELLED', 'Cancelled before the run began.')
  const how = importFrom === undefined ? [fullRefresh ? 'full' : 'new'] : ['import', importFrom]
  const child = fork(program(), [root, ...how], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const cancel = () => void (child.connected && child.send('cancel'))
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    return await endOf(child, options.onEvent)
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

function endOf(child: ChildProcess, onEvent: OnEvent = () => undefined): Promise<Ended> {
  let end: Exclude<RunMessage, { type: 'event' }> | undefined
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new C360Error('INTERNAL', 'The run could not be started.', { cause })),
    )
    child.on('message', (sent) => {
      const message = sent as RunMessage
      if (message.type === 'event') onEvent(message.event)
      else end = message
    })
    child.once('close', (code, signal) => {
      if (end?.type === 'ended') resolve(end.ended)
      else if (end) reject(fromWire(end.error))
      else reject(died(signal ?? `code ${code}`))
    })
  })
}

const died = (how: string): C360Error =>
  new C360Error('INTERNAL', `The process of the run ended without a word (${how}).`, {
    hint: 'If the system ended it for want of memory, lower `memory:` in c360.yaml. Nothing half-done was published; the next run goes on.',
  })

/** Where the sources themselves run (under the test runner), the built program is started. */
function program(): string {
  const here = import.meta.url
  return fileURLToPath(
    new URL(here.endsWith('.ts') ? '../../dist/run/apart-child.js' : './apart-child.js', here),
  )
}

export function endedOf({ runId, outcome, version, files, seconds }: RunResult): Ended {
  const of = (wanted: FileOutcome['outcome']) => files.filter((file) => file.outcome === wanted)
  const delivered = of('delivered')
  return {
    runId,
    outcome,
    version: version ?? null,
    files: delivered.length,
    rows: delivered.reduce((sum, { rows = 0 }) => sum + rows, 0),
    refused: of('refused').length,
    seconds,
  }
}
