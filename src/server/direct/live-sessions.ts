import type { Remote, RowBatch, Session } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import { RequestPool } from '../http/requests.ts'

export interface LiveLimits {
  /** Statements at the same time, and those that wait; beyond that TOO_BUSY. */
  readonly parallel: number
  readonly queue: number
  /** Milliseconds of one statement, its rows included. */
  readonly statementMs: number
  /** Rows of one answer. */
  readonly rows: number
  /** Milliseconds that a session nobody uses stays open. */
  readonly idleMs: number
}

export const LIVE_LIMITS: LiveLimits = {
  parallel: 4,
  queue: 48,
  statementMs: 60_000,
  rows: 50_000,
  idleMs: 60_000,
}

/** Sessions with a target, opened as questions come: each statement has one to itself, and an aborted one is ended there. */
export class LiveSessions {
  private readonly remote: Remote
  private readonly limits: LiveLimits
  private readonly turns: RequestPool
  private free: { readonly session: Session; readonly idle: NodeJS.Timeout }[] = []
  private isClosed = false

  constructor(remote: Remote, limits: LiveLimits = LIVE_LIMITS) {
    this.remote = remote
    this.limits = limits
    this.turns = new RequestPool(limits)
  }

  /** All rows of a query. TOO_BUSY, TIMED_OUT, TOO_LARGE, CANCELLED, TARGET_*. */
  batches(sql: string, signal: AbortSignal): Promise<RowBatch[]> {
    return this.use(signal, async (session, own) => {
      const batches: RowBatch[] = []
      let rows = 0
      for await (const batch of session.stream(sql, own)) {
        batches.push(batch)
        rows += batch.rows
        if (rows > this.limits.rows) throw tooLarge(this.limits.rows)
      }
      return batches
    })
  }

  /** Does a short piece of work with a session of its own. */
  use<T>(signal: AbortSignal, work: (session: Session, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { statementMs } = this.limits
    return this.turns.run(signal, async () => {
      const late = AbortSignal.timeout(statementMs)
      const own = AbortSignal.any([signal, late])
      let session: Session | undefined
      try {
        session = this.taken() ?? (await this.remote.connect(own))
        const result = await work(session, own)
        this.give(session)
        return result
      } catch (error) {
        // What went wrong may be the session itself.
        await ended(session)
        throw late.aborted && !signal.aborted ? timedOut(this.remote, statementMs) : error
      }
    })
  }

  async close(): Promise<void> {
    this.isClosed = true
    for (let session = this.taken(); session; session = this.taken()) await ended(session)
  }

  private taken(): Session | undefined {
    const found = this.free.pop()
    clearTimeout(found?.idle)
    return found?.session
  }

  private give(session: Session): void {
    if (this.isClosed) return void ended(session)
    const idle = setTimeout(() => {
      this.free = this.free.filter((one) => one.session !== session)
      void ended(session)
    }, this.limits.idleMs)
    this.free.push({ session, idle: idle.unref() })
  }
}

/** What a target keeps for a session that cannot be ended, it ends itself. */
async function ended(session: Session | undefined): Promise<void> {
  try {
    await session?.[Symbol.asyncDispose]()
  } catch {}
}

const tooLarge = (rows: number): C360Error =>
  new C360Error('TOO_LARGE', `The answer has more than ${rows} rows.`, {
    hint: 'Ask for less: a shorter range, fewer groups.',
  })

const timedOut = ({ where }: Remote, ms: number): C360Error =>
  new C360Error('TIMED_OUT', `${where} did not answer within ${Math.round(ms / 1000)} s.`, {
    hint: 'Ask for less, give it more power, or choose import in the refresh settings.',
  })
