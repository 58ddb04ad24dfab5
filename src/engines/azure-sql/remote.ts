import { C360Error } from '../../errors.ts'
import type { Layer } from '../../sql/dialect.ts'
import { printed } from '../../sql/print.ts'
import type { Remote } from '../engine.ts'
import { azureSqlDialect } from './dialect.ts'
import { dropGold } from './gold-ddl.ts'
import { loadRows } from './load.ts'
import { marks } from './marks.ts'
import { named } from './names.ts'
import { publishStatements } from './publish.ts'
import { connectAzureSql } from './session.ts'
import type { AzureSqlSettings } from './settings.ts'
import { azureSqlTarget } from './sql-target.ts'
import { createSchema } from './tables.ts'

export interface AzureSqlPlace {
  readonly server: string
  readonly database: string
  /** Before the name of every schema: `c360_` gives `c360_silver`. */
  readonly schemaPrefix: string
}

/** The names of a target's schemas: gold is built in one and read in another. */
export function schemasOf({ schemaPrefix: prefix }: Pick<AzureSqlPlace, 'schemaPrefix'>) {
  const schemas: Record<Layer, string> = {
    bronze: `${prefix}bronze`,
    silver: `${prefix}silver`,
    conformed: `${prefix}conformed`,
    rules: `${prefix}rules`,
    gold: `${prefix}gold_build`,
    work: `${prefix}work`,
  }
  return { schemas, shown: `${prefix}gold`, notes: named(schemas.bronze, '_gold') }
}

/**
 * A database of Azure SQL or SQL Server as one target names it. A run is one transaction from silver on. Gold is built in
 * `<prefix>gold_build`; what differs is then brought into the tables of `<prefix>gold`, which have keys, indexes and the
 * reference's views. `settings` is asked for at every connection: secrets are in it.
 */
export function azureSqlRemote(place: AzureSqlPlace, settings: () => Promise<AzureSqlSettings>): Remote {
  const { schemas, shown, notes } = schemasOf(place)
  const dialect = azureSqlDialect(schemas)
  return {
    engine: 'azure_sql',
    where: `Azure SQL at ${place.server}/${place.database}`,
    dialect,
    shown: (model) => named(shown, model),
    showing: [createSchema(shown)],
    publishing: (tables) => publishStatements({ schema: shown, tables }, { schema: schemas.gold, notes }),
    hiding: (model) => [...dropGold(shown, model), dialect.dropTable(dialect.table('gold', model))],
    marks,
    print: (query, table, columns) => printed(query, azureSqlTarget, table, columns),
    connect: async (signal) => connectAzureSql(await settings(), signal),
    loadFiles: async () => {
      throw new C360Error('INTERNAL', 'Azure SQL reads no files: rows are sent to it.')
    },
    load: loadRows,
  }
}
