import type { Remote } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { AzureSqlTarget, DatabricksTarget, Project, SparkTarget } from '../../project/types.ts'
import { landingUrlOf, refuseFormats } from './landing-url.ts'
import { openSnowflake } from './open-snowflake.ts'
import { limitsOf, settingReader } from './setting-reader.ts'

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
  const { text, some } = settingReader(project)
  const { auth, encrypt, schemaPrefix, trustServerCertificate } = target
  const place = { server: await text(target.server), database: await text(target.database), schemaPrefix }
  return azureSqlRemote(place, async () => ({
    ...place,
    encrypt,
    trustServerCertificate,
    ...limitsOf(target),
    ...(auth === 'password' ? await some(target, 'user', 'password') : await some(target, 'user')),
  }))
}

async function openSpark(project: Project, target: SparkTarget | DatabricksTarget): Promise<Remote> {
  const { sparkRemote } = await import('../../engines/spark/remote.ts')
  const { text, some } = settingReader(project)
  const { engine, schemaPrefix } = target
  const host = await text(target.host)
  const catalog = await some(target, 'catalog')
  const landingUrl = await landingUrlOf(project, target, text)
  const landing = landingUrl === undefined ? {} : { landingUrl }
  const place = { ...catalog, ...(await some(target, 'lakeUrl')), ...landing, schemaPrefix }
  return sparkRemote(engine, host, place, async () => ({
    engine,
    host,
    httpPath: await text(target.httpPath),
    ...catalog,
    ...limitsOf(target),
    ...(target.engine === 'databricks'
      ? await some(target, 'token')
      : { tls: target.tls, ...(await some(target, 'token', 'user', 'password')) }),
  }))
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
