import type { Problem } from '../errors.ts'
import type { Plan } from '../plan/types.ts'
import type { FileOutcome, RunOutcome } from './events.ts'
import { type Observed, stillRefused } from './observe.ts'
import { remarks } from './remarks.ts'
import type { Manifest } from './versions.ts'
import type { Work } from './work.ts'

export interface RunResult {
  readonly runId: string
  readonly outcome: RunOutcome
  readonly version: number | undefined
  readonly manifest: Manifest | undefined
  /** Files looked at in this run, and those refused in earlier ones that still lie there. */
  readonly files: readonly FileOutcome[]
  readonly plan: Plan | undefined
  readonly warnings: readonly Problem[]
  readonly seconds: number
}

interface Ended {
  readonly outcome: RunOutcome
  /** The version that was made; the one that was there when nothing changed. */
  readonly manifest?: Manifest
  readonly files?: readonly FileOutcome[]
  readonly plan?: Plan
  /** Warnings about what came after the publication. */
  readonly problems?: readonly Problem[]
}

/** Ends a run: its last event, and what it tells its caller. */
export function finish(
  context: Work,
  observed: Pick<Observed, 'landing' | 'manifest' | 'otherFormat'>,
  { outcome, manifest = observed.manifest, files = [], plan, problems = [] }: Ended,
): RunResult {
  const ended = (context.options.now ?? Date.now)()
  const seconds = (ended - context.startedAt) / 1000
  const version = manifest?.version
  context.onEvent({ type: 'finished', outcome, seconds, ...(version === undefined ? {} : { version }) })
  return {
    runId: context.runId,
    outcome,
    version,
    manifest,
    files: [...stillRefused(observed.landing), ...files],
    plan,
    warnings: [
      ...context.prepared.warnings,
      ...remarks(context.prepared.project, observed, manifest, ended),
      ...problems,
    ],
    seconds,
  }
}
