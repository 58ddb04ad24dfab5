import { C360Error } from '../../errors.ts'
import { type ApartOptions, type Ended, runApart } from '../../run/apart.ts'
import type { RunEvent } from '../../run/events.ts'
import { activeRun } from './ledger-files.ts'

/** A run that is under way, or why there is none: nothing had changed. */
export type Started =
  | { readonly state: 'running'; readonly runId: string }
  | { readonly state: 'unchanged'; readonly runId: null }

interface Active {
  readonly cancel: AbortController
  readonly ended: Promise<Ended>
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>
  runId: string | undefined
}

const active = new Map<string, Active>()

/**
 * Starts a run of the project in a process of its own, so that readers keep their event loop and memory. Answers as soon as the run
 * has a name. RUN_ACTIVE while another one is at work, in this server or elsewhere; PROJECT_INVALID with every problem; whatever
 * else stops a run before it begins. `closing` ends it cleanly.
 */
export async function startRun(
  root: string,
  options: {
    readonly fullRefresh?: boolean
    readonly importFrom?: string
    readonly closing?: AbortSignal
  } = {},
): Promise<Started> {
  const elsewhere = active.has(root) ? undefined : await activeRun(root)
  // Between looking and starting nothing may wait: two requests must not both find nobody at work.
  if (active.has(root) || elsewhere) throw alreadyActive(elsewhere?.what)
  const { fullRefresh = false, importFrom, closing } = options
  return new Promise((resolve, reject) => {
    const entry = begin(root, {
      fullRefresh,
      ...(importFrom === undefined ? {} : { importFrom }),
      ...(closing ? { signal: closing } : {}),
      onEvent: (event) => {
        if (event.type === 'started') resolve({ state: 'running', runId: event.runId })
        if (event.type !== 'waiting') return
        entry.cancel.abort()
        reject(alreadyActive(event.holder))
      },
    })
    entry.ended.then(() => resolve({ state: 'unchanged', runId: null }), reject)
  })
}

/** The same to its end, for runs nobody waits for in front of a screen: one at a time, after whatever is at work. */
export async function runWhole(root: string, options: Omit<ApartOptions, 'fullRefresh'>): Promise<Ended> {
  for (let other = active.get(root); other; other = active.get(root)) await other.over
  return begin(root, options).ended
}

function begin(root: string, { signal, onEvent, ...options }: ApartOptions): Active {
  const cancel = new AbortController()
  const named = (event: RunEvent) => {
    if (event.type === 'started') entry.runId = event.runId
    onEvent?.(event)
  }
  const both = signal ? AbortSignal.any([signal, cancel.signal]) : cancel.signal
  const ended = runApart(root, { ...options, signal: both, onEvent: named })
  const over = ended.then(
    () => undefined,
    () => undefined,
  )
  const entry: Active = { cancel, ended, runId: undefined, over: over.finally(() => active.delete(root)) }
  active.set(root, entry)
  return entry
}

/** Asks a run of this server to stop; it leaves what was published as it was. NOT_FOUND when there is no such run, CONFLICT when it is another process's. */
export async function cancelRun(root: string, runId: string): Promise<void> {
  const entry = active.get(root)
  if (entry?.runId === runId) return entry.cancel.abort()
  const other = await activeRun(root)
  if (other?.runId === runId)
    throw new C360Error('CONFLICT', 'The run was started outside this server.', {
      hint: `End it where it was started (process ${other.pid}, Ctrl-C).`,
    })
  throw new C360Error('NOT_FOUND', 'There is no such run under way.', {
    hint: 'It may have ended: see the list of runs.',
  })
}

/** The run at work on a project, whoever started it. */
export const runningRun = async (root: string): Promise<string | undefined> =>
  active.get(root)?.runId ?? (await activeRun(root))?.runId

/** Resolves when no run of this server is at work any more; with `cancel` they are asked to stop first. */
export async function runsEnded(
  options: { readonly cancel?: boolean; readonly root?: string } = {},
): Promise<void> {
  const entries = [...active].filter(([root]) => options.root === undefined || root === options.root)
  if (options.cancel) for (const [, { cancel }] of entries) cancel.abort()
  await Promise.all(entries.map(([, { over }]) => over))
}

const alreadyActive = (holder: string | undefined): C360Error =>
  new C360Error('RUN_ACTIVE', `A run is at work on this project already${holder ? `: ${holder}` : ''}.`)
