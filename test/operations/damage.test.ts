import { appendFile, copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Build, copyBuild, fewModels } from '../crash/build.ts'
import { copyProject, makeProject, type Scratch, scratch } from '../crash/project.ts'
import { contents, leftovers, readCurrent } from '../crash/warehouse.ts'
import { c360, failure, type Said } from './cli.ts'

let build: Build
let space: Scratch
let published = ''
let expected: Record<string, string>
let answer = ''

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(fewModels), scratch('c360-damage-')])
  published = await makeProject(space.next('published'), 200)
  expect((await c360(build, ['run', '-p', published])).code).toBe(0)
  expected = await contents(join(published, 'warehouse'))
  answer = (await sums(published)).out
  expect(answer).toMatch(/"n":\d+/)
})
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove()])
})

const damaged = (): Promise<string> => copyProject(published, space.next('damaged'))
const sums = (project: string): Promise<Said> =>
  c360(build, [
    'sql',
    '-p',
    project,
    '--json',
    'select count(*) as n, sum(amount) as amount, max(occurred_at) as latest from fact_transactions',
  ])
const database = (project: string): string => join(project, 'warehouse', '000001.duckdb')
const newRow = (project: string): Promise<void> =>
  appendFile(join(project, 'landing', 'Agents.csv'), '901,New Agent,Billing,Morning\n')

async function foreignDatabase(path: string): Promise<void> {
  const other = `${path}.other`
  const instance = await DuckDBInstance.create(other)
  const connection = await instance.connect()
  await connection.run('create table notes as select 42 as n')
  connection.closeSync()
  instance.closeSync()
  await copyFile(other, path)
  await rm(other)
}

async function brokenBlocks(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes.fill(0xee, 3 * 4096, 600_000)
  await writeFile(path, bytes)
}

describe.each<[string, (path: string) => Promise<void>]>([
  ['some other text', (path) => writeFile(path, 'this is no database\n'.repeat(1000))],
  ['nothing at all', (path) => truncate(path, 0)],
  ['its first half', async (path) => truncate(path, (await readFile(path)).length / 2)],
  ['blocks that were overwritten', brokenBlocks],
  ["somebody else's DuckDB file", foreignDatabase],
])('a warehouse file that holds %s', (_, damage) => {
  it('is named by a run and by a query, stays as it is, and is replaced by a full refresh', async () => {
    const project = await damaged()
    await damage(database(project))
    await newRow(project)
    const before = await readCurrent(join(project, 'warehouse'))
    const run = await c360(build, ['run', '-p', project, '--json'])
    expect(failure(run)).toMatchObject({
      code: 'WAREHOUSE_DAMAGED',
      message: expect.stringContaining('000001.duckdb'),
    })
    expect(failure(run).hint).toContain('--full-refresh')
    expect(run.code).toBe(14)
    expect(await readCurrent(join(project, 'warehouse'))).toEqual(before)
    const query = await sums(project)
    if (query.code === 14) expect(failure(query).message).toContain('000001.duckdb')
    else expect([15, 0]).toContain(query.code)
    // What can still be read is answered, and rightly.
    if (query.code === 0) expect(query.out).toBe(answer)
    const refreshed = await c360(build, ['run', '-p', project, '--full-refresh'])
    expect(refreshed.code).toBe(0)
    const {
      'silver.agents': agents,
      'gold.dim_agents': _dim,
      ...rest
    } = await contents(join(project, 'warehouse'))
    expect(agents).not.toBe(expected['silver.agents'])
    expect(rest['gold.fact_transactions']).toBe(expected['gold.fact_transactions'])
    expect(await leftovers(project)).toEqual([])
  })
})

describe('current.json', () => {
  it.each([
    ['garbage', '{"format": 1, "vers'],
    ['no JSON object', '"000001"'],
    ['an empty file', ''],
  ])('that is %s is named, and a full refresh mends it', async (_, text) => {
    const project = await damaged()
    const path = join(project, 'warehouse', 'current.json')
    await writeFile(path, text)
    for (const command of [['run'], ['runs'], ['sql', 'select 1']]) {
      const said = await c360(build, [...command, '-p', project, '--json'])
      expect(failure(said)).toMatchObject({
        code: 'WAREHOUSE_DAMAGED',
        message: expect.stringContaining(path),
      })
      expect(said.code).toBe(14)
    }
    expect((await c360(build, ['run', '--full-refresh', '-p', project])).code).toBe(0)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
  })

  it.each([0, 99])('of format %i is said in one line and rebuilt from bronze', async (format) => {
    const project = await damaged()
    const path = join(project, 'warehouse', 'current.json')
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), format }))
    await rm(join(project, 'landing', 'Customers.csv'))
    const said = await c360(build, ['run', '-p', project])
    expect(said.code).toBe(0)
    expect(said.out.split('\n').filter((line) => line.includes('format'))).toHaveLength(1)
    expect(said.out).toContain('Version 2 published')
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
  })

  it('that is gone, or names a version that is gone, is made anew from bronze', async () => {
    const project = await damaged()
    await rm(join(project, 'warehouse', 'current.json'))
    expect((await c360(build, ['run', '-p', project])).code).toBe(0)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
    for (const file of await readdir(join(project, 'warehouse')))
      if (file !== 'current.json') await rm(join(project, 'warehouse', file))
    const said = await c360(build, ['run', '-p', project])
    expect(said.code).toBe(0)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
  })
})

it('a warehouse folder that is gone is rebuilt from bronze alone', async () => {
  const project = await damaged()
  await rm(join(project, 'warehouse'), { recursive: true })
  for (const file of await readdir(join(project, 'landing'))) await rm(join(project, 'landing', file))
  expect((await c360(build, ['run', '-p', project])).code).toBe(0)
  expect(await contents(join(project, 'warehouse'))).toEqual(expected)
})

describe('a bronze file', () => {
  const parquet = async (project: string): Promise<string> => {
    const folder = join(project, 'lake', 'bronze', 'customers')
    const name = (await readdir(folder)).find((file) => file.endsWith('.parquet'))
    return join(folder, name ?? '')
  }
  it.each<[string, (path: string) => Promise<void>]>([
    ['is cut short', (path) => truncate(path, 500)],
    ['is gone', (path) => rm(path)],
    ['is something else', (path) => writeFile(path, 'no parquet\n'.repeat(100))],
  ])('that %s is named, and nothing is published', async (_, damage) => {
    const project = await damaged()
    const path = await parquet(project)
    await damage(path)
    const before = await readCurrent(join(project, 'warehouse'))
    const said = await c360(build, ['run', '-p', project, '--full-refresh', '--json'])
    expect(failure(said)).toMatchObject({ code: 'LAKE_DAMAGED', message: expect.stringContaining(path) })
    expect(said.code).toBe(13)
    expect(await readCurrent(join(project, 'warehouse'))).toEqual(before)
    expect(await contents(join(project, 'warehouse'))).toEqual(expected)
    expect(await leftovers(project)).toEqual([])
  })
})
