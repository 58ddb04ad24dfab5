import { Worker } from 'node:worker_threads'
import { C360Error } from '../../errors.ts'
import { fromWire } from '../../run/wire-error.ts'
import { programFile } from '../program.ts'
import type { HelperReply, HelperTask, TaskInput, TaskName, TaskResult } from './helper-worker.ts'

const IDLE_MS = 120_000

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A thread for work that would keep the server from answering for seconds: reading lineage, a legacy view, a stranger's files. */
export class Helper {
  private readonly root: string
  private readonly waiting = new Map<number, Waiting>()
  private worker: Worker | undefined
  private idle: NodeJS.Timeout | undefined
  private last = 0

  constructor(root: string) {
    this.root = root
  }

  /** Failures are those of the task; CANCELLED when aborted. */
  async do<N extends TaskName>(task: N, input: TaskInput<N>, signal: AbortSignal): Promise<TaskResult<N>> {
    if (signal.aborted) throw new C360Error('CANCELLED', 'Cancelled.')
    clearTimeout(this.idle)
    const worker = this.started()
    const id = ++this.last
    const cancel = () => worker.postMessage({ id, task: 'cancel' })
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const answer = new Promise<unknown>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject })
        worker.postMessage({ id, task, input } as HelperTask)
      })
      return (await answer) as TaskResult<N>
    } finally {
      signal.removeEventListener('abort', cancel)
      this.waiting.delete(id)
      if (this.waiting.size === 0) this.idle = setTimeout(() => void this.close(), IDLE_MS).unref()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.idle)
    const worker = this.worker
    this.worker = undefined
    await worker?.terminate()
  }

  private started(): Worker {
    if (this.worker) return this.worker
    const worker = new Worker(programFile('helper/helper-worker'), { workerData: { root: this.root } })
    worker.on('message', ({ id, value, error }: HelperReply) => {
      const waiting = this.waiting.get(id)
      if (error) waiting?.reject(fromWire(error))
      else waiting?.resolve(value)
    })
    worker.on('error', (error) => this.failAll(error))
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined
      this.failAll(new C360Error('CANCELLED', 'Cancelled.'))
    })
    worker.unref()
    this.worker = worker
    return worker
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }
}

const helpers = new Map<string, Helper>()

/** The helper of a project's folder. */
export function helperOf(root: string): Helper {
  const helper = helpers.get(root) ?? new Helper(root)
  helpers.set(root, helper)
  return helper
}

/** Ends every helper of this process. */
export async function closeHelpers(): Promise<void> {
  await Promise.all([...helpers.values()].map((helper) => helper.close()))
  helpers.clear()
}
