import type { Problem } from '../errors.ts'

/** What a run tells while it works: for a bar on a terminal, lines in CI, the ledger and the server. No values of rows. */
export type RunEvent =
  | { readonly type: 'waiting'; readonly holder: string }
  | { readonly type: 'started'; readonly runId: string }
  | { readonly type: 'scanning'; readonly source: string; readonly path: string; readonly size: number }
  | { readonly type: 'file'; readonly file: FileOutcome }
  | { readonly type: 'planned'; readonly steps: number }
  /** Rows of bronze go into the engine of a target. */
  | { readonly type: 'loading'; readonly source: string; readonly path: string; readonly rows: number }
  /** Told every few seconds while content moves between a container and this machine; `bytes` of `of`, where it is known. */
  | {
      readonly type: 'transfer'
      readonly direction: 'download' | 'upload'
      readonly path: string
      readonly bytes: number
      readonly of?: number
    }
  /** Another runner published first: all is looked at and planned anew. */
  | { readonly type: 'overtaken'; readonly attempt: number }
  | {
      readonly type: 'step'
      readonly index: number
      readonly of: number
      readonly name: string
      readonly kind: string
      readonly why: readonly string[]
    }
  | { readonly type: 'step_done'; readonly index: number; readonly name: string; readonly seconds: number }
  | { readonly type: 'problem'; readonly problem: Problem }
  | {
      readonly type: 'finished'
      readonly outcome: RunOutcome
      readonly version?: number
      readonly seconds: number
    }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }

export type RunOutcome = 'published' | 'candidate' | 'unchanged'

/** What became of a landing file in this run. */
export interface FileOutcome {
  readonly source: string
  readonly path: string
  readonly outcome: 'delivered' | 'duplicate' | 'known' | 'refused' | 'changed_while_read'
  readonly delivery?: number
  readonly rows?: number
  readonly malformed?: number
  readonly blankLines?: number
  /** Columns the file has and the contract does not name, and the other way round. */
  readonly newColumns?: readonly string[]
  readonly missingColumns?: readonly string[]
  /** What a reader of its format found odd, counted: no values. */
  readonly notes?: readonly string[]
  readonly problem?: Problem
}

export type OnEvent = (event: RunEvent) => void
