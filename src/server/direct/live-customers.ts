import { C360Error } from '../../errors.ts'
import type { ProfileReader } from '../people/profile-reader.ts'
import type { CustomerHere } from './customer.ts'

interface Kept {
  readonly asking: Promise<CustomerHere>
  /** Leases that read it. */
  uses: number
  /** Another one has its place: it goes once nobody reads it. */
  isOut: boolean
}

/** Customers that were looked at of late. The one least looked at makes room, but none is taken from under whoever reads it. */
export class LiveCustomers {
  private readonly most: number
  private readonly kept = new Map<string, Kept>()

  constructor(most: number) {
    this.most = most
  }

  /** `ask` brings one that is not here; `atEnd` takes what is to be called when the reader is not read any more. */
  async reader(
    id: string,
    signal: AbortSignal,
    ask: () => Promise<CustomerHere>,
    atEnd: (end: () => void) => void,
  ): Promise<ProfileReader> {
    const known = this.kept.get(id)
    const one = known ?? { asking: ask(), uses: 0, isOut: false }
    this.kept.delete(id)
    this.kept.set(id, one)
    if (!known) one.asking.catch(() => this.lost(id, one))
    one.uses++
    atEnd(() => this.left(one))
    this.makeRoom()
    try {
      return (await one.asking).reader
    } catch (error) {
      // Whoever asked first has gone away.
      const isTheirs = error instanceof C360Error && error.code === 'CANCELLED' && !signal.aborted
      if (known && isTheirs) return this.reader(id, signal, ask, atEnd)
      throw error
    }
  }

  async close(): Promise<void> {
    const all = [...this.kept.values()]
    this.kept.clear()
    for (const one of all) await ended(one)
  }

  private lost(id: string, one: Kept): void {
    if (this.kept.get(id) === one) this.kept.delete(id)
  }

  private left(one: Kept): void {
    one.uses--
    if (one.isOut && one.uses === 0) void ended(one)
  }

  private makeRoom(): void {
    for (const [id, one] of this.kept) {
      if (this.kept.size <= this.most) return
      this.kept.delete(id)
      one.isOut = true
      if (one.uses === 0) void ended(one)
    }
  }
}

/** One that never came needs no ending. */
async function ended({ asking }: Kept): Promise<void> {
  await asking.then((customer) => customer[Symbol.asyncDispose]()).catch(() => undefined)
}
