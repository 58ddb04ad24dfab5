import { join, resolve } from 'node:path'
import { zoneOnWindows } from '../engines/azure-sql/zones.ts'
import { C360Error } from '../errors.ts'
import { containerOf } from '../project/location.ts'
import type { AzureSqlTarget, Project } from '../project/types.ts'
import { loadProjectOrFail } from '../run/prepare.ts'
import type { Places } from '../synapse/places.ts'
import { type Workspace, workspace } from '../synapse/workspace.ts'
import { flag, text, toJson } from './command.ts'
import type { ExportKind } from './export.ts'
import { azureSqlTarget } from './export-azure-sql-target.ts'
import { BLANKS, known } from './export-blanks.ts'
import { type Written, writeFiles } from './export-files.ts'
import { refuse, writtenLines } from './export-written.ts'

export const kind: ExportKind = {
  async run(context) {
    const project = await loadProjectOrFail(context.project)
    const out = resolve(text(context, 'out') ?? join(context.project, 'synapse'))
    // The few zones that Windows has no name for wait for UTC.
    const zone = zoneOnWindows(project.timeZone) ?? 'UTC'
    const made = workspace(project, placesOf(project, azureSqlTarget(context, project)), zone)
    if (made.loaded.length === 0)
      throw new C360Error('PROJECT_INVALID', 'No source of the project can be said as a data flow.', {
        hint: made.leftOut.map(({ source, text: because }) => `${source}: ${because}`).join('; '),
      })
    const written = await writeFiles(out, made.files, flag(context, 'force'))
    if (written.conflicts.length > 0) return refuse(context, out, written)
    const { loaded, leftOut, limits } = made
    if (context.json) context.print(toJson({ out, ...written, loaded, leftOut, limits }))
    else context.print(reportText(made, written, out))
    return 0
  },
}

/** Of c360.yaml, and of the target in Azure SQL; what they do not tell is to be filled in. */
function placesOf(project: Project, target: AzureSqlTarget | undefined): Places {
  const lake = containerOf(project.landing)
  const password = target?.password?.from === 'keyvault' ? target.password : undefined
  const login = { user: known(target?.user, 'USER'), secret: password?.name ?? 'c360-sql-password' }
  return {
    storage: `https://${lake?.account ?? 'ACCOUNT'}.dfs.core.windows.net`,
    container: lake?.container ?? 'CONTAINER',
    landing: lake === undefined ? 'landing/' : lake.path === '' ? '' : `${lake.path}/`,
    server: known(target?.server, BLANKS.azureSqlServer),
    database: known(target?.database, BLANKS.database),
    ...(target?.auth === 'default' ? {} : { login }),
    vault: password?.vault ?? project.azure.keyVault ?? 'https://VAULT.vault.azure.net/',
    schema: `${target?.schemaPrefix ?? ''}synapse`,
  }
}

const reportText = ({ loaded, leftOut, limits }: Workspace, written: Written, out: string): string =>
  [
    `${loaded.length} data flows, one pipeline; tables in tables.sql`,
    ...leftOut.map(({ source, text: because }) => `  without ${source}: ${because}`),
    ...writtenLines(written),
    ...(limits.length === 0 ? [] : ['What contracts say and data flows do not do:']),
    ...limits.map(({ source, text: limit }) => `  ${source}: ${limit}`),
    `Written to ${out}. Commit it where the workspace's repository has its root folder; docs/synapse.md says what to fill in.`,
  ].join('\n')
