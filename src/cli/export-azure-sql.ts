import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { prepare } from '../run/prepare.ts'
import { azureSqlDdl } from '../run/target/ddl.ts'
import { text, writeTo } from './command.ts'
import type { ExportKind } from './export.ts'
import { azureSqlTarget } from './export-azure-sql-target.ts'

const FILE = 'azure-sql.sql'

export const kind: ExportKind = {
  async run(context) {
    const prepared = await prepare(context.project)
    const target = azureSqlTarget(context, prepared.project)
    const script = await azureSqlDdl(prepared, target?.schemaPrefix ?? '')
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
