import { C360Error } from '../errors.ts'
import { decide, deliveriesOfFile } from '../quarantine/decide.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Command, text } from './command.ts'

export const command: Command = {
  usage: 'FILE [--why TEXT] [--project DIR]',
  help: `
A full load that lacks more keys than the contract's max_delete allows deletes nothing until a person has looked.
This says that the file is complete: the next run deletes what it lacks. FILE is the path below the landing folder.
`,
  options: { why: { type: 'string' } },
  async run(context) {
    const [file] = context.positionals
    if (file === undefined) throw new C360Error('USAGE', 'Which file? `c360 run` names those that are held.')
    const project = await loadProjectOrFail(context.project)
    const found = await deliveriesOfFile(project, file)
    const full = new Set(project.contracts.filter(({ load }) => load === 'full').map(({ source }) => source))
    const loads = found.filter(({ source }) => full.has(source))
    if (loads.length === 0)
      throw new C360Error(
        'USAGE',
        `${file} deletes nothing: ${found.map(({ source }) => source).join(', ')} is not a full load.`,
      )
    await decide(
      project,
      loads.map((load) => ({ kind: 'accept', ...load })),
      text(context, 'why'),
    )
    context.print(`The deletions of ${file} are accepted; they are done at the next run: c360 run`)
    return 0
  },
}
