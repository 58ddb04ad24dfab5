import { type ChildProcess, fork } from 'node:child_process'
import { C360Error } from '../../errors.ts'
import { RequestPool } from '../http/requests.ts'
import { programFile } from '../program.ts'
import {
  OVER_MEMORY,
  type SandboxAnswer,
  type SandboxMessage,
  type SandboxQuestion,
  type SandboxSettings,
} from './sql-messages.ts'

export interface SandboxLimits {
  /** Milliseconds a statement may take. */
  readonly timeMs: number
  readonly memoryMegabytes: number
  readonly threads: number
  /** An idle sandbox is ended after so many milliseconds. */
  readonly idleMs: number
}

export const sandboxLimits: SandboxLimits = {
  timeMs: 30_000,
  memoryMegabytes: 1024,
  threads: 1,
  idleMs: 120_000,
}

/** Opening a file on a slow disk counts apart from the statement's own time. */
const START_MS = 20_000

/**
 * Answers SQL in a process of its own: it can be ended at any moment, which an engine inside the server cannot (interrupting it may take
 * tens of seconds), and what it allocates is not the server's. One statement at a time; another one waits for its turn.
 */
export class SqlSandbox {
  private readonly settings: Omit<SandboxSettings, 'memoryMegabytes' | 'threads'>
  private readonly limits: SandboxLimits
  private readonly turns = new RequestPool({ parallel: 1, queue: 8 })
  private child: ChildProcess | undefined
  private idle: NodeJS.Timeout | undefined

  constructor(settings: Omit<SandboxSettings, 'memoryMegabytes' | 'threads'>, limits = sandboxLimits) {
    this.settings = settings
    this.limits = limits
  }

  /**
   * PROJECT_INVALID with the Problem of a statement that is refused; SQL_FAILED in the engine's words; TIMED_OUT, OUT_OF_MEMORY, CANCELLED;
   * TOO_BUSY when too many wait.
   */
  ask(question: SandboxQuestion, signal: AbortSignal): Promise<SandboxAnswer> {
    return this.turns.run(signal, async () => {
      clearTimeout(this.idle)
      const child = await this.ready(signal)
      const message = await this.reply(child, question, this.limits.timeMs, signal)
      this.idle = setTimeout(() => this.close(), this.limits.idleMs)
      this.idle.unref()
      if (message.type === 'answer') return message.answer
      throw asError(message)
    })
  }

  close(): void {
    clearTimeout(this.idle)
    this.child?.kill('SIGKILL')
    this.child = undefined
  }

  private async ready(signal: AbortSignal): Promise<ChildProcess> {
    if (this.child?.connected) return this.child
    // An empty environment and no folder of its own: there is nothing to find even for who gets out of the engine.
    const child = fork(programFile('sql/sql-child'), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {},
      serialization: 'advanced',
    })
    this.child = child
    const { memoryMegabytes, threads } = this.limits
    const message = await this.reply(child, { ...this.settings, memoryMegabytes, threads }, START_MS, signal)
    if (message.type === 'ready') return child
    this.close()
    throw asError(message)
  }

  /** The next message of the process, or why there is none; then the process is ended. */
  private reply(
    child: ChildProcess,
    send: SandboxQuestion | SandboxSettings,
    timeMs: number,
    signal: AbortSignal,
  ): Promise<SandboxMessage> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        child.removeAllListeners()
        done()
      }
      const end = (error: C360Error) =>
        settle(() => {
          this.close()
          reject(error)
        })
      const onAbort = () => end(new C360Error('CANCELLED', 'Cancelled.'))
      const timer = setTimeout(() => end(tooSlow(timeMs)), timeMs)
      signal.addEventListener('abort', onAbort, { once: true })
      child.once('error', (cause) =>
        end(new C360Error('INTERNAL', 'The SQL sandbox did not start.', { cause })),
      )
      child.once('exit', (code) => end(ended(code)))
      child.once('message', (message) => settle(() => resolve(message as SandboxMessage)))
      if (signal.aborted) onAbort()
      else child.send(send, (error) => error && end(ended(null)))
    })
  }
}

const tooSlow = (timeMs: number): C360Error =>
  new C360Error('TIMED_OUT', `The statement took longer than ${timeMs / 1000} seconds and was ended.`, {
    hint: 'Ask for less, or use `c360 sql`, which has no limit.',
  })

const tooMuch = (): C360Error =>
  new C360Error('OUT_OF_MEMORY', 'The statement needed more memory than SQL in the browser may use.', {
    hint: 'Aggregate before you join or sort, or use `c360 sql`.',
  })

const ended = (code: number | null): C360Error =>
  code === OVER_MEMORY || code === null
    ? tooMuch()
    : new C360Error('SQL_FAILED', 'The statement ended the SQL sandbox.', { hint: 'Write it another way.' })

function asError(message: SandboxMessage): C360Error {
  if (message.type === 'refused')
    return new C360Error('PROJECT_INVALID', message.problem.message, {
      problems: [message.problem],
      hint: message.problem.hint ?? 'One SELECT over tables of gold and silver can be asked here.',
    })
  const text = message.type === 'failed' ? message.message : 'unexpected answer'
  if (/Out of Memory|could not allocate|failed to (allocate|pin) block/i.test(text)) return tooMuch()
  return new C360Error('SQL_FAILED', text)
}
