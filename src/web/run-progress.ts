import type { LedgerLine } from './run-events.ts'

type RunEvent = LedgerLine['event']
export type FileOutcome = Extract<RunEvent, { type: 'file' }>['file']
export type RunProblem = Extract<RunEvent, { type: 'problem' }>['problem']

export interface Step {
  readonly index: number
  readonly name: string
  readonly kind: string
  readonly why: readonly string[]
  /** Null while it is being worked on. */
  readonly seconds: number | null
}

/** What a run has told so far, put together. */
export interface Progress {
  readonly startedAt: string | null
  readonly endedAt: string | null
  /** The file being read now. */
  readonly scanning: { readonly path: string; readonly size: number } | null
  readonly files: readonly FileOutcome[]
  /** Steps of the plan; 0 until there is one. */
  readonly of: number
  readonly steps: readonly Step[]
  readonly problems: readonly RunProblem[]
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly version: number | null
}

const empty: Progress = {
  startedAt: null,
  endedAt: null,
  scanning: null,
  files: [],
  of: 0,
  steps: [],
  problems: [],
  failure: null,
  version: null,
}

export const progressOf = (lines: readonly LedgerLine[]): Progress => lines.reduce(after, empty)

const after = (now: Progress, { at, event }: LedgerLine): Progress => {
  switch (event.type) {
    case 'started':
      return { ...now, startedAt: at }
    case 'scanning':
      return { ...now, scanning: event }
    case 'file':
      return { ...now, scanning: null, files: [...now.files, event.file] }
    case 'planned':
      return { ...now, scanning: null, of: event.steps }
    case 'step':
      return { ...now, of: event.of, steps: [...now.steps, { ...event, seconds: null }] }
    case 'step_done':
      return {
        ...now,
        steps: now.steps.map((step) =>
          step.index === event.index ? { ...step, seconds: event.seconds } : step,
        ),
      }
    case 'problem':
      return { ...now, problems: [...now.problems, event.problem] }
    case 'finished':
      return { ...now, endedAt: at, version: event.version ?? null }
    case 'failed':
      return { ...now, endedAt: at, failure: event }
    default:
      return now
  }
}

/** 0..1: reading files is the first fifth, the plan's steps are the rest. Null while nothing can be told. */
export const shareDone = ({ of, steps, files, endedAt }: Progress): number | null => {
  if (endedAt) return 1
  if (of > 0) return 0.2 + (0.8 * steps.filter(({ seconds }) => seconds !== null).length) / of
  return files.length > 0 ? 0.1 : null
}
