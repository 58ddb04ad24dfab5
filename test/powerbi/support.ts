import { goldTables, madeRows } from '../../src/cli/export-powerbi-gold.ts'
import type { GoldTable, Mode } from '../../src/powerbi/model/types.ts'
import { type PowerBiProject, powerBiProject } from '../../src/powerbi/project.ts'
import type { Source } from '../../src/powerbi/source/types.ts'
import { type Prepared, prepare } from '../../src/run/prepare.ts'
import { goldTypes } from '../../src/run/target/gold-types.ts'
import type { Columns } from '../../src/sql/types.ts'

/** What an export reads of a project: once for all exports of a test file. */
export interface Read {
  readonly prepared: Prepared
  readonly types: ReadonlyMap<string, Columns>
  readonly gold: readonly GoldTable[]
}

export async function readProject(root: string): Promise<Read> {
  const prepared = await prepare(root)
  const types = await goldTypes(prepared)
  return { prepared, types, gold: await goldTables(prepared, types) }
}

export interface Asked {
  readonly mode?: Mode
  readonly withPersonal?: boolean
  readonly gold?: readonly GoldTable[]
  readonly empty?: ReadonlySet<string>
}

export async function exported(
  { prepared: { project }, types, gold }: Read,
  source: Source,
  asked: Asked = {},
): Promise<PowerBiProject> {
  return powerBiProject({
    name: project.name,
    currency: project.currency,
    mode: asked.mode ?? 'import',
    source,
    withPersonal: asked.withPersonal ?? false,
    gold: asked.gold ?? gold,
    made: await madeRows(source, types),
    empty: asked.empty ?? new Set(),
  })
}

export const SOURCES: Readonly<Record<string, Source>> = {
  parquet: { kind: 'parquet', folder: 'C:\\data\\gold' },
  csv: { kind: 'csv', folder: '/data/gold "new"' },
  adls: { kind: 'adls', url: 'https://acme.dfs.core.windows.net/lake/gold' },
  azure_sql: { kind: 'azure_sql', server: 'acme.database.windows.net', database: 'c360', schema: 'gold' },
  snowflake: {
    kind: 'snowflake',
    server: 'acme.snowflakecomputing.com',
    warehouse: 'WH',
    database: 'CUSTOMER360',
    schema: 'GOLD_LAYER',
  },
  databricks: {
    kind: 'databricks',
    host: 'adb-1.azuredatabricks.net',
    httpPath: '/sql/1.0/warehouses/1',
    catalog: 'main',
    schema: 'c360_gold',
  },
  odata: { kind: 'odata', url: 'http://localhost:3600/odata' },
}

/** The files of the model whose names begin so, by path. */
export const filesOf = ({ files }: PowerBiProject, pattern: RegExp): readonly (readonly [string, string])[] =>
  [...files].filter(([path]) => pattern.test(path))
