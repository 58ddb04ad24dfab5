import { afterAll } from 'vitest'
import { contract } from './contract.ts'
import { openSnowflakePlace } from './snowflake-place.ts'

const place = await openSnowflakePlace()
afterAll(() => place[Symbol.asyncDispose]())

contract({
  name: "Snowflake's counterpart",
  skipped: place.skipped,
  remote: (lake) => place.remote(lake),
  always: ['first', 'incremental'],
})
