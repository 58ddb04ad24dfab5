import type { FieldType } from '../../model/types.ts'
import type { GoldTable } from '../engine.ts'
import { azureSqlDialect } from './dialect.ts'
import { type Gold, indexStatements, keyStatements, parentsFirst, tableStatement } from './gold-ddl.ts'
import { grantStatements } from './grants.ts'
import { createNotes } from './publish.ts'
import { referenceViews } from './reference-views.ts'
import { schemasOf } from './remote.ts'
import { createSchema } from './tables.ts'

/** The table of versions that a run keeps beside bronze. */
export interface VersionsTable {
  readonly name: string
  readonly columns: readonly (readonly [name: string, type: FieldType])[]
}

const SNAPSHOT = [
  'if (select is_read_committed_snapshot_on from sys.databases where name = db_name()) = 0',
  `  print N'Readers wait for a run that publishes: switch row versions on by alter database current set read_committed_snapshot on.'`,
].join('\n')

/**
 * The DDL of a target as one script for sqlcmd and the like: schemas, tables with keys in the order in which they may be made, indexes,
 * views and roles. It may be run again: a table that is there is left as it is. A run makes the same by itself, but for the
 * roles, finds what the script has made, and makes a table anew that has another shape.
 */
export function ddlScript(prefix: string, tables: readonly GoldTable[], versions: VersionsTable): string {
  const { schemas, shown, notes } = schemasOf({ schemaPrefix: prefix })
  const dialect = azureSqlDialect(schemas)
  const list = [...new Set(Object.values(schemas))]
  const ordered = parentsFirst(tables)
  const gold: Gold = { schema: shown, tables: ordered }
  const kept = dialect.table('bronze', versions.name)
  const statements = [
    'set xact_abort on',
    ...[...list, shown].map(createSchema),
    dialect.createTable(kept, versions.columns),
    createNotes(notes),
    ...ordered.map((table) => tableStatement(shown, table)),
    ...ordered.flatMap((table) => indexStatements(shown, table)),
    ...ordered.flatMap((table) => keyStatements(gold, table)),
    ...referenceViews(gold),
    ...grantStatements(list, shown, kept),
    SNAPSHOT,
  ]
  return `${HEAD}\n\n${statements.map((statement) => `${statement};\ngo\n`).join('\n')}`
}

const HEAD = [
  '-- Gold of customer360 for Azure SQL and SQL Server 2022, written by `c360 export azure-sql`.',
  '-- It may be run again. Add users to a role by: alter role [c360_writer] add member [name]',
].join('\n')
