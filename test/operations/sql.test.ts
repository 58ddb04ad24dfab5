import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishedDatabase } from '../../src/run/history.ts'
import { loadProjectOrFail } from '../../src/run/prepare.ts'
import { queryPublished } from '../../src/run/query.ts'
import { type Build, copyBuild, fewModels } from '../crash/build.ts'
import { makeProject, type Scratch, scratch } from '../crash/project.ts'
import { filesIn, readCurrent } from '../crash/warehouse.ts'
import { c360, failure } from './cli.ts'

let build: Build
let space: Scratch
let project = ''

beforeAll(async () => {
  ;[build, space] = await Promise.all([copyBuild(fewModels), scratch('c360-sql-')])
  project = await makeProject(space.next('project'), 200)
  expect((await c360(build, ['run', '-p', project])).code).toBe(0)
})
afterAll(async () => {
  await Promise.all([build?.remove(), space?.remove()])
})

const sql = (query: string, ...more: readonly string[]) => c360(build, ['sql', '-p', project, query, ...more])

const values = `select 'say "hi", ok' as quoted, 'a' || chr(10) || 'b' as lines, null::varchar as missing, '' as empty,
  12.30::decimal(18,2) as money, date '2024-02-29' as day, timestamp '2024-02-29 01:02:03' as at,
  9007199254740993::bigint as large, 7::bigint as small, true as yes, 1.5::double as half, 'ü€𝄞' as letters`

describe('the formats of c360 sql', () => {
  it('csv quotes what needs it and tells NULL from an empty text', async () => {
    const { code, out } = await sql(values, '--format', 'csv')
    expect(code).toBe(0)
    expect(out).toBe(
      'quoted,lines,missing,empty,money,day,at,large,small,yes,half,letters\n' +
        '"say ""hi"", ok","a\nb",,"",12.30,2024-02-29,2024-02-29 01:02:03,9007199254740993,7,true,1.5,ü€𝄞\n',
    )
  })

  it('json keeps decimals and large integers exact', async () => {
    const { out } = await sql(values, '--format', 'json')
    expect(JSON.parse(out)).toEqual([
      {
        quoted: 'say "hi", ok',
        lines: 'a\nb',
        missing: null,
        empty: '',
        money: '12.30',
        day: '2024-02-29',
        at: '2024-02-29 01:02:03',
        large: '9007199254740993',
        small: 7,
        yes: true,
        half: 1.5,
        letters: 'ü€𝄞',
      },
    ])
    expect((await sql(values, '--json')).out).toBe(out)
  })

  it('table is aligned, numbers to the right, and says what it leaves out', async () => {
    const query = `select * from (values ('a', 5.00::decimal(9,2)), ('long', 12.50)) t(name, money)`
    expect((await sql(query, '--format', 'table')).out).toBe('name  money\na      5.00\nlong  12.50\n')
    const { out } = await sql('select range as n from range(1005)', '--format', 'table')
    expect(out).toContain('5 more rows')
  })

  it.each([values, `${values};`, `${values} -- the end`])(
    'parquet keeps types and values: %#',
    async (query) => {
      const path = space.next('out.parquet')
      expect((await sql(query, '--format', 'parquet', '--out', path)).code).toBe(0)
      const connection = await (await DuckDBInstance.create(':memory:')).connect()
      const ask = async (text: string) => (await connection.runAndReadAll(text)).getRowsJson()
      const types = await ask(`select column_type from (describe select * from read_parquet('${path}'))`)
      expect(types.flat().slice(4, 9)).toEqual(['DECIMAL(18,2)', 'DATE', 'TIMESTAMP', 'BIGINT', 'BIGINT'])
      expect(await ask(`(select * from read_parquet('${path}')) except all (${values})`)).toEqual([])
      expect(await ask(`select count(*) from read_parquet('${path}')`)).toEqual([['1']])
      connection.closeSync()
    },
  )

  it('names the columns of an empty result', async () => {
    const query = 'select agent_id, name from dim_agents where false'
    expect((await sql(query, '--format', 'csv')).out).toBe('agent_id,name\n')
    expect((await sql(query, '--format', 'json')).out).toBe('[]\n')
    expect((await sql(query, '--format', 'table')).out).toBe('(no rows)\n')
  })

  it('--out writes the same as standard output, and names a folder that is not there', async () => {
    const path = space.next('out.csv')
    const query = 'select * from dim_stores order by all'
    expect((await sql(query, '--out', path)).code).toBe(0)
    expect(await readFile(path, 'utf8')).toBe((await sql(query)).out)
    const lost = await sql(
      query,
      '--format',
      'csv',
      '--json',
      '--out',
      join(space.folder, 'nowhere', 'out.csv'),
    )
    expect(failure(lost)).toMatchObject({ code: 'USAGE', message: expect.stringContaining('nowhere') })
    expect(lost.code).toBe(2)
  })
})

