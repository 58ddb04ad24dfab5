import { C360Error } from '../errors.ts'
import { decide, deliveryOfFile } from '../quarantine/decide.ts'
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
    const found = await deliveryOfFile(project, file)
    const contract = project.contracts.find(({ source }) => source === found.source)
    if (contract?.load !== 'full')
      throw new C360Error('USAGE', `${file} deletes nothing: ${found.source} is not a full load.`)
    await decide(project, [{ kind: 'accept', ...found }], text(context, 'why'))
    context.print(`The deletions of ${file} are accepted; they are done at the next run: c360 run`)
    return 0
  },
}
