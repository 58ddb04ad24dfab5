import { join, resolve } from 'node:path'
import { C360Error, errorTable } from '../errors.ts'
import { openClient } from '../fabric/client.ts'
import { cloudOf } from '../fabric/cloud.ts'
import { deploy } from '../fabric/deploy.ts'
import { findWorkspace } from '../fabric/items.ts'
import { openJournal } from '../fabric/journal.ts'
import { plan } from '../fabric/plan.ts'
import { type Files, projectOf, readFolder } from '../fabric/project-folder.ts'
import { openTokens } from '../fabric/tokens.ts'
import type { LocalProject } from '../fabric/types.ts'
import { prepare } from '../run/prepare.ts'
import { type Context, flag, text, toJson } from './command.ts'
import { deployedText, isGood, plannedText } from './deploy-fabric-text.ts'
import { wishFrom } from './deploy-fabric-wish.ts'
import { builtProject } from './export-powerbi.ts'
import { sourceFrom } from './export-powerbi-source.ts'

/** `c360 deploy fabric`; exit code 22 when everything is there and the refresh failed. */
export async function deployFabric(context: Context): Promise<number> {
  const asked = text(context, 'workspace')
  if (asked === undefined) throw new C360Error('USAGE', 'Into which workspace? Say --workspace NAME.')
  const cloud = cloudOf({ api: text(context, 'api'), powerbiApi: text(context, 'powerbi-api') }, process.env)
  const wish = await wishFrom(context, await projectFrom(context))
  const note = (line: string) => (context.json ? undefined : context.note(line))
  const client = openClient({ cloud, tokens: openTokens(process.env), signal: context.signal, note })
  const workspace = await findWorkspace(client, asked)
  if (flag(context, 'dry-run')) {
    const planned = await plan(client, workspace, wish)
    context.print(context.json ? toJson(planned) : plannedText(planned))
    return 0
  }
  const journal = await openJournal(join(context.project, '.c360'), workspace.id, wish.project.model.name)
  const deployed = await deploy(client, workspace, wish, journal)
  context.print(context.json ? toJson(deployed) : deployedText(deployed))
  return isGood(deployed) ? 0 : errorTable.DEPLOY_FAILED.exit
}

async function projectFrom(context: Context): Promise<LocalProject> {
  const from = text(context, 'from')
  if (from !== undefined) {
    const clash = EXPORT_ONLY.find((name) => context.values[name] !== undefined)
    if (clash)
      throw new C360Error('USAGE', `--${clash} is for an export; --from publishes a folder as it is.`)
    return projectOf(await readFolder(resolve(from)))
  }
  const prepared = await prepare(context.project)
  const { source } = sourceFrom(context, prepared.project, context.project)
  if ((source.kind === 'csv' || source.kind === 'parquet') && text(context, 'data-folder') === undefined)
    throw new C360Error('USAGE', 'Fabric does not reach the files of this machine.', {
      hint: 'Choose --target NAME or --source adls or odata; or, with an on-premises gateway, say where its machine finds them: --data-folder.',
    })
  const { project } = await builtProject(context, prepared, context.project)
  return projectOf(inMemory(project.files))
}

const EXPORT_ONLY = ['source', 'target', 'mode', 'url', 'data-folder', 'with-personal']

const inMemory = (files: ReadonlyMap<string, string>): Files =>
  new Map([...files].map(([path, content]) => [path, Buffer.from(content)]))
