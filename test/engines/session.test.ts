import { expect, test } from 'vitest'
import { duckdb } from '../../src/engines/duckdb/index.ts'
import { all } from '../../src/run/execute.ts'

const limitUnder = async (memory: string): Promise<unknown> => {
  await using session = await duckdb.connect({ memory })
  return (await all(session, `select current_setting('memory_limit') as it`))[0]?.it
}

test('the engine is given 85 % of the memory the project may take', async () => {
  expect(await limitUnder('2GB')).toBe('1.5 GiB')
  expect(await limitUnder('1000MiB')).toBe('850.0 MiB')
  expect(await limitUnder('0.5TB')).toBe('395.8 GiB')
})
