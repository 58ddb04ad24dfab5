import type { Remote } from '../../engines/engine.ts'
import type { SparkSettings } from '../../engines/spark/session.ts'
import { C360Error } from '../../errors.ts'
import type {
  AzureSqlTarget,
  DatabricksTarget,
  Project,
  SecretRef,
  Setting,
  SparkTarget,
} from '../../project/types.ts'
import { openSecrets } from '../../secrets/secrets.ts'
import { landingUrlOf, refuseFormats } from './landing-url.ts'
import { openSnowflake } from './open-snowflake.ts'

/**
 * The warehouse a target of the project names. Secrets are asked for when a session is opened. NOT_FOUND for another
 * name, USAGE for what this version does not do, PROJECT_INVALID where the engine cannot read a source's files and is to.
 */
export async function openTarget(project: Project, name: string): Promise<Remote> {
  const target = project.targets[name]
  if (!target) throw unknown(project, name)
  if (target.engine === 'azure_sql') return openAzureSql(project, target)
  if (target.engine === 'snowflake') return openSnowflake(project, target)
  const remote = await openSpark(project, target)
  refuseFormats(project, remote)
  return remote
}

async function openAzureSql(project: Project, target: AzureSqlTarget): Promise<Remote> {
  const { azureSqlRemote } = await import('../../engines/azure-sql/remote.ts')
  const secrets = openSecrets(project)
  const text = async (setting: Setting) => (typeof setting === 'string' ? setting : secrets.get(setting))
  const { password, auth, user, encrypt, trustServerCertificate } = target
  const place = {
    server: await text(target.server),
    database: await text(target.database),
    schemaPrefix: target.schemaPrefix,
  }
  return azureSqlRemote(place, async () => ({
    ...place,
    encrypt,
    trustServerCertificate,
    ...(target.port === undefined ? {} : { port: target.port }),
    ...(target.statementSeconds === undefined ? {} : { statementSeconds: target.statementSeconds }),
    ...(user === undefined ? {} : { user: await text(user) }),
    ...(auth === 'password' && password ? { password: await secrets.get(password) } : {}),
  }))
}

async function openSpark(project: Project, target: SparkTarget | DatabricksTarget): Promise<Remote> {
  const { sparkRemote } = await import('../../engines/spark/remote.ts')
  const secrets = openSecrets(project)
  const text = async (setting: Setting) => (typeof setting === 'string' ? setting : secrets.get(setting))
  const host = await text(target.host)
  const catalog = target.catalog === undefined ? {} : { catalog: await text(target.catalog) }
  const lake = target.lakeUrl === undefined ? {} : { lakeUrl: await text(target.lakeUrl) }
  const landingUrl = await landingUrlOf(project, target, text)
  const landing = landingUrl === undefined ? {} : { landingUrl }
  const place = { ...catalog, ...lake, ...landing, schemaPrefix: target.schemaPrefix }
  return sparkRemote(target.engine, host, place, async () => ({
    engine: target.engine,
    host,
    httpPath: await text(target.httpPath),
    ...catalog,
    ...(target.port === undefined ? {} : { port: target.port }),
    ...(target.statementSeconds === undefined ? {} : { statementSeconds: target.statementSeconds }),
    ...(await wayIn(target, (ref) => secrets.get(ref), text)),
  }))
}

async function wayIn(
  target: SparkTarget | DatabricksTarget,
  secret: (ref: SecretRef) => Promise<string>,
  text: (setting: Setting) => Promise<string>,
): Promise<Pick<SparkSettings, 'tls' | 'token' | 'user' | 'password'>> {
  if (target.engine === 'databricks') return { token: await secret(target.token) }
  return {
    tls: target.tls,
    ...(target.token ? { token: await secret(target.token) } : {}),
    ...(target.user === undefined ? {} : { user: await text(target.user) }),
    ...(target.password ? { password: await secret(target.password) } : {}),
  }
}

function unknown({ targets }: Project, name: string): C360Error {
  const names = Object.keys(targets)
  return new C360Error('NOT_FOUND', `There is no target \`${name}\` in c360.yaml.`, {
    hint:
      names.length > 0
        ? `There ${names.length === 1 ? 'is' : 'are'}: ${names.join(', ')}.`
        : 'Add it below `targets:`; see docs/engines.md.',
  })
}
