import type { Remote } from '../../engines/engine.ts'
import type { SparkSettings } from '../../engines/spark/session.ts'
import { C360Error } from '../../errors.ts'
import type { DatabricksTarget, Project, SecretRef, Setting, SparkTarget } from '../../project/types.ts'
import { openSecrets } from '../../secrets/secrets.ts'

/**
 * The warehouse a target of the project names. Secrets are asked for when a session is opened. NOT_FOUND for another
 * name, USAGE for what this version does not do.
 */
export async function openTarget(project: Project, name: string): Promise<Remote> {
  const target = project.targets[name]
  if (!target) throw unknown(project, name)
  if (target.engine !== 'spark' && target.engine !== 'databricks')
    throw unsupported(
      `target \`${name}\`: \`engine: ${target.engine}\` is checked, but runs do not reach it yet`,
    )
  if (target.ingest === 'engine')
    throw unsupported(`target \`${name}\`: \`ingest: engine\` is not there yet; rows go through the runner`)
  return openSpark(project, target)
}

async function openSpark(project: Project, target: SparkTarget | DatabricksTarget): Promise<Remote> {
  const { sparkRemote } = await import('../../engines/spark/remote.ts')
  const secrets = openSecrets(project)
  const text = async (setting: Setting) => (typeof setting === 'string' ? setting : secrets.get(setting))
  const host = await text(target.host)
  const catalog = target.catalog === undefined ? {} : { catalog: await text(target.catalog) }
  const lake = target.lakeUrl === undefined ? {} : { lakeUrl: await text(target.lakeUrl) }
  const place = { ...catalog, ...lake, schemaPrefix: target.schemaPrefix }
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

const unsupported = (what: string): C360Error =>
  new C360Error('USAGE', `${what}.`, { hint: 'See docs/engines.md for what runs where.' })

function unknown({ targets }: Project, name: string): C360Error {
  const names = Object.keys(targets)
  return new C360Error('NOT_FOUND', `There is no target \`${name}\` in c360.yaml.`, {
    hint:
      names.length > 0
        ? `There ${names.length === 1 ? 'is' : 'are'}: ${names.join(', ')}.`
        : 'Add it below `targets:`; see docs/engines.md.',
  })
}
