import type { Today } from './calendar.ts'
import type { Kind } from './dirt.ts'
import type { OnlineStatus } from './manifest.ts'
import type { People } from './people.ts'
import type { Outcome } from './planted-file.ts'

export interface CustomerSeen {
  /** 1 = first customer. */
  readonly id: number
  readonly name: string
  readonly email: string
  readonly address: string
  /** Index into `cities`. */
  readonly city: number
  readonly kind: Kind | undefined
  readonly outcome: Outcome
}

export interface SaleSeen {
  /** id - 1; absent for a customer nobody knows. */
  readonly buyer?: number
  readonly now: Today
  readonly second: number
  readonly cents: number
  readonly status: OnlineStatus | 'inStore'
}

export interface ContactSeen {
  readonly buyer: number
  readonly now: Today
  readonly issue: string
  readonly resolved: boolean
}

/** Somebody who looks on while the retailer's files are written; sees kept records only, but for customers. */
export interface Witness {
  /** Every customer, held back or not, in order. */
  customer(seen: CustomerSeen): void
  /** All customers are written; the first day begins. */
  opened(people: People): void
  sale(seen: SaleSeen): void
  contact(seen: ContactSeen): void
  /** The day is over. */
  closed(now: Today): void
}
