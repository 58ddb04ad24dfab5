import { join } from 'node:path'
import type { Remote } from '../../engines/engine.ts'
import type { Project, SecretRef, Setting, SnowflakeTarget } from '../../project/types.ts'
import { openSecrets } from '../../secrets/secrets.ts'

/** A Snowflake that a target names. */
export async function openSnowflake(project: Project, target: SnowflakeTarget): Promise<Remote> {
  const { snowflakeRemote } = await import('../../engines/snowflake/remote.ts')
  const secrets = openSecrets(project)
  const text = async (setting: Setting) => (typeof setting === 'string' ? setting : secrets.get(setting))
  const some = async <K extends string>(key: K, setting: Setting | SecretRef | undefined) =>
    (setting === undefined ? {} : { [key]: await text(setting) }) as { readonly [N in K]?: string }
  const account = await text(target.account)
  const host = await some('host', target.host)
  const database = await text(target.database)
  const scratch = join(project.root, '.c360', 'tmp')
  const place = { account, ...host, database, schemas: target.schemas, scratch }
  return snowflakeRemote({ ...place, ...(await some('lakeStage', target.lakeStage)) }, async () => ({
    account,
    ...host,
    database,
    user: await text(target.user),
    warehouse: await text(target.warehouse),
    ...(target.port === undefined ? {} : { port: target.port }),
    ...(target.statementSeconds === undefined ? {} : { statementSeconds: target.statementSeconds }),
    ...(await some('role', target.role)),
    ...(await some('privateKey', target.privateKey)),
    ...(await some('privateKeyPassphrase', target.privateKeyPassphrase)),
    ...(await some('password', target.password)),
  }))
}
