import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { snowflakeRemote } from '../../src/engines/snowflake/remote.ts'
import { SNOWFLAKE_SCHEMAS } from '../../src/project/target-keys.ts'
import { snowflakeHome, startSnowflake } from '../support/snowflake.ts'
import { contract } from './contract.ts'

const python = await snowflakeHome()
const snowflake = typeof python === 'string' ? await startSnowflake(python) : undefined
const scratch = await mkdtemp(join(tmpdir(), 'c360-snowflake-run-'))
afterAll(async () => {
  await snowflake?.[Symbol.asyncDispose]()
  await rm(scratch, { recursive: true, force: true })
})

let targets = 0

contract({
  name: "Snowflake's counterpart",
  ...(typeof python === 'string' ? {} : { skipped: python.skipped }),
  remote() {
    const [host, port, privateKey] = [
      snowflake?.host ?? '',
      snowflake?.port ?? 0,
      snowflake?.privateKey ?? '',
    ]
    const database = `RUN_${++targets}`
    const place = { account: 'account', host, database, schemas: SNOWFLAKE_SCHEMAS, scratch }
    return snowflakeRemote(place, async () => ({
      ...{ account: 'account', host, port, user: 'user', privateKey, warehouse: 'compute', database },
    }))
  },
  cannot: { 'own reading': 'fakesnow does not read files of a stage in a SELECT' },
  always: ['first', 'incremental'],
})
