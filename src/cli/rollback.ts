import { C360Error } from '../errors.ts'
import { rollback } from '../run/history.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import type { Command } from './command.ts'

export const command: Command = {
  usage: 'VERSION [--project DIR]',
  help: `
Makes an older version current at once and pins it: runs go on building newer ones, readers stay with this one
until \`c360 unpin\`. See \`c360 runs\` for the versions that are kept.
`,
  async run(context) {
    const version = Number(context.positionals[0])
    if (!Number.isInteger(version)) throw new C360Error('USAGE', 'Which version? See `c360 runs`.')
    await rollback(await loadProjectOrFail(context.project), version)
    context.print(`Version ${version} is current and pinned. Back to the newest: c360 unpin`)
    return 0
  },
}
