import { resolve } from 'node:path'
import { C360Error } from '../errors.ts'
import type { Mode } from '../powerbi/model/types.ts'
import { DIRECT, SOURCES, type Source, type SourceKind } from '../powerbi/source/types.ts'
import { containerOf } from '../project/location.ts'
import type { Project, Target } from '../project/types.ts'
import { type Context, text } from './command.ts'
import { BLANKS, known } from './export-blanks.ts'

/** Where the model's rows come from, and how: as the options say, filled in from c360.yaml as far as it knows. */
export function sourceFrom(
  context: Context,
  project: Project,
  out: string,
): { readonly source: Source; readonly mode: Mode } {
  const target = targetFrom(context, project)
  const kind = kindFrom(text(context, 'source'), target)
  const mode = modeFrom(text(context, 'mode'), kind)
  return { source: sourceOf(kind, target ?? targetOfKind(kind, project), context, project, out), mode }
}

function targetFrom(context: Context, project: Project): Target | undefined {
  const name = text(context, 'target')
  if (name === undefined) return undefined
  const target = project.targets[name]
  if (!target)
    throw new C360Error('USAGE', `c360.yaml has no target \`${name}\`.`, {
      hint: `Targets: ${Object.keys(project.targets).join(', ') || 'none'}.`,
    })
  return target
}

function kindFrom(asked: string | undefined, target: Target | undefined): SourceKind {
  const named = asked ?? target?.engine ?? 'parquet'
  const kind = SOURCES.find((one) => one === named)
  if (!kind)
    throw new C360Error('USAGE', `Power BI cannot read from \`${named}\` here.`, {
      hint: `Sources: ${SOURCES.join(', ')}.`,
    })
  if (target && target.engine !== kind)
    throw new C360Error('USAGE', `The target is for ${target.engine}, the source is ${kind}.`)
  return kind
}

function modeFrom(asked: string | undefined, kind: SourceKind): Mode {
  if (asked === undefined || asked === 'import') return 'import'
  if (asked !== 'directquery')
    throw new C360Error('USAGE', `There is no mode \`${asked}\`.`, {
      hint: 'Modes: import, directquery.',
    })
  if (!DIRECT.includes(kind))
    throw new C360Error('USAGE', `DirectQuery needs a source that answers by itself, and ${kind} does not.`, {
      hint: `Sources for it: ${DIRECT.join(', ')}.`,
    })
  return 'direct'
}

/** The only target of that engine, where there is just one. */
function targetOfKind(kind: SourceKind, project: Project): Target | undefined {
  const fitting = Object.values(project.targets).filter(({ engine }) => engine === kind)
  return fitting.length === 1 ? fitting[0] : undefined
}

function sourceOf(
  kind: SourceKind,
  target: Target | undefined,
  context: Context,
  project: Project,
  out: string,
): Source {
  switch (kind) {
    case 'csv':
    case 'parquet':
      return { kind, folder: text(context, 'data-folder') ?? resolve(out, 'data') }
    case 'adls':
      return { kind, url: text(context, 'url') ?? lakeUrl(project) }
    case 'odata':
      return { kind, url: text(context, 'url') ?? 'http://localhost:3600/odata' }
    case 'azure_sql':
      return azureSql(target?.engine === kind ? target : undefined)
    case 'snowflake':
      return snowflake(target?.engine === kind ? target : undefined)
    case 'databricks':
      return databricks(target?.engine === kind ? target : undefined)
  }
}

function lakeUrl(project: Project): string {
  const container = containerOf(project.lake)
  if (!container) return BLANKS.lake
  const path = [container.container, container.path, 'gold'].filter((part) => part !== '').join('/')
  return `https://${container.account}.dfs.core.windows.net/${path}`
}

const azureSql = (target: Extract<Target, { engine: 'azure_sql' }> | undefined): Source => ({
  kind: 'azure_sql',
  server: known(target?.server, BLANKS.azureSqlServer),
  database: known(target?.database, BLANKS.database),
  schema: `${target?.schemaPrefix ?? ''}gold`,
})

function snowflake(target: Extract<Target, { engine: 'snowflake' }> | undefined): Source {
  const server =
    typeof target?.account === 'string' ? `${target.account}.snowflakecomputing.com` : BLANKS.snowflakeServer
  return {
    kind: 'snowflake',
    server: known(target?.host, server),
    warehouse: known(target?.warehouse, BLANKS.warehouse),
    database: known(target?.database, 'CUSTOMER360'),
    schema: (target?.schemas.gold ?? 'GOLD_LAYER').toUpperCase(),
  }
}

const databricks = (target: Extract<Target, { engine: 'databricks' }> | undefined): Source => ({
  kind: 'databricks',
  host: known(target?.host, BLANKS.databricksServer),
  httpPath: known(target?.httpPath, BLANKS.httpPath),
  catalog: known(target?.catalog, 'main'),
  schema: `${target?.schemaPrefix ?? 'c360_'}gold`,
})
