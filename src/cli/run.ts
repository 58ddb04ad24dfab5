import { C360Error, errorTable } from '../errors.ts'
import { type Prepared, prepare } from '../run/prepare.ts'
import { type RunOptions, type RunResult, run } from '../run/run.ts'
import { type Command, type Context, flag, text, toJson } from './command.ts'
import { progressFor } from './progress.ts'
import { runReport } from './report.ts'

export const command: Command = {
  usage: '[--full-refresh] [--no-publish] [--target NAME] [--project DIR]',
  help: `
Reads what is new in the landing folder, keeps it in bronze, cleans it into silver, builds gold, certifies every
model against the facts, and publishes the result in one step. Readers see the old version until then, and the new
one after. A run that is stopped at any moment leaves the published version as it was; the next one goes on.

  --full-refresh   rebuild silver and gold from bronze (the landing files are not needed)
  --no-publish     leave the finished version as a candidate: compare it with \`c360 diff\`
  --target NAME    build silver and gold in an engine that c360.yaml names below \`targets:\`; bronze is brought to it
  --take-over      go on although a run of another machine seems to have the target: that run is dead

Exit code 0: done, or nothing to do. 5: published, but files were refused or deletions are held.
4: not published, gold did not certify. 130: cancelled. Others: see docs/operations.md.
`,
  options: {
    'full-refresh': { type: 'boolean' },
    'no-publish': { type: 'boolean' },
    target: { type: 'string' },
    'take-over': { type: 'boolean' },
  },
  async run(context) {
    const prepared = await prepare(context.project)
    const { onEvent, done } = progressFor(context)
    try {
      const options = {
        fullRefresh: flag(context, 'full-refresh'),
        publish: !flag(context, 'no-publish'),
        signal: context.signal,
        onEvent,
      }
      const result = await runWhere(prepared, context, options)
      done()
      context.print(
        context.json ? toJson(summary(result)) : runReport(prepared.project, result, context.paint),
      )
      return exitOf(result)
    } catch (error) {
      done()
      throw context.signal.aborted ? new C360Error('CANCELLED', 'Cancelled.', { cause: error }) : error
    }
  },
}

async function runWhere(prepared: Prepared, context: Context, options: RunOptions): Promise<RunResult> {
  const target = text(context, 'target')
  const takeOver = flag(context, 'take-over')
  if (target === undefined) {
    if (takeOver) throw new C360Error('USAGE', '--take-over goes with --target.')
    return run(prepared, options)
  }
  const [{ openTarget }, { runOnTarget }] = await Promise.all([
    import('../run/target/open.ts'),
    import('../run/target/run.ts'),
  ])
  return runOnTarget(prepared, await openTarget(prepared.project, target), { ...options, takeOver })
}

/** Published all the same, but somebody should look: refused files, held deletions. */
export function exitOf({ files, manifest }: RunResult): number {
  const refused = files.some(({ outcome }) => outcome === 'refused')
  const held = Object.values(manifest?.held ?? {}).some((loads) => loads.length > 0)
  return refused || held ? errorTable.INPUT_REFUSED.exit : 0
}

const summary = ({ runId, outcome, version, files, manifest, plan, warnings, seconds }: RunResult) => ({
  runId,
  outcome,
  version,
  seconds,
  files,
  steps: plan?.steps.map(({ kind, name, why }) => ({ kind, name, why })) ?? [],
  accounts: manifest?.accounts,
  held: manifest?.held,
  models: manifest?.models,
  lookups: manifest?.lookups ?? {},
  warnings,
})
