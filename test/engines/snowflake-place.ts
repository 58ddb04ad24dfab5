import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Remote } from '../../src/engines/engine.ts'
import { snowflakeRemote } from '../../src/engines/snowflake/remote.ts'
import { SNOWFLAKE_SCHEMAS } from '../../src/project/target-keys.ts'
import { snowflakeHome, startSnowflake } from '../support/snowflake.ts'

/** Snowflake's counterpart, or why it cannot be had. */
export interface SnowflakePlace extends AsyncDisposable {
  readonly skipped?: string
  readonly port: number
  /** A database that no other call has seen; with `lake`, it reads bronze by an external stage over that folder. */
  remote(lake?: string): Promise<Remote>
}

export async function openSnowflakePlace(): Promise<SnowflakePlace> {
  const python = await snowflakeHome()
  if (typeof python !== 'string')
    return { ...python, port: 0, remote: never, [Symbol.asyncDispose]: async () => undefined }
  const server = await startSnowflake(python)
  const scratch = await mkdtemp(join(tmpdir(), 'c360-snowflake-run-'))
  const { host, port, privateKey } = server
  const settings = { ...{ account: 'account', host, port, user: 'user' }, privateKey, warehouse: 'compute' }
  let targets = 0
  return {
    port,
    async remote(lake) {
      const database = `RUN_${++targets}`
      const place = { account: 'account', host, database, schemas: SNOWFLAKE_SCHEMAS, scratch }
      const enter = async () => ({ ...settings, database })
      if (lake === undefined) return snowflakeRemote(place, enter)
      const remote = snowflakeRemote({ ...place, lakeStage: `LAKE.PUBLIC.${database}/lake` }, enter)
      await using session = await remote.connect()
      await session.execute([`create stage LAKE.PUBLIC.${database} url = 'file://${dirname(lake)}'`])
      return remote
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

const never = (): Promise<never> => Promise.reject(new Error('no counterpart'))
