import { type ChildProcess, fork } from 'node:child_process'
import { C360Error } from '../../errors.ts'
import { fromWire } from '../helper/wire-error.ts'
import { programFile } from '../program.ts'
import { activeRun } from './ledger-files.ts'
import type { RunMessage } from './run-child.ts'

/** A run that is under way, or why there is none: nothing had changed. */
export type Started =
  | { readonly state: 'running'; readonly runId: string }
  | { readonly state: 'unchanged'; readonly runId: null }

interface Active {
  readonly child: ChildProcess
  readonly ended: Promise<void>
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
  options: { readonly fullRefresh?: boolean; readonly closing?: AbortSignal } = {},
): Promise<Started> {
  const elsewhere = active.has(root) ? undefined : await activeRun(root)
  // Between looking and starting nothing may wait: two requests must not both find nobody at work.
  if (active.has(root) || elsewhere) throw alreadyActive(elsewhere?.what)
  const child = fork(programFile('runs/run-child'), [root, options.fullRefresh ? 'full' : 'new'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const cancel = () => void (child.connected && child.send('cancel'))
  const entry: Active = {
    child,
    runId: undefined,
    ended: new Promise((resolve) => child.once('close', () => resolve())),
  }
  active.set(root, entry)
  options.closing?.addEventListener('abort', cancel, { once: true })
  void entry.ended.then(() => {
    active.delete(root)
    options.closing?.removeEventListener('abort', cancel)
  })
  return begun(entry)
}

function begun(entry: Active): Promise<Started> {
  const { child } = entry
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new C360Error('INTERNAL', 'The run could not be started.', { cause }))
      child.emit('close')
    })
    child.once('close', () => reject(new C360Error('INTERNAL', 'The run ended before it began.')))
    child.on('message', (sent) => {
      const message = sent as RunMessage
      if (message.type === 'failed') return reject(fromWire(message.error))
      if (message.type === 'ended') return resolve({ state: 'unchanged', runId: null })
      if (message.event.type === 'waiting') {
        child.send('cancel')
        reject(alreadyActive(message.event.holder))
      }
      if (message.event.type === 'started') {
        entry.runId = message.event.runId
        resolve({ state: 'running', runId: message.event.runId })
      }
    })
  })
}

/** Asks a run of this server to stop; it leaves what was published as it was. NOT_FOUND when there is no such run, CONFLICT when it is another process's. */
export async function cancelRun(root: string, runId: string): Promise<void> {
  const entry = active.get(root)
  if (entry?.runId === runId) {
    if (entry.child.connected) entry.child.send('cancel')
    return
  }
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
  for (const [, { child }] of entries) if (options.cancel && child.connected) child.send('cancel')
  await Promise.all(entries.map(([, { ended }]) => ended))
}

const alreadyActive = (holder: string | undefined): C360Error =>
  new C360Error('RUN_ACTIVE', `A run is at work on this project already${holder ? `: ${holder}` : ''}.`)
