import { join } from 'node:path'
import type { Remote } from '../../engines/engine.ts'
import { C360Error } from '../../errors.ts'
import type { Project, SecretRef, Setting, SnowflakeTarget } from '../../project/types.ts'
import { openSecrets } from '../../secrets/secrets.ts'

/** A Snowflake that a target names. USAGE where it is to read the landing files itself. */
export async function openSnowflake(project: Project, target: SnowflakeTarget): Promise<Remote> {
  if (target.ingest === 'engine')
    throw new C360Error(
      'USAGE',
      'Snowflake does not read the landing files itself: write `ingest: runner`.',
      {
        hint: 'With `lake_stage` it reads what the runner brought into the lake, and no row passes through this program again.',
      },
    )
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
