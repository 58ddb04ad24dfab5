import { join } from 'node:path'
import type { Remote } from '../../engines/engine.ts'
import type { Project, SnowflakeTarget } from '../../project/types.ts'
import { limitsOf, settingReader } from './setting-reader.ts'

/** A Snowflake that a target names. */
export async function openSnowflake(project: Project, target: SnowflakeTarget): Promise<Remote> {
  const { snowflakeRemote } = await import('../../engines/snowflake/remote.ts')
  const { text, some } = settingReader(project)
  const server = { account: await text(target.account), ...(await some(target, 'host')) }
  const database = await text(target.database)
  const scratch = join(project.root, '.c360', 'tmp')
  const place = {
    ...server,
    database,
    schemas: target.schemas,
    scratch,
    ...(await some(target, 'lakeStage')),
  }
  return snowflakeRemote(place, async () => ({
    ...server,
    database,
    user: await text(target.user),
    warehouse: await text(target.warehouse),
    ...limitsOf(target),
    ...(await some(target, 'role', 'privateKey', 'privateKeyPassphrase', 'password')),
  }))
}
