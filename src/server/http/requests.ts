import { C360Error } from '../../errors.ts'

export interface PoolOptions {
  /** Pieces of work at the same time. */
  readonly parallel: number
  /** Further ones that wait; beyond that TOO_BUSY. */
  readonly queue: number
}

/** Bounded work with a short queue: beyond capacity a request is refused at once rather than kept waiting. */
export class RequestPool {
  private readonly options: PoolOptions
  private readonly waiting: { start: () => void }[] = []
  private active = 0

  constructor(options: PoolOptions) {
    this.options = options
  }

  get load(): { readonly active: number; readonly waiting: number } {
    return { active: this.active, waiting: this.waiting.length }
  }

  /** Runs `work` when it is its turn. TOO_BUSY when too many wait already; CANCELLED when aborted while waiting. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.enter(signal)
    try {
      return await work()
    } finally {
      this.active--
      this.waiting.shift()?.start()
    }
  }

  private async enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw cancelled()
    if (this.active < this.options.parallel) {
      this.active++
      return
    }
    if (this.waiting.length >= this.options.queue)
      throw new C360Error('TOO_BUSY', 'Too many questions at once.')
    await new Promise<void>((resolve, reject) => {
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(turn), 1)
        reject(cancelled())
      }
      const turn = {
        start: () => {
          signal.removeEventListener('abort', leave)
          this.active++
          resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.waiting.push(turn)
    })
  }
}

const cancelled = () => new C360Error('CANCELLED', 'Cancelled.')
