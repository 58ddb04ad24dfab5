import { azureSqlTarget } from '../engines/azure-sql/sql-target.ts'
import { snowflakeTarget } from '../engines/snowflake/sql-target.ts'
import { sparkTarget } from '../engines/spark/sql-target.ts'
import { C360Error } from '../errors.ts'
import { makeExplainer } from '../lineage/explain.ts'
import { piiOf } from '../lineage/pii.ts'
import { facts } from '../model/semantic/facts.ts'
import { relationColumns } from '../plan/relation-columns.ts'
import type { GoldTable } from '../powerbi/model/types.ts'
import { CATALOG_MARK, GOLD_MARK, type Source } from '../powerbi/source/types.ts'
import type { Prepared } from '../run/prepare.ts'
import { parseQuery } from '../sql/parse.ts'
import { printQuery } from '../sql/print.ts'
import type { Target } from '../sql/target.ts'
import type { Columns } from '../sql/types.ts'

/** Gold as the models say it is: their types, what they say of each column, and how personal it is. */
export async function goldTables(
  prepared: Prepared,
  types: ReadonlyMap<string, Columns>,
): Promise<readonly GoldTable[]> {
  const { catalog } = await makeExplainer(prepared)
  return prepared.catalogue.map(({ name, description, columns }) => ({
    name,
    description,
    columns: (types.get(name) ?? []).map(([column, type]) => ({
      name: column,
      type,
      description: columns.find((one) => one.name === column)?.description ?? '',
      pii: piiOf(catalog, prepared.project, name, column),
    })),
  }))
}

/** File names of rows that gold does not keep. */
export const MADE_FILES = { Contacts: 'fact_service_interactions', Cohorts: 'customer_cohorts' } as const

const SELECTS = { Contacts: facts.interactions.select, Cohorts: facts.cohorts.select } as const

/** The SELECTs of rows that gold does not keep, printed for the source; for files their names. */
export async function madeRows(
  source: Source,
  types: ReadonlyMap<string, Columns>,
): Promise<ReadonlyMap<string, string>> {
  switch (source.kind) {
    case 'csv':
    case 'parquet':
      return new Map(Object.entries(MADE_FILES))
    case 'azure_sql':
      return printedSelects(azureSqlTarget, types, (name) => `[${GOLD_MARK}].${name}`)
    case 'snowflake':
      return printedSelects(snowflakeTarget, types, (name) => `"${GOLD_MARK}".${name}`)
    case 'databricks':
      return printedSelects(sparkTarget, types, (name) => `\`${CATALOG_MARK}\`.\`${GOLD_MARK}\`.${name}`)
    default:
      return new Map()
  }
}

async function printedSelects(
  target: Target,
  types: ReadonlyMap<string, Columns>,
  named: (name: string) => string,
): Promise<ReadonlyMap<string, string>> {
  const columns = new Map<string, Columns>([
    ...relationColumns,
    ...[...types].map(([name, list]) => [`gold.${name}`, list] as const),
  ])
  const made = new Map<string, string>()
  for (const [table, select] of Object.entries(SELECTS)) {
    const parsed = await parseQuery(select ?? '')
    if (!parsed.ok) throw new C360Error('INTERNAL', parsed.message)
    made.set(
      table,
      printQuery(
        parsed.query,
        target,
        (name) => named(target.ident(name)),
        (name, schema = 'gold') => columns.get(`${schema}.${name}`.toLowerCase()),
      ),
    )
  }
  return made
}
