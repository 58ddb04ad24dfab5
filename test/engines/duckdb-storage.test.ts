import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/engines/duckdb/session.ts'
import type { Settings } from '../../src/engines/engine.ts'
import { all } from '../../src/run/execute.ts'

const VERSION = 'select cast(tags as varchar) as tags from duckdb_databases() where path is not null'

async function write(settings: Settings, statements: readonly string[]): Promise<string> {
  await using session = await connect(settings)
  await session.execute([...statements, 'checkpoint'])
  return String((await all(session, VERSION))[0]?.tags)
}

test('a file made for little keeps its storage when it grows; one made for much is brought to it when little is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'c360-storage-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const rows = `select 'x' || i as t from range(3000) r(i)`
  const little = join(folder, 'little.duckdb')
  expect(await write({ database: little, isLittle: true }, [`create table a as ${rows}`])).toContain('v1.3.0')
  expect(await write({ database: little }, [`insert into a ${rows}`])).toContain('v1.3.0')
  const much = join(folder, 'much.duckdb')
  expect(await write({ database: much }, [`create table a as ${rows}`])).toContain('v1.0.0')
  await write({ database: much, isLittle: true }, [`insert into a ${rows}`])
  for (const database of [little, much]) {
    await using session = await connect({ database, readOnly: true })
    expect(await all(session, 'select count(*) as n, count(distinct t) as d from a')).toEqual([
      { n: 6000n, d: 3000n },
    ])
  }
})
