import { unpin } from '../run/history.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import type { Command } from './command.ts'

export const command: Command = {
  usage: '[--project DIR]',
  help: 'Ends a rollback: the newest version becomes current.',
  async run(context) {
    const { version } = await unpin(await loadProjectOrFail(context.project))
    context.print(`Version ${version} is current.`)
    return 0
  },
}
