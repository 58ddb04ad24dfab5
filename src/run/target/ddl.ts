import { azureSqlRemote } from '../../engines/azure-sql/remote.ts'
import { ddlScript } from '../../engines/azure-sql/script.ts'
import type { Prepared } from '../prepare.ts'
import { goldTables } from './gold-tables.ts'
import { modelsFor } from './models.ts'
import { VERSIONS } from './state.ts'

/**
 * The project's gold as a script for Azure SQL, for schemas that begin with `prefix`; nothing is connected to. PROJECT_INVALID for a
 * model that cannot be said there.
 */
export async function azureSqlDdl(prepared: Prepared, prefix: string): Promise<string> {
  const place = { server: 'server', database: 'database', schemaPrefix: prefix }
  const remote = azureSqlRemote(place, () => Promise.reject(new Error('A script needs no connection.')))
  const models = await modelsFor(remote, prepared)
  return ddlScript(prefix, goldTables(prepared.catalogue, models), VERSIONS)
}
