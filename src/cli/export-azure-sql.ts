import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { C360Error } from '../errors.ts'
import type { Project } from '../project/types.ts'
import { prepare } from '../run/prepare.ts'
import { azureSqlDdl } from '../run/target/ddl.ts'
import { type Context, text, writeTo } from './command.ts'
import type { ExportKind } from './export.ts'

const FILE = 'azure-sql.sql'

export const kind: ExportKind = {
  async run(context) {
    const prepared = await prepare(context.project)
    const script = await azureSqlDdl(prepared, prefixOf(context, prepared.project))
    const out = text(context, 'out')
    if (out === undefined) context.print(script.trimEnd())
    else {
      const file = (await isFolder(out)) ? join(out, FILE) : out
      await writeTo(file, script)
      context.note(`Wrote ${file}`)
    }
    return 0
  },
}

const isFolder = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** What the schemas of the target begin with: of the one named, or of the only one there is in Azure SQL. */
function prefixOf(context: Context, { targets }: Project): string {
  const name = text(context, 'target')
  const named = name === undefined ? undefined : targets[name]
  if (name !== undefined && named?.engine !== 'azure_sql')
    throw new C360Error('NOT_FOUND', `There is no target \`${name}\` in Azure SQL in c360.yaml.`, {
      hint: 'Leave --target out to write the script with the usual names.',
    })
  if (named?.engine === 'azure_sql') return named.schemaPrefix
  const all = Object.values(targets).filter((target) => target.engine === 'azure_sql')
  const [only] = all
  return all.length === 1 && only?.engine === 'azure_sql' ? only.schemaPrefix : ''
}
