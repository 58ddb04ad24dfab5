import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { bindModels } from '../run/bind.ts'
import { type Prepared, prepare } from '../run/prepare.ts'
import { closedPlaces, stopWith } from '../run/stores.ts'
import type { TargetCheck } from '../run/target/check.ts'
import type { Command } from './command.ts'
import { type Context, flag, text, toJson } from './command.ts'
import { problemLines } from './problems.ts'
import { count } from './style.ts'

export const command: Command = {
  usage: '[--places] [--target NAME] [--project DIR]',
  help: `
Reads c360.yaml, contracts/*.yaml and models/*.sql and reports every problem with file, line and what to do.
Your own models are also built once over empty sources, so that a wrong column is found here and not in a run.

  --places        also enter the containers that landing, lake and warehouse name, with the rights a run has to read them
  --target NAME   also enter that target: are its models written, does it answer, does it let us in, may we make tables there

Nothing is written, but for the target's schemas and a table of scratch that is taken away again. Exit code 0: no errors
(warnings may be shown); 3: errors. With --places or --target also 6: no such container or target, 8: no access,
17 or 20: no answer, 18: a secret is missing, 21: the target does not let us in.
`,
  options: { places: { type: 'boolean' }, target: { type: 'string' } },
  async run(context) {
    const prepared = await prepare(context.project)
    const { project, models, warnings } = prepared
    const problems = await bindModels(prepared)
    if (problems.length > 0)
      throw new C360Error('PROJECT_INVALID', 'Models that do not run:', {
        problems: [...warnings, ...problems],
      })
    if (flag(context, 'places')) await enterPlaces(project, context)
    const target = await enterTarget(prepared, context)
    if (context.json) {
      context.print(
        toJson({
          ok: true,
          sources: project.contracts.map(({ source }) => source),
          models: models.map(({ name }) => name),
          warnings,
          ...(target.length > 0 ? { target } : {}),
        }),
      )
      return 0
    }
    if (warnings.length > 0) context.print(problemLines(warnings, context.paint))
    const own = project.models.length
    context.print(
      `${context.paint('green', 'ok')}  ${project.name}: ${count(project.contracts.length)} sources, ${count(models.length)} gold models${own > 0 ? ` (${own} of your own)` : ''}`,
    )
    for (const { what, found } of target) context.print(`${context.paint('green', 'ok')}  ${what}: ${found}`)
    return 0
  },
}

async function enterTarget(prepared: Prepared, context: Context): Promise<readonly TargetCheck[]> {
  const name = text(context, 'target')
  if (name === undefined) return []
  const [{ openTarget }, { checkTarget }] = await Promise.all([
    import('../run/target/open.ts'),
    import('../run/target/check.ts'),
  ])
  return checkTarget(prepared, await openTarget(prepared.project, name), context.signal)
}

/** All that cannot be entered is told; the first one's code is the command's. */
async function enterPlaces(project: Project, context: Context): Promise<void> {
  stopWith(project, context.signal)
  const [first, ...others] = await closedPlaces(project)
  for (const { place, error } of others)
    context.note(`${place}: ${error instanceof Error ? error.message : String(error)}`)
  if (first) throw first.error
}
