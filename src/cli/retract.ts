import { C360Error } from '../errors.ts'
import { decide, deliveriesOfFile } from '../quarantine/decide.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Command, flag, text } from './command.ts'

export const command: Command = {
  usage: 'FILE [--undo] [--why TEXT] [--project DIR]',
  help: `
Takes a landed file back: from the next run on its rows do not count, and what they had replaced counts again.
A workbook is taken back from every source it feeds. The rows stay in bronze; \`--undo\` lets them count again. FILE is the path below the landing folder.
`,
  options: { undo: { type: 'boolean' }, why: { type: 'string' } },
  async run(context) {
    const [file] = context.positionals
    if (file === undefined)
      throw new C360Error('USAGE', 'Which file? Give its path below the landing folder.')
    const project = await loadProjectOrFail(context.project)
    const found = await deliveriesOfFile(project, file)
    const kind = flag(context, 'undo') ? 'restore' : 'retract'
    await decide(
      project,
      found.map((delivered) => ({ kind, ...delivered })),
      text(context, 'why'),
    )
    const which = found.map(({ source, delivery }) => `${source}, delivery ${delivery}`).join('; ')
    context.print(
      `${file} (${which}) ${kind === 'restore' ? 'counts again' : 'is taken back'} from the next run on: c360 run`,
    )
    return 0
  },
}
