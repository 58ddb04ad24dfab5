import { listVersions, recentRuns } from '../run/history.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import { type Command, toJson } from './command.ts'
import { count, duration, table } from './style.ts'

export const command: Command = {
  usage: '[--project DIR]',
  help: `
The versions of the warehouse, newest first, and what the last runs came to.
\`current\` is what readers see; a \`candidate\` was built with --no-publish.
`,
  async run(context) {
    const project = await loadProjectOrFail(context.project)
    const { current, versions } = await listVersions(project)
    const runs = await recentRuns(project, 10)
    if (context.json) {
      const list = versions.map(({ manifest: { version, parent, runId, createdAt }, state }) => ({
        version,
        state,
        parent,
        runId,
        createdAt,
      }))
      context.print(
        toJson({ current: current?.version, pinned: current?.pinned ?? false, versions: list, runs }),
      )
      return 0
    }
    if (versions.length === 0) context.print('Nothing was published yet: c360 run')
    else {
      const rows = versions.map(({ manifest, state }) => [
        String(manifest.version),
        state === 'current'
          ? context.paint('green', current?.pinned ? 'current (pinned)' : 'current')
          : state,
        manifest.createdAt.slice(0, 19).replace('T', ' '),
        manifest.parent === undefined ? 'from bronze' : `from ${manifest.parent}`,
        count(rowsRead(manifest.accounts)),
        manifest.runId,
      ])
      const columns = [
        { title: 'version', align: 'right' as const },
        { title: 'state' },
        { title: 'made (UTC)' },
        { title: 'built' },
        { title: 'rows', align: 'right' as const },
        { title: 'run' },
      ]
      context.print(table(columns, rows, context.paint))
    }
    if (runs.length > 0) {
      const rows = runs.map((run) => [
        run.runId,
        run.outcome,
        run.seconds === undefined ? '' : duration(run.seconds),
        run.message ?? '',
      ])
      context.print(
        `\n${table([{ title: 'run' }, { title: 'outcome' }, { title: 'took', align: 'right' }, { title: '' }], rows, context.paint)}`,
      )
    }
    return 0
  },
}

const rowsRead = (accounts: Readonly<Record<string, readonly { rows: number }[]>>): number =>
  Object.values(accounts)
    .flat()
    .reduce((sum, { rows }) => sum + rows, 0)
