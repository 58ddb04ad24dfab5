import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { bindModels } from '../run/bind.ts'
import { prepare } from '../run/prepare.ts'
import { closedPlaces, stopWith } from '../run/stores.ts'
import type { Command } from './command.ts'
import { type Context, flag, toJson } from './command.ts'
import { problemLines } from './problems.ts'
import { count } from './style.ts'

export const command: Command = {
  usage: '[--places] [--project DIR]',
  help: `
Reads c360.yaml, contracts/*.yaml and models/*.sql and reports every problem with file, line and what to do.
Your own models are also built once over empty sources, so that a wrong column is found here and not in a run.

  --places   also enter the containers that landing, lake and warehouse name, with the rights a run has to read them

Nothing is written. Exit code 0: no errors (warnings may be shown); 3: errors. With --places also 6: no such container,
8: no access, 17: no answer, 18: a secret is missing.
`,
  options: { places: { type: 'boolean' } },
  async run(context) {
    const prepared = await prepare(context.project)
    const { project, models, warnings } = prepared
    const problems = await bindModels(prepared)
    if (problems.length > 0)
      throw new C360Error('PROJECT_INVALID', 'Models that do not run:', {
        problems: [...warnings, ...problems],
      })
    if (flag(context, 'places')) await enterPlaces(project, context)
    if (context.json) {
      context.print(
        toJson({
          ok: true,
          sources: project.contracts.map(({ source }) => source),
          models: models.map(({ name }) => name),
          warnings,
        }),
      )
      return 0
    }
    if (warnings.length > 0) context.print(problemLines(warnings, context.paint))
    const own = project.models.length
    context.print(
      `${context.paint('green', 'ok')}  ${project.name}: ${count(project.contracts.length)} sources, ${count(models.length)} gold models${own > 0 ? ` (${own} of your own)` : ''}`,
    )
    return 0
  },
}

/** All that cannot be entered is told; the first one's code is the command's. */
async function enterPlaces(project: Project, context: Context): Promise<void> {
  stopWith(project, context.signal)
  const [first, ...others] = await closedPlaces(project)
  for (const { place, error } of others)
    context.note(`${place}: ${error instanceof Error ? error.message : String(error)}`)
  if (first) throw first.error
}