describe('c360 sql changes nothing and reads nothing else', () => {
  it.each([
    'create table x as select 1',
    'insert into dim_agents select * from dim_agents',
    'update dim_agents set name = null',
    'delete from dim_agents',
    'drop table dim_agents',
    "attach '/tmp/other.duckdb' as other",
    "attach ':memory:' as other",
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from glob('/etc/*')",
    "copy dim_agents to '/tmp/c360-sql-leak.csv'",
    "export database '/tmp/c360-sql-leak'",
    'install json',
    'load httpfs',
    "set memory_limit = '1GB'",
    'pragma threads = 1',
    'set lock_configuration = false',
    'set enable_external_access = true',
    'create secret (type s3)',
    'create macro f() as 1',
    'select 1; delete from dim_agents',
  ])('%s', async (query) => {
    const before = await filesIn(join(project, 'warehouse'))
    const { path } = await publishedDatabase(await loadProjectOrFail(project))
    const answer = async (): Promise<void> => {
      for await (const _ of queryPublished({ database: path }, query, 'csv', () => ''));
    }
    await expect(answer()).rejects.toMatchObject({ code: 'SQL_FAILED' })
    expect(await filesIn(join(project, 'warehouse'))).toEqual(before)
  })

  it.each(['delete from dim_agents', "select * from '/etc/passwd'"])(
    'and the command says so: %s',
    async (query) => {
      const said = await sql(query, '--json')
      expect(failure(said).code).toBe('SQL_FAILED')
      expect(said.code).toBe(15)
    },
  )

  it('with parquet, only the file that was named', async () => {
    const [mine, other] = [space.next('mine.parquet'), space.next('other.csv')]
    const said = await sql(
      `select 1) to '${other}' (format csv); copy (select 1`,
      '--format',
      'parquet',
      '--out',
      mine,
    )
    expect(said.code).toBe(15)
    expect(await readdir(space.folder)).not.toContain(other.split('/').at(-1))
  })
})

/** Until the process has the warehouse open; where the system does not tell, long enough. */
async function hasOpened(pid: number): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => undefined)
    if (!files) return pause(3000)
    const open = await Promise.all(files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
    if (open.some((path) => path.endsWith('.duckdb'))) return
    await pause(20)
  }
  throw new Error('the query never opened the warehouse')
}

describe('a query and a run', () => {
  it('do not wait for each other, and the query can be stopped', async () => {
    let pid = 0
    const endless = c360(
      build,
      ['sql', '-p', project, 'select count(*) from range(10000000000000) t(i) where i % 7 = 3'],
      {
        started: (child) => {
          pid = child.pid ?? 0
        },
      },
    )
    await hasOpened(pid)
    let during: Promise<unknown> | undefined
    const run = await c360(build, ['run', '-p', project, '--full-refresh'], {
      when: [
        'gold  dim_customers',
        () => {
          during = sql('select count(*) as n from dim_customers').then(({ code }) => [code, Date.now()])
        },
      ],
    })
    expect(run.code).toBe(0)
    expect((await readCurrent(join(project, 'warehouse')))?.version).toBe(2)
    expect(await during).toEqual([0, expect.any(Number)])
    process.kill(pid, 'SIGINT')
    const { code, out, err } = await endless
    expect(code).toBe(130)
    expect(out).toBe('')
    expect(err).toContain('CANCELLED')
  })
})
