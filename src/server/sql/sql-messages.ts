import type { Problem } from '../../errors.ts'
import type { Table } from '../schemas/common.ts'

/** What the process of the sandbox is given when it starts. */
export interface SandboxSettings {
  readonly database: string
  readonly statements: readonly string[]
  readonly tables: readonly string[]
  /** Never shown, not even in a plan. */
  readonly secret: string
  readonly memoryMegabytes: number
  readonly threads: number
}

export interface SandboxQuestion {
  readonly sql: string
  /** Rows at most. */
  readonly limit: number
  readonly plan: boolean
}

export interface SandboxAnswer {
  readonly table: Table
  readonly truncated: boolean
  readonly milliseconds: number
  readonly plan?: string
  /** Tables that were asked, `gold.customer_360`. */
  readonly tables: readonly string[]
}

export type SandboxMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly answer: SandboxAnswer }
  | { readonly type: 'refused'; readonly problem: Problem }
  | { readonly type: 'failed'; readonly message: string }

/** Exit code of a sandbox that used more memory than it may. */
export const OVER_MEMORY = 77
