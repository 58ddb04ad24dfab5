import type { RowBatch, Session } from '../../engines/engine.ts'

export type Row = Readonly<Record<string, unknown>>

/** Connections to one database that many requests share: each query has one to itself. */
export class SessionPool {
  private readonly all: readonly Session[]
  private readonly free: Session[]
  private readonly waiting: ((session: Session) => void)[] = []

  constructor(sessions: readonly Session[]) {
    this.all = sessions
    this.free = [...sessions]
  }

  /** A query's rows as objects; for small results. */
  async rows(sql: string, signal: AbortSignal): Promise<Row[]> {
    const rows: Row[] = []
    for await (const { names, columns, rows: count } of this.stream(sql, signal))
      for (let r = 0; r < count; r++)
        rows.push(Object.fromEntries(names.map((name, c) => [name, columns[c]?.[r]])))
    return rows
  }

  async *stream(sql: string, signal: AbortSignal): AsyncIterable<RowBatch> {
    const session = await this.take()
    try {
      yield* session.stream(sql, signal)
    } finally {
      this.give(session)
    }
  }

  async close(): Promise<void> {
    for (const session of this.all) await session[Symbol.asyncDispose]()
  }

  private take(): Promise<Session> {
    const session = this.free.pop()
    if (session) return Promise.resolve(session)
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  private give(session: Session): void {
    const next = this.waiting.shift()
    if (next) next(session)
    else this.free.push(session)
  }
}
